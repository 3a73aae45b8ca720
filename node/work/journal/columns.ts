/** Columns of the journal as the values they stand for. */
import { fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { assert } from '../../../protocols/kernel/errors.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { SqlValue } from '../../storage/sqlite.ts'
import { uint64Blob, uint64OfBlob } from '../../storage/uint64-column.ts'

export function hexColumn(hex: `0x${string}`): Uint8Array {
  const bytes = fromHex(hex)
  assert(bytes !== undefined, 'an id is 0x text')
  return bytes
}

/**
 * The parameter for bytes that are given as `0x` text. What is written for every job is given so: a text crosses to the store's
 * thread in a tenth of the time of a byte array.
 */
export const BYTES_OF_TEXT = 'unhex(substr(?, 3))'

export const hashOf = (column: SqlValue | undefined): Hash32 => toHex(column as Uint8Array) as Hash32
export const creditsColumn = (amount: Credits): Uint8Array => uint64Blob(amount)
/** For {@link BYTES_OF_TEXT}. */
export const creditsText = (amount: Credits): string => `0x${amount.toString(16).padStart(16, '0')}`
export const creditsOf = (column: SqlValue | undefined): Credits => credits(uint64OfBlob(column as Uint8Array))
