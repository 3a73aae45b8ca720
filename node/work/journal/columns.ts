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

export const hashOf = (column: SqlValue | undefined): Hash32 => toHex(column as Uint8Array) as Hash32
export const creditsColumn = (amount: Credits): Uint8Array => uint64Blob(amount)
export const creditsOf = (column: SqlValue | undefined): Credits => credits(uint64OfBlob(column as Uint8Array))
