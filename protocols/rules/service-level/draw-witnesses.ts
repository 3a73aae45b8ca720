/** Who witnesses one attempt: owners, drawn under a threshold in proportion to their stake. */
import type { Address, Hash32 } from '../../kernel/ids.ts'
import type { Credits } from '../../kernel/money.ts'
import type { Hasher } from '../../kernel/ports.ts'
import { ticketOf } from '../../statements/service-level.ts'

export interface WitnessCandidate {
  /** Signs the stamps. */
  readonly operator: Address
  readonly owner: Address
  readonly stake: Credits
}

export interface Parties {
  /** Owner of the miner that is judged. */
  readonly minerOwner: Address
  readonly payer: Address
}

/** 2^256: a ticket is below. */
const TICKETS = 1n << 256n

/** Below this a ticket of such a stake is drawn. Of two parts of a stake together never above that of the whole. */
export function ticketBelow(stake: Credits, drawStake: Credits): bigint {
  return stake >= drawStake ? TICKETS : (TICKETS * stake) / drawStake
}

/** Whether this owner is drawn; asked of one alone, as a court does. */
export function isDrawn(
  crypto: Pick<Hasher, 'keccak256'>,
  seed: Hash32,
  { owner, stake }: Pick<WitnessCandidate, 'owner' | 'stake'>,
  drawStake: Credits,
): boolean {
  return ticketOf(crypto, seed, owner) < ticketBelow(stake, drawStake)
}

/** Neither side is its own witness. */
export const isParty = ({ operator, owner }: WitnessCandidate, { minerOwner, payer }: Parties): boolean =>
  owner === minerOwner || owner === payer || operator === payer

/**
 * Those that are drawn, the first to be asked first. One operator an owner, so that many machines of one owner have one voice.
 * @returns at most `count`
 */
export function drawWitnesses<T extends WitnessCandidate>(
  crypto: Pick<Hasher, 'keccak256'>,
  seed: Hash32,
  candidates: readonly T[],
  { drawStake, parties, count }: { readonly drawStake: Credits; readonly parties: Parties; readonly count: number },
): readonly T[] {
  const byOwner = new Map<Address, T>()
  for (const candidate of candidates) {
    if (candidate.stake <= 0n || isParty(candidate, parties)) continue
    const known = byOwner.get(candidate.owner)
    // Which one both sides choose alike.
    if (known === undefined || candidate.operator < known.operator) byOwner.set(candidate.owner, candidate)
  }
  return [...byOwner.values()]
    .map((candidate) => ({ candidate, ticket: ticketOf(crypto, seed, candidate.owner) }))
    .filter(({ candidate, ticket }) => ticket < ticketBelow(candidate.stake, drawStake))
    .sort((a, b) => inOrder(a.ticket * b.candidate.stake, b.ticket * a.candidate.stake))
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

const inOrder = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0)
