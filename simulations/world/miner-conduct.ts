/** What a miner says and does where it is not honest. What a conduct leaves out is done as an honest miner does it. */
import type { OfferBody } from '../../protocols/wire/offer/offer-body.ts'

export interface MinerNow {
  /** Since the scenario began. */
  readonly hour: number
  /** Jobs that it was paid for. */
  readonly served: number
  /** Draws of this miner alone, 0 to below 1. */
  draw(): number
}

/** `wrong`: an answer at once, of nothing; `silent`: takes the job and never answers. */
export type Answering = 'right' | 'wrong' | 'silent' | 'refused'

export interface MinerConduct {
  /** @param truth what an honest miner would publish now */
  readonly says?: (truth: OfferBody, now: MinerNow) => OfferBody
  /** @param payer whose job it is */
  readonly answers?: (payer: string, now: MinerNow) => Answering
  /** Times that the card takes of what it says it took. */
  readonly slowness?: number
  /** Milliseconds that it reports for its waiting and computing, of those that were. */
  readonly reports?: (times: ServiceTimes) => ServiceTimes
  /** Credits, instead of what its strategy makes of the market. */
  readonly base?: (now: MinerNow) => bigint
}

export interface ServiceTimes {
  readonly waitedMs: number
  readonly computedMs: number
}
