/** A batch of receipts as one row: what is signed again after a restart is exactly what was signed before, or damaged. */
import { crc32 } from 'node:zlib'
import { array, type Codec, decode, encode } from '../../../protocols/kernel/codec.ts'
import { BATCH_RECEIPTS_MAX, receiptCodec } from '../../../protocols/statements/receipt-batch.ts'
import type { Receipt } from '../../../protocols/statements/struct-types.ts'
import { damaged, type SqlValue } from '../../storage/sqlite.ts'
import type { Row } from '../../storage/store.ts'
import type { FinalBatch } from '../miner-journal.ts'

const receiptsCodec: Codec<readonly Receipt[]> = array(receiptCodec, BATCH_RECEIPTS_MAX, 1)

/** Parameters for (sequence, receipts, crc). */
export function batchColumns(sequence: bigint, receipts: readonly Receipt[]): readonly SqlValue[] {
  const bytes = encode(receiptsCodec, receipts)
  return [sequence, bytes, crcOf(sequence, bytes)]
}

/** @throws MeshError DATA_FOLDER_DAMAGED */
export function batchOf(row: Row, path: string): FinalBatch {
  const sequence = row.sequence as bigint
  const bytes = row.receipts as Uint8Array
  if (row.crc !== BigInt(crcOf(sequence, bytes))) throw damaged(path, `the receipts of batch ${sequence} have changed`)
  return { sequence, receipts: decode(receiptsCodec, bytes) }
}

const crcOf = (sequence: bigint, bytes: Uint8Array): number => crc32(bytes, crc32(sequence.toString()))
