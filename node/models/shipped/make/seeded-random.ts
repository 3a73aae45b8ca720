/** A small generator with a seed, so that the model can be made again bit for bit: mulberry32, 32 bits of state. */
export interface Random {
  /** 0 <= x < 1 */
  next(): number
  between(min: number, max: number): number
  /** Mean 0, standard deviation 1. */
  normal(): number
  /** 0 <= n < limit */
  below(limit: number): number
}

/** The same numbers for the same seeds, in whatever order and on whatever thread the generators are made. */
export function seededRandom(...seeds: readonly number[]): Random {
  let state = 0x9e3779b9
  for (const seed of seeds) state = Math.imul(state ^ seed ^ (state >>> 15), 0x85ebca6b) + 0x6d2b79f5
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  return {
    next,
    between: (min, max) => min + (max - min) * next(),
    // The sum of 12 uniforms has variance 1; its tails end at 6 deviations, which suits noise.
    normal: () =>
      next() + next() + next() + next() + next() + next() + next() + next() + next() + next() + next() + next() - 6,
    below: (limit) => Math.floor(next() * limit),
  }
}

/** 0 to `count - 1`, each once, in an order that `random` decides. */
export function shuffledOrder(count: number, random: Random): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}
