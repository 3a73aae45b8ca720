/** Of a large network's operators those that one draw weighs: the same for everybody who knows the same ones. */
import type { Address, Hash32 } from '../../kernel/ids.ts'

/** A keccak each: some milliseconds. */
export const CANDIDATES_MAX = 1_024

/** Those whose addresses lie nearest to the seed, where there are more than {@link CANDIDATES_MAX}. */
export function nearOperators<T extends { readonly operator: Address }>(
  seed: Hash32,
  operators: readonly T[],
  max: number = CANDIDATES_MAX,
): readonly T[] {
  if (operators.length <= max) return operators
  const start = wordOf(seed)
  return operators
    .map((each) => ({ each, distance: (wordOf(each.operator) ^ start) >>> 0 }))
    .sort((a, b) => a.distance - b.distance || (a.each.operator < b.each.operator ? -1 : 1))
    .slice(0, max)
    .map(({ each }) => each)
}

/** The first 32 bits. */
const wordOf = (hex: string): number => Number.parseInt(hex.slice(2, 10), 16)
