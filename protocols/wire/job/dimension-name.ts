/** Names of dimensions as messages carry them, made of those in a model's file. */
import { DIM_NAME_BYTES_MAX } from './tensor.ts'

/** As much as a table shows of it. */
const CHARS_MAX = 48
/** The sign of what was cut takes three. */
const CUT_BYTES_MAX = DIM_NAME_BYTES_MAX - 4

/** A dimension's name says that it is chosen per call; only its beginning is kept where it is long. In NFC, as texts travel. */
export function dimensionName(name: string | undefined): string {
  const normal = (name ?? '').toWellFormed().normalize('NFC')
  if (normal.length <= CHARS_MAX && encoder.encode(normal).length <= DIM_NAME_BYTES_MAX) return normal
  let cut = normal.slice(0, CHARS_MAX)
  while (encoder.encode(cut).length > CUT_BYTES_MAX) cut = cut.slice(0, -1)
  return `${cut.toWellFormed()}…`.normalize('NFC')
}

const encoder = new TextEncoder()
