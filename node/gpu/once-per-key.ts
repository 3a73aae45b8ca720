import type { Sighting } from './gpu-backend.ts'

/** A card that is listed twice, as by a tool whose addresses are garbage, is the first of them. */
export function oncePerKey<S extends Sighting>(cards: readonly S[]): readonly S[] {
  const seen = new Set<string>()
  return cards.filter(({ facts: { key } }) => !seen.has(key) && seen.add(key))
}
