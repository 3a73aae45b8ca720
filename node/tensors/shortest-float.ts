/** Numbers as short as they can be without becoming others. */

/** Significant digits that tell every float32, and so every float16, from its neighbours. */
const DIGITS_MAX = 9
/** Powers of ten that a double holds exactly: what is divided by them is rounded once, as a decimal that is read. */
const POWERS = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`))

export interface BinaryFloats {
  /** The nearest value of this type. */
  readonly nearest: (value: number) => number
  /** Decimals of so many digits survive it, from its least normal value on; absent where its values are doubles themselves. */
  readonly digits?: { readonly kept: number; readonly normalMin: number }
}

/**
 * The shortest decimal that is read as the same value of its type: a float32 of 0.1 is 0.1, not 0.10000000149011612.
 * @param value one of that type
 */
export function shortest(value: number, { nearest, digits }: BinaryFloats): number {
  // A double is written as short as it can be anyway.
  if (digits === undefined || !Number.isFinite(value) || value === 0) return value
  const size = Math.abs(value)
  // A shorter decimal than that would be what the value rounds to at so many digits.
  const first = size < digits.normalMin ? 1 : digits.kept
  const exponent = exponentOf(size)
  for (let count = first; count <= DIGITS_MAX; count++) {
    const rounded = roundedTo(size, count, exponent)
    if (nearest(rounded) === size) return value < 0 ? -rounded : rounded
  }
  return value
}

/** Of the first digit. */
function exponentOf(size: number): number {
  const exponent = Math.floor(Math.log10(size))
  const power = POWERS[Math.abs(exponent)]
  if (power === undefined) return exponent
  // The logarithm is rounded, at worst across a power of ten.
  const least = exponent < 0 ? 1 / power : power
  if (size < least) return exponent - 1
  return size >= least * 10 ? exponent + 1 : exponent
}

/** To so many significant digits, halves up: where a power of two has nearer neighbours below, only the upper one is it again. */
function roundedTo(size: number, digits: number, exponent: number): number {
  const places = digits - 1 - exponent
  const power = POWERS[Math.abs(places)]
  if (power === undefined) return Number(size.toPrecision(digits))
  return places < 0 ? Math.round(size / power) * power : Math.round(size * power) / power
}
