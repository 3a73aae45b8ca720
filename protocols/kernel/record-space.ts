/** A family of DHT records as a value. Records are signed by their author and bound to the author's key. */

export interface RecordSpace<T> {
  /** First part of the DHT key: `/aitbc-<name>/`. */
  readonly name: string
  readonly bytesMax: number
  /** Key suffix of the record's author, in bytes. */
  keyOf(value: T): Uint8Array
  /**
   * Decodes and verifies; pure. Whether it is newer than what this node has seen is the adapter's question,
   * asked with {@link newer}, for PUT_VALUE alone would let an older record overwrite.
   * @throws MalformedError and MeshError where the bytes are no valid record of this key
   */
  open(key: Uint8Array, bytes: Uint8Array, nowMs: number): T
  newer(a: T, b: T): boolean
  /** Unix milliseconds after which the record is worthless. */
  expiresAtMs(value: T): number
}

/** The record in a stranger's bytes; `undefined` where they are none, it has expired, or `known` is newer. */
export function openNewest<T>(
  law: RecordSpace<T>,
  key: Uint8Array,
  bytes: Uint8Array,
  known: T | undefined,
  nowMs: number,
): T | undefined {
  if (bytes.length > law.bytesMax) return undefined
  let value: T
  try {
    value = law.open(key, bytes, nowMs)
  } catch {
    // Which rule it broke is between its sender and its author; here it is no record.
    return undefined
  }
  if (law.expiresAtMs(value) <= nowMs) return undefined
  return known !== undefined && law.newer(known, value) ? undefined : value
}
