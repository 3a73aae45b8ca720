/** Numbers as tools print them: as text, with a unit behind, without a zero before the point, or as no number at all. */

/** A number, or the number that a text begins with: `211.0`, `13 %`, `.97%`, `12479mW`. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined
  if (typeof value !== 'string') return undefined
  // 20 digits hold every counter of 64 bits.
  const found = /^\s*([+-]?(?:\d{1,20}(?:\.\d{0,20})?|\.\d{1,20}))/.exec(value)
  return found === null ? undefined : Number(found[1])
}

/** A whole text that is an integer of 0 and more, as the kernel's files hold it; beyond 2^53 is no number. */
export function countIn(text: string | undefined): number | undefined {
  const found = text === undefined ? null : /^\s*(\d{1,16})\s*$/.exec(text)
  const count = found === null ? undefined : Number(found[1])
  return count !== undefined && Number.isSafeInteger(count) ? count : undefined
}

/** A whole text that is an integer, as hwmon's files hold it: `-5000`. */
export function integerIn(text: string | undefined): number | undefined {
  const found = text === undefined ? null : /^\s*(-?\d{1,15})\s*$/.exec(text)
  return found === null ? undefined : Number(found[1])
}

/** `0x73df`, `73DF`: of at most `bits` bits. */
export function hexIn(value: unknown, bits: number): number | undefined {
  const found = typeof value === 'string' ? /^\s*(?:0x)?([0-9a-f]{1,8})\s*$/i.exec(value) : null
  const number = found === null ? undefined : Number.parseInt(found[1]!, 16)
  return number !== undefined && number < 2 ** bits ? number : undefined
}

const unitBytes: Readonly<Record<string, number>> = {
  B: 1,
  KB: 2 ** 10,
  MB: 2 ** 20,
  GB: 2 ** 30,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
}

/** `64289 MB`, `32768.00 MiB`, `10.1 GB`: every tool read here counts by 1,024, whatever it calls the unit. */
export function bytesIn(value: unknown): number | undefined {
  const found = typeof value === 'string' ? /^\s*(\d{1,16}(?:\.\d{1,6})?)\s*([KMGT]?i?B)\b/.exec(value) : null
  const unit = found === null ? undefined : unitBytes[found[2]!]
  return unit === undefined ? undefined : Math.round(Number(found![1]) * unit)
}
