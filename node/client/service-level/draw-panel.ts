/** Whom both sides of one attempt ask: each draws of the operators that it knows, and the client holds the miner's list against its own. */
import type { Address, Hash32, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import { drawWitnesses, type WitnessCandidate } from '../../../protocols/rules/service-level/draw-witnesses.ts'
import { WITNESSES_SPARE } from '../../../protocols/rules/service-level/granted-terms.ts'
import { nearOperators } from '../../../protocols/rules/service-level/near-operators.ts'
import type { Terms } from '../../../protocols/statements/struct-types.ts'
import type { OwnerStakes } from './owner-stakes.ts'
import type { PanelMember } from './witness-panel.ts'

export interface PanelDraw {
  readonly crypto: Pick<Hasher, 'keccak256'>
  readonly seed: Hash32
  readonly terms: Terms
  readonly miner: Address
  readonly payer: Address
}

type Candidate = WitnessCandidate & { readonly peer: PeerId }

/** Of those whose stake is known by now, the first of the draw, and some to spare. */
export function drawPanel(
  { crypto, seed, terms, miner, payer }: PanelDraw,
  operators: readonly PanelMember[],
  stakes: OwnerStakes,
): readonly PanelMember[] {
  const candidates = nearOperators(seed, operators).flatMap(({ operator, peer }): readonly Candidate[] => {
    const standing = stakes.known(operator)
    if (standing?.owner === undefined || !standing.isActive) return []
    return [{ operator, peer, owner: standing.owner, stake: standing.stake }]
  })
  const minerOwner = stakes.known(miner)?.owner ?? miner
  return drawWitnesses(crypto, seed, candidates, {
    drawStake: terms.drawStake,
    parties: { minerOwner, payer },
    count: terms.witnesses + WITNESSES_SPARE,
  })
}

/**
 * The miner's list where it could be an honest one: all on it are drawn, and of those that stand in front by what this side knows it
 * lacks no more than {@link WITNESSES_SPARE}, for no two nodes know the same. Else this side's own: then both ask others, and
 * what the miner did not ask it cannot complain of.
 * @param named by the miner
 * @param own drawn of all that this side knows, those that are named among them
 */
export function agreedPanel(
  named: readonly PanelMember[],
  own: readonly PanelMember[],
  { quorum }: Pick<Terms, 'quorum'>,
  isDrawn: (member: PanelMember) => boolean,
): readonly PanelMember[] {
  const drawn = named.filter(isDrawn)
  const names = new Set(drawn.map(({ operator }) => operator))
  const lacking = own.filter(({ operator }) => !names.has(operator)).length
  return drawn.length >= quorum && lacking <= WITNESSES_SPARE ? drawn : own
}
