/** Terms that a miner may grant, and those that an honest one grants where its owner says nothing. */
import { type Credits, credits } from '../../kernel/money.ts'
import type { Terms } from '../../statements/struct-types.ts'
import { GAP_MS_MAX } from '../jobs/attempt-states.ts'
import { type LatencyClass, latencyClassTable } from '../pricing/latency-class.ts'

/** Of one job: twice the price is what a court gives a payer at most. */
export const COMPENSATION_BP_MAX = 20_000
/** Messages that one job may cost its witnesses; a median of nine is not surer than one of seven to who may buy neither. */
export const WITNESSES_MAX = 7
/** Asked beside those whose word is to count: one that is away is replaced by who was there from the start. */
export const WITNESSES_SPARE = 2
export const WITNESSES_ASKED_MAX: number = WITNESSES_MAX + WITNESSES_SPARE
/** One hour, as the longest job. */
export const TERM_MS_MAX = 3_600_000

/** What an honest miner with a home's line keeps: bounds of the market's classes, half of the price where it does not start or stalls. */
export const defaultTerms = (drawStake: Credits): Terms => ({
  // A stranger's first job may wait for the chain to say what its escrow is worth.
  startMsMax: 5_000,
  stallMsMax: GAP_MS_MAX,
  realtimeMs: latencyClassTable.realtime.belowMs,
  fastMs: latencyClassTable.fast.belowMs,
  standardMs: latencyClassTable.standard.belowMs,
  compensationBp: 5_000,
  witnesses: 3,
  quorum: 2,
  drawStake: drawStake > 0n ? drawStake : credits(1),
})

/** Why these are no terms; `undefined` for good ones. */
export function termsFault(terms: Terms): string | undefined {
  const { startMsMax, stallMsMax, realtimeMs, fastMs, standardMs, compensationBp, witnesses, quorum } = terms
  if (startMsMax < 1 || stallMsMax < 1 || realtimeMs < 1) return 'a time of 0 ms'
  if (Math.max(startMsMax, stallMsMax, standardMs) > TERM_MS_MAX) return 'a time above an hour'
  if (!(realtimeMs < fastMs && fastMs < standardMs)) return 'classes that do not ascend'
  if (compensationBp > COMPENSATION_BP_MAX) return `compensation above ${COMPENSATION_BP_MAX} basis points`
  // One witness would decide alone.
  if (quorum < 2 || quorum > witnesses || witnesses > WITNESSES_MAX) return 'a quorum of 2 to 7 witnesses'
  return terms.drawStake < 1n ? 'a draw without stake' : undefined
}

/** Answers within this many ms belong to the class. */
export function boundMs(terms: Terms, latencyClass: LatencyClass): number {
  switch (latencyClass) {
    case 'realtime':
      return terms.realtimeMs
    case 'fast':
      return terms.fastMs
    case 'standard':
      return terms.standardMs
    case 'economy':
      return Number.POSITIVE_INFINITY
  }
}
