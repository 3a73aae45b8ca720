/** The edge as the rule of venues sees it: the best offer that fits a job now, or what came closest. */

import { closestMiss } from '../../../protocols/rules/routing/explain-loss.ts'
import { missText } from '../../../protocols/rules/routing/miss-text.ts'
import { type Weighed, weigh } from '../../../protocols/rules/routing/weigh-candidate.ts'
import type { EdgeView } from '../../../protocols/rules/venue/choose-venue.ts'
import type { MinerNotes } from '../finding/offer-book.ts'
import type { JobWish } from '../running/job-event.ts'
import { type JobCandidate, jobCandidate } from './job-candidate.ts'

/**
 * By one look at each offer: whom chance would choose among the nearly best makes no difference between venues. A miner that keeps
 * failing is no best one; where there is no cloud it is asked all the same.
 */
export function edgeView(
  live: readonly MinerNotes[],
  wish: Pick<JobWish, 'model' | 'latencyClass' | 'latencyMsMax' | 'priceMax' | 'weights' | 'among'>,
): Pick<EdgeView, 'best' | 'nearest'> {
  const { model, latencyClass, among = () => true } = wish
  const weighed = live.filter(among).map((notes) => weigh(jobCandidate(notes, model, latencyClass), wish))
  let best: Weighed<JobCandidate> | undefined
  for (const each of weighed) {
    const fits = each.standing === 'fits' || each.standing === 'full'
    if (fits && (best === undefined || each.cost < best.cost)) best = each
  }
  if (best !== undefined) {
    return { best: { price: best.candidate.price, estimatedMs: best.latency.ms }, nearest: undefined }
  }
  const miss = closestMiss(weighed, wish)
  return { best: undefined, nearest: miss === undefined ? undefined : missText(miss) }
}
