/** What a transaction offers for its gas (EIP-1559). Pure; all amounts are wei per gas. */

export interface Fees {
  /** Base fee and tip together, at most. */
  readonly feeMax: bigint
  /** What the block's producer gets of it. */
  readonly tipMax: bigint
}

export type FeeOffer =
  | { readonly kind: 'offer'; readonly fees: Fees /** What it costs in the next block. */; readonly expected: bigint }
  /** A block now costs more than the ceiling: it waits. */
  | { readonly kind: 'above'; readonly asked: bigint }

/** What go-ethereum's pools take at least unless told otherwise; chains that are empty give no tip to learn from. */
const TIP_MIN = 1_000_000n
/** The base fee rises by at most an eighth a block: twice it is good for six full blocks. */
const BASE_FEE_ROOM = 2n
/** Pools of all clients replace a transaction at a tenth more; an eighth leaves room for their rounding. */
const RAISE_DIVISOR = 8n
/**
 * Times that one transaction is signed. Twelve raises by an eighth are four times the first fee, and each also follows the market;
 * beyond that somebody has to look.
 */
export const SIGNATURES_MAX = 13

/**
 * @param baseFees of some blocks, the last one of the block to come; at least one
 * @param tips what the middle transaction of each block gave; 0 for an empty one, which shows that there is room
 * @param ceiling what its caller would pay at most
 */
export function offerFees(
  { baseFees, tips }: { readonly baseFees: readonly bigint[]; readonly tips: readonly bigint[] },
  ceiling: bigint,
): FeeOffer {
  const base = baseFees.at(-1)!
  const tip = larger(TIP_MIN, middle(tips))
  const asked = base + tip
  if (asked > ceiling) return { kind: 'above', asked }
  return { kind: 'offer', fees: { feeMax: smaller(BASE_FEE_ROOM * base + tip, ceiling), tipMax: tip }, expected: asked }
}

/**
 * Fees of the same transaction once more, so that a pool takes it in place of the one before.
 * @param fresh what would be offered today
 * @returns undefined where that is above the ceiling
 */
export function raiseFees(before: Fees, fresh: Fees, ceiling: bigint): Fees | undefined {
  const feeMax = larger(raised(before.feeMax), fresh.feeMax)
  const tipMax = larger(raised(before.tipMax), fresh.tipMax)
  // A tip above the whole is refused.
  const whole = larger(feeMax, tipMax)
  return whole > ceiling ? undefined : { feeMax: whole, tipMax }
}

export interface Waiting {
  readonly nowMs: number
  readonly signedAtMs: number
  readonly head: bigint
  /** The head when it was signed. */
  readonly signedHead: bigint
}

/** One block that is full or whose producer never heard of it proves nothing; a chain that stands still even less. */
const STUCK_BLOCKS = 3n

/** Whether blocks pass it by. @param stuckMs how long it is given */
export const isStuck = ({ nowMs, signedAtMs, head, signedHead }: Waiting, stuckMs: number): boolean =>
  nowMs - signedAtMs >= stuckMs && head - signedHead >= STUCK_BLOCKS

/** No block takes a transaction of more gas (EIP-7825). */
const GAS_MAX = 16_777_216n

/** One slot more that is empty when it runs, and was not when it was estimated: a write into it costs this much. */
const SLOT_GAS = 22_100n

/** The state may differ when it runs: a fifth more and one slot. What is not used is not paid. */
export const gasLimit = (estimate: bigint): bigint => smaller((estimate * 6n + 4n) / 5n + SLOT_GAS, GAS_MAX)

const raised = (amount: bigint): bigint => amount + (amount + RAISE_DIVISOR - 1n) / RAISE_DIVISOR
const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b)

function middle(amounts: readonly bigint[]): bigint {
  const sorted = [...amounts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0n
}
