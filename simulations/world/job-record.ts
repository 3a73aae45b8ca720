/** How one job of a client ended: what every figure of a run is counted from. */
import type { Address } from '../../protocols/kernel/ids.ts'

export interface JobRecord {
  /** Since the scenario began. */
  readonly atMs: number
  /** Names, as in the scenario. */
  readonly client: string
  /** Undefined where nobody answered. */
  readonly miner: string | undefined
  readonly address: Address | undefined
  readonly price: bigint
  /** From the wish to the answer, or to giving up. */
  readonly tookMs: number
  readonly latencyMsMax: number
  /** The answer is what the model says. */
  readonly isRight: boolean
  /** Miners asked. */
  readonly attempts: number
  /**
   * Credits: by how much more likely the suspects' miners were to be asked first for what the suspects said, times their price. The same choice is
   * made twice, with their word and without, so that nothing else differs.
   */
  readonly lift: number
}

export const isInTime = ({ miner, tookMs, latencyMsMax }: JobRecord): boolean =>
  miner !== undefined && tookMs <= latencyMsMax
