/** Sizes as people read them, in the units that settings take. */
import { numberText, UNKNOWN } from './numbers.ts'

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const

/** `512 B`, `1.5 MiB`: three digits, as one needs them to compare. */
export function bytesText(bytes: number | undefined): string {
  if (bytes === undefined) return UNKNOWN
  let size = bytes
  let unit = 0
  // 1,023.6 of one unit would round to 1,024 of it.
  while (size >= 1_023.5 && unit < UNITS.length - 1) {
    size /= 1_024
    unit++
  }
  return `${numberText(size)} ${UNITS[unit]}`
}
