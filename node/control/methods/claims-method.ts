/** Miners whose claims did not hold, beside the contradictions that `aitbc evidence` shows. */
import { claimStanding } from '../../../protocols/rules/probing/claim-standing.ts'
import type { ClaimRow } from '../../market/claim-book.ts'

/** Shown whole at once. */
const SHOWN_MAX = 64

/** Those against whom something is held; with an `id` only those whose address begins so, and whole. */
export function listClaims(rows: readonly ClaimRow[], params: unknown, nowMs: number = Date.now()) {
  const { id } = (params ?? {}) as { readonly id?: string }
  const held = rows.filter(({ evidence, miner }) => evidence.length > 0 && miner.startsWith(id?.toLowerCase() ?? ''))
  return held.slice(-SHOWN_MAX).map(({ miner, notes, cards, evidence }) => ({
    miner,
    // Days later nothing follows from it any more; what was found is still what was found.
    standing: claimStanding(notes, nowMs, cards) === 'lying' ? 'lying' : 'doubted',
    found: evidence.at(-1)!.found,
    atMs: evidence.at(-1)!.atMs,
    ...(id === undefined ? {} : { evidence }),
  }))
}
