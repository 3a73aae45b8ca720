/** Whether the desk takes a job: the rules of admission.ts over how this miner stands at the moment. */
import { type Address, type AttemptId, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import { type CareVerdict, unhindered } from '../../protocols/rules/care/care-verdict.ts'
import { mayStart, voucherNeeded } from '../../protocols/rules/settlement/credit-window.ts'
import type { RunRequest } from '../../protocols/wire/job/job-messages.ts'
import {
  type JournalStanding,
  type ModelStanding,
  type Refused,
  refuseByBlock,
  refuseByLease,
  refuseByPrice,
  refuseBySpec,
  refuseByStanding,
  type Standing,
} from './admission.ts'
import type { JobDeskLimits, JobDeskNeeds } from './desk-needs.ts'
import type { Service } from './leasing/lease-desk.ts'
import type { OpenCounter } from './paying/counter-table.ts'
import { BACKLOG_MAX } from './paying/receipt-batcher.ts'
import { fitJob, openSeats } from './queue/fit-job.ts'
import type { RunQueue } from './queue/run-queue.ts'
import type { ServedModel } from './served-models.ts'

/** What is at the desk, for who asks. */
export type DeskLoad = (payer: Address) => Pick<Standing, 'draining' | 'jobs' | 'jobsOfPayer' | 'inputBytes'>

export const UNKNOWN: Refused = {
  reason: 'MODEL_UNKNOWN',
  detail: 'this miner does not serve the model',
  retryAfterMs: 0,
}

/** The client opens its payment line, which carries the proof, and comes back. */
export const UNPROVEN: Refused = {
  reason: 'UNPAID',
  detail: 'the session key has not spoken for this peer',
  retryAfterMs: 0,
}

const NOT_WITNESSED: Refused = {
  reason: 'POLICY',
  detail: 'this miner grants nothing of its service',
  retryAfterMs: 0,
}

export const SPENT: Refused = {
  reason: 'OFFER_STALE',
  detail: 'the beacon of the named offer is used',
  retryAfterMs: 0,
}

export class JobAdmission {
  readonly #needs: JobDeskNeeds
  readonly #limits: JobDeskLimits
  readonly #runs: Pick<RunQueue, 'outlookOfNew'>
  readonly #load: DeskLoad

  constructor(needs: JobDeskNeeds, limits: JobDeskLimits, runs: Pick<RunQueue, 'outlookOfNew'>, load: DeskLoad) {
    this.#needs = needs
    this.#limits = limits
    this.#runs = runs
    this.#load = load
  }

  /** What does not depend on the job's price. */
  refuseEarly(run: RunRequest, model: ServedModel | undefined, service: Service): Refused | undefined {
    return refuseByStanding(this.#standing(run, model)) ?? refuseByLease(service) ?? this.#refuseByOffer(run, model)
  }

  /** What its agreement promises of the service. */
  refuseByPolicy(run: RunRequest, base: Credits): Refused | undefined {
    if (run.terms.policy === ZERO_HASH) return undefined
    return this.#needs.witnessed === undefined ? NOT_WITNESSED : this.#needs.witnessed.refusal(run, base)
  }

  async refuseByTerms(run: RunRequest, model: ServedModel, price: Credits): Promise<Refused | undefined> {
    return (
      (await this.#refuseByHead(run)) ??
      refuseByPrice(price, run.terms.priceMax) ??
      this.refuseByRoom(run, model, price)
    )
  }

  refuseByRoom(run: RunRequest, model: ServedModel, price: Credits): Refused | undefined {
    return refuseBySpec(run.spec, this.#modelStanding(model, run, price), this.#standing(run, model))
  }

  #standing({ terms }: RunRequest, model: ServedModel | undefined): Standing {
    const { board } = this.#needs
    return {
      ...this.#load(terms.payer),
      paused: board.paused,
      clockStopped: board.held,
      journal: this.#journalStanding(),
      care: this.#careFor(model),
      jobsMax: this.#limits.jobsMax,
      inputBytesMax: this.#limits.inputBytesMax,
    }
  }

  /** A miner that admits work may have no seat that admits this model's. */
  #careFor(model: ServedModel | undefined): CareVerdict {
    const { care, careOf } = this.#needs
    const all = care?.() ?? unhindered
    if (!all.admits || careOf === undefined || model === undefined) return all
    let first: CareVerdict | undefined
    for (const { card } of model.seats) {
      const own = careOf(card)
      if (own.admits) return all
      first ??= own
    }
    return first ?? all
  }

  #journalStanding(): JournalStanding {
    const { journal, batcher } = this.#needs
    if (journal.stopped !== undefined) return 'stopped'
    if (!journal.hasSpace) return 'full'
    return batcher.backlog >= BACKLOG_MAX ? 'behind' : 'good'
  }

  #modelStanding(model: ServedModel, { terms, spec }: RunRequest, price: Credits): ModelStanding {
    const { latencyClass, deadlineMs } = spec
    const { waitMs, etaMs } = this.#runs.outlookOfNew({ model, payer: terms.payer, latencyClass, deadlineMs, price })
    const { careOf, deviceOf } = this.#needs
    const fit = fitJob(model, spec.inputs, deviceOf, openSeats(model, careOf))
    return { inputs: model.table.inputs, waitMs, etaMs, fit }
  }

  #refuseByOffer(run: RunRequest, model: ServedModel | undefined): Refused | undefined {
    if (model === undefined) return UNKNOWN
    if (this.#needs.board.priceUnder(run.terms.offerHead, run.spec.model) !== undefined) return undefined
    return { reason: 'OFFER_STALE', detail: 'the named offer does not stand any more', retryAfterMs: 0 }
  }

  /** Looks again before it says no: after an outage it may be this miner that has not found the chain back yet. */
  async #refuseByHead({ terms: { blockTime } }: RunRequest): Promise<Refused | undefined> {
    const { head, headAgain } = this.#needs
    const refused = refuseByBlock(blockTime, head().blockTime)
    if (refused === undefined || headAgain === undefined) return refused
    return refuseByBlock(blockTime, (await headAgain()).blockTime)
  }

  /** Takes the voucher that comes with the job. */
  async refuseByPayment(
    counter: OpenCounter,
    run: RunRequest,
    id: AttemptId,
    price: Credits,
  ): Promise<Refused | undefined> {
    const terms = this.#needs.board.terms
    if (run.payment.voucher !== undefined) {
      const verdict = await this.#needs.counters.raise(counter, run.payment.voucher, [id])
      if (verdict === 'unassured') {
        return this.#unassured(counter)
      }
      if (verdict !== 'accepted' && verdict !== 'not-higher') {
        return { reason: 'UNPAID', detail: `the voucher is refused: ${verdict}`, retryAfterMs: 0 }
      }
    }
    // The voucher that makes room may be on its way to the disk.
    if (!mayStart(counter.books, terms, price)) await counter.raising
    if (!mayStart(counter.books, terms, price)) {
      return { reason: 'UNPAID', detail: String(voucherNeeded(counter.books, terms, price)), retryAfterMs: 0 }
    }
    // Credit ends where the escrow does: what is lent beyond could never be asked for.
    const { counters } = this.#needs
    const isShort = (): boolean => counter.books.due + counter.books.reserved + price > counters.ceilingOf(counter)
    if (!isShort() || ((await counters.assureAgain(counter)) && !isShort())) return undefined
    return this.#unassured(counter)
  }

  #unassured(counter: OpenCounter): Refused {
    return { reason: 'ESCROW', detail: String(this.#needs.counters.ceilingOf(counter)), retryAfterMs: 0 }
  }
}
