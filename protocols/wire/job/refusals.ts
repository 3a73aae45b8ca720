/**
 * Why a miner does not take a job: one row for each reason, from which its word on the wire, what people read and what a client does
 * follow. An expected outcome: the client counts the reasons.
 */

export interface RefusalRow {
  /** Said of `n` miners: "5 are full". */
  readonly many: string
  /**
   * What the client does with this miner, or then: goes on to the next; asks again under the offer that came with it, once the books are
   * brought together, or where its own chain has moved; tells the payer what it lacks, and goes on; believes it of the input.
   */
  readonly clientDoes: 'next' | 'retry-with-offer' | 'pay-and-retry' | 'look-at-chain' | 'tell-payer' | 'give-up'
}

export const refusalTable = {
  BUSY: { many: 'full', clientDoes: 'next' },
  THERMAL: { many: 'too hot', clientDoes: 'next' },
  PRICE_TOO_LOW: { many: 'dearer than the ceiling', clientDoes: 'retry-with-offer' },
  MODEL_UNKNOWN: { many: 'without the model', clientDoes: 'next' },
  MODEL_COLD: { many: 'still loading the model', clientDoes: 'next' },
  MEMORY: { many: 'short of memory', clientDoes: 'next' },
  POLICY: { many: 'not willing by policy', clientDoes: 'next' },
  // Or cannot sign before it is started again: for a client it is the same.
  DRAINING: { many: 'stopping', clientDoes: 'next' },
  OFFER_STALE: { many: 'with a newer offer', clientDoes: 'retry-with-offer' },
  // Every miner runs the same model and would refuse the same input: two that say so are believed, for one may lie.
  INPUT: { many: 'refusing the input', clientDoes: 'give-up' },
  DEADLINE: { many: 'too slow for the deadline', clientDoes: 'next' },
  UNPAID: { many: 'waiting for payment', clientDoes: 'pay-and-retry' },
  ESCROW: { many: 'not trusting the escrow', clientDoes: 'tell-payer' },
  // Right after an outage of the chain it may be this client that has not found it back yet.
  CLOCK: { many: 'with another time', clientDoes: 'look-at-chain' },
  DISK_FULL: { many: 'without disk space', clientDoes: 'next' },
} as const satisfies Record<string, RefusalRow>

export type RefusalReason = keyof typeof refusalTable
export const refusalReasons: readonly RefusalReason[] = Object.keys(refusalTable) as RefusalReason[]

export type RefusalCounts = Readonly<Partial<Record<RefusalReason, number>>>

/** @example describeRefusals({ BUSY: 5, MEMORY: 9 }) // '9 short of memory, 5 full' */
export function describeRefusals(counts: RefusalCounts): string {
  return (Object.entries(counts) as [RefusalReason, number][])
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${count} ${refusalTable[reason].many}`)
    .join(', ')
}
