/** A block's header: its hash is over the bytes as they came, so what a later fork appends changes nothing here. */
import { toHex } from '../../kernel/bytes.ts'
import { MalformedError } from '../../kernel/cbor-reader.ts'
import type { Hash32 } from '../../kernel/ids.ts'
import type { Hasher } from '../../kernel/ports.ts'
import { readRlp, readRlpList, rlpHash, rlpInteger } from './rlp.ts'

/** Ethereum's header has about 620 bytes; chains of one authority keep its signers in `extraData`, some kilobytes. */
export const HEADER_BYTES_MAX = 8_192
/** From the first fork on; Prague has 21, and others will append theirs. */
const FIELDS_MIN = 15
const FIELDS_MAX = 64

export interface BlockHeader {
  /** keccak256 of the header as given: this is what chains and peers agree on. */
  readonly hash: Hash32
  readonly parentHash: Hash32
  readonly stateRoot: Hash32
  readonly number: bigint
  /** Seconds. */
  readonly time: bigint
}

/** Reads a header; whether its hash is the chain's is for the caller to know. @throws MalformedError */
export function openHeader(hasher: Pick<Hasher, 'keccak256'>, bytes: Uint8Array): BlockHeader {
  if (bytes.length > HEADER_BYTES_MAX) throw new MalformedError(`a header of more than ${HEADER_BYTES_MAX} bytes`)
  const fields = readRlpList(readRlp(bytes), FIELDS_MAX)
  if (fields.length < FIELDS_MIN) throw new MalformedError(`a header of fewer than ${FIELDS_MIN} fields`)
  return {
    hash: toHex(hasher.keccak256(bytes)) as Hash32,
    parentHash: rlpHash(fields[0]!),
    stateRoot: rlpHash(fields[3]!),
    number: rlpInteger(fields[8]!, 8),
    time: rlpInteger(fields[11]!, 8),
  }
}
