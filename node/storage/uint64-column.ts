/**
 * Unsigned 64-bit columns. SQLite's integers are signed and turn into floats when they overflow, so amounts are blobs of
 * eight bytes, most significant first: these compare as the numbers do.
 */
import type { DatabaseSync } from 'node:sqlite'

export function uint64Blob(value: bigint): Uint8Array {
  if (value < 0n || value >= 1n << 64n) throw new RangeError(`${value} does not fit 64 bits`)
  const blob = new Uint8Array(8)
  new DataView(blob.buffer).setBigUint64(0, value)
  return blob
}

export function uint64OfBlob(blob: Uint8Array): bigint {
  if (blob.length !== 8) throw new RangeError(`a column of ${blob.length} bytes is no 64-bit amount`)
  return new DataView(blob.buffer, blob.byteOffset, 8).getBigUint64(0)
}

/** `uint64_sum(a, b)`; a sum beyond 64 bits fails the statement. */
export function registerUint64(database: DatabaseSync): void {
  database.function('uint64_sum', { deterministic: true, directOnly: true }, (a, b) =>
    uint64Blob(uint64OfBlob(a as Uint8Array) + uint64OfBlob(b as Uint8Array)),
  )
}
