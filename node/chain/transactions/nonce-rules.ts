/** Which number the next transaction of an account gets. Pure. */

export interface Nonces {
  /** Transactions of the account that are in blocks: the lowest number that can still be mined. */
  readonly mined: bigint
  /** As {@link mined}, with those that wait at the endpoint; never below it. */
  readonly waiting: bigint
  /** Numbers of this node's transactions that are signed and may still be mined. */
  readonly held: ReadonlySet<bigint>
}

/** The lowest free number: so a gap that others left is closed, and none of ours is taken twice. */
export function nextNonce({ mined, waiting, held }: Nonces): bigint {
  let next = waiting > mined ? waiting : mined
  while (held.has(next)) next++
  return next
}

/** The number that nobody has and that a signed transaction of this node waits for; undefined where there is none. */
export function gapBelow(nonces: Nonces): bigint | undefined {
  const next = nextNonce(nonces)
  for (const held of nonces.held) if (held > next) return next
  return undefined
}
