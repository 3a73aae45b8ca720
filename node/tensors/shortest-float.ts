/** Numbers as short as they can be without becoming others. */

/** Significant digits that tell every float32, and so every float16, from its neighbours. */
const DIGITS_MAX = 9

/**
 * The shortest decimal that `nearest` makes the same value of again: a float32 of 0.1 is 0.1, not 0.10000000149011612.
 * @param value one that `nearest` does not change
 */
export function shortest(value: number, nearest: (value: number) => number): number {
  if (!Number.isFinite(value)) return value
  for (let digits = 1; digits <= DIGITS_MAX; digits++) {
    const rounded = Number(value.toPrecision(digits))
    if (Object.is(nearest(rounded), value)) return rounded
  }
  return value
}
