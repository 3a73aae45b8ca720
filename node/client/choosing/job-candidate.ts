/** A miner of the book as the rules of routing weigh it for one job, at the price that the job would be run for. */
import type { ModelId } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { jobPrice } from '../../../protocols/rules/pricing/job-price.ts'
import type { LatencyClass } from '../../../protocols/rules/pricing/latency-class.ts'
import type { Candidate } from '../../../protocols/rules/routing/candidate.ts'
import { offeredModel } from '../../../protocols/wire/offer/offer.ts'
import type { MinerNotes } from '../finding/offer-book.ts'

export type JobCandidate = MinerNotes & Candidate

/** @param notes of a miner whose offer names the model */
export function jobCandidate(notes: MinerNotes, model: ModelId, latencyClass: LatencyClass): JobCandidate {
  const { body } = notes.offer
  return {
    ...notes,
    // A card that we lease is paid for by the hour.
    price: notes.isLeased ? credits(0) : jobPrice(offeredModel(body, model)!.base, latencyClass),
    jobs: body.jobs,
    jobsMax: body.jobsMax,
  }
}
