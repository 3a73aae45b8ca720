/**
 * Coordinates as they stand in an offer: 22 bytes of whole tenths of a millisecond, so that two nodes that read them reckon the same. Every
 * 22 bytes of a known form are coordinates within bounds: infinity and NaN cannot be said.
 */
import {
  COMPONENT_MS_MAX,
  type Coordinates,
  DIMENSIONS,
  ERROR_MAX,
  HEIGHT_MS_MAX,
  HEIGHT_MS_MIN,
} from './coordinates.ts'

/** form, 8 x int16, height uint16, adjustment int16, error uint8; big-endian. */
export const COORDINATES_BYTES: number = 1 + 2 * DIMENSIONS + 2 + 2 + 1
/** Room for a later form. */
export const COORDINATES_BYTES_MAX = 24
const FORM = 1
const PER_MS = 10
const PER_ERROR = 100

/** @throws RangeError for what is no coordinates */
export function coordinatesToBytes({ vectorMs, heightMs, adjustmentMs, error }: Coordinates): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(COORDINATES_BYTES)
  const view = new DataView(bytes.buffer)
  view.setUint8(0, FORM)
  if (vectorMs.length !== DIMENSIONS) throw new RangeError(`${vectorMs.length} dimensions, not ${DIMENSIONS}`)
  for (const [i, component] of vectorMs.entries()) view.setInt16(1 + 2 * i, inTenths(component, COMPONENT_MS_MAX))
  if (heightMs < 0) throw new RangeError(`a height of ${heightMs} ms`)
  view.setUint16(17, inTenths(heightMs, HEIGHT_MS_MAX))
  view.setInt16(19, inTenths(adjustmentMs, COMPONENT_MS_MAX))
  if (!(error >= 0 && error <= ERROR_MAX)) throw new RangeError(`an error of ${error}`)
  view.setUint8(21, Math.round(error * PER_ERROR))
  return bytes
}

/** `undefined` for another form: a later one, or none. It means nothing to this reader, and says nothing against who wrote it. */
export function coordinatesOfBytes(bytes: Uint8Array): Coordinates | undefined {
  if (bytes.length !== COORDINATES_BYTES || bytes[0] !== FORM) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const vectorMs = Array.from({ length: DIMENSIONS }, (_, i) => clamped(view.getInt16(1 + 2 * i)))
  return {
    vectorMs,
    heightMs: Math.max(HEIGHT_MS_MIN, view.getUint16(17) / PER_MS),
    adjustmentMs: clamped(view.getInt16(19)),
    error: Math.min(ERROR_MAX, view.getUint8(21) / PER_ERROR),
  }
}

/** int16 has one value more below zero than above. */
const clamped = (tenths: number): number => Math.max(-COMPONENT_MS_MAX, tenths / PER_MS)

function inTenths(ms: number, max: number): number {
  if (!(Math.abs(ms) <= max)) throw new RangeError(`${ms} ms, beyond ${max}`)
  return Math.round(ms * PER_MS)
}
