/** Why a miner does not take a job. An expected outcome: the client goes on to the next miner and counts the reasons. */

export const refusalReasons = [
  'BUSY',
  'THERMAL',
  'PRICE_TOO_LOW',
  'MODEL_UNKNOWN',
  'MODEL_COLD',
  'MEMORY',
  'POLICY',
  'DRAINING',
  'OFFER_STALE',
  'INPUT',
  'DEADLINE',
  'UNPAID',
  'ESCROW',
  'CLOCK',
  'DISK_FULL',
] as const
export type RefusalReason = (typeof refusalReasons)[number]

export interface RefusalRow {
  /** Said of `n` miners: "5 are full". */
  readonly many: string
  /** What the client does with this miner. */
  readonly clientDoes: 'next' | 'retry-with-offer' | 'pay-and-retry' | 'give-up'
}

export const refusalTable: Record<RefusalReason, RefusalRow> = {
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
  ESCROW: { many: 'not trusting the escrow', clientDoes: 'next' },
  CLOCK: { many: 'with another time', clientDoes: 'next' },
  DISK_FULL: { many: 'without disk space', clientDoes: 'next' },
}

export type RefusalCounts = Readonly<Partial<Record<RefusalReason, number>>>

/** @example describeRefusals({ BUSY: 5, MEMORY: 9 }) // '9 short of memory, 5 full' */
export function describeRefusals(counts: RefusalCounts): string {
  return (Object.entries(counts) as [RefusalReason, number][])
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${count} ${refusalTable[reason].many}`)
    .join(', ')
}
