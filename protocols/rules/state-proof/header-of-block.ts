/**
 * The header's bytes again from the fields of `eth_getBlockByNumber`: few endpoints give them as they are. Nothing here is
 * believed; a field that is wrong, or one of a fork that is not known here, gives bytes of another hash.
 */
import { fromHex } from '../../kernel/bytes.ts'
import { MalformedError } from '../../kernel/cbor-reader.ts'
import { HEADER_BYTES_MAX } from './block-header.ts'
import { encodeRlpBytes, encodeRlpList } from './rlp.ts'

type Form = 'bytes' | 'integer'

/** In the order of the header. */
const FIRST_FIELDS: readonly (readonly [name: string, form: Form])[] = [
  ['parentHash', 'bytes'],
  ['sha3Uncles', 'bytes'],
  ['miner', 'bytes'],
  ['stateRoot', 'bytes'],
  ['transactionsRoot', 'bytes'],
  ['receiptsRoot', 'bytes'],
  ['logsBloom', 'bytes'],
  ['difficulty', 'integer'],
  ['number', 'integer'],
  ['gasLimit', 'integer'],
  ['gasUsed', 'integer'],
  ['timestamp', 'integer'],
  ['extraData', 'bytes'],
  ['mixHash', 'bytes'],
  ['nonce', 'bytes'],
]
/** What the forks from London to Prague appended: each came with all that stand before it. */
const LATER_FIELDS: readonly (readonly [name: string, form: Form])[] = [
  ['baseFeePerGas', 'integer'],
  ['withdrawalsRoot', 'bytes'],
  ['blobGasUsed', 'integer'],
  ['excessBlobGas', 'integer'],
  ['parentBeaconBlockRoot', 'bytes'],
  ['requestsHash', 'bytes'],
]

/** @throws MalformedError where a field is missing or no `0x` text */
export function headerOfBlock(block: Readonly<Record<string, unknown>>): Uint8Array<ArrayBuffer> {
  const later = LATER_FIELDS.findIndex(([name]) => block[name] === undefined || block[name] === null)
  const fields = [...FIRST_FIELDS, ...LATER_FIELDS.slice(0, later === -1 ? LATER_FIELDS.length : later)]
  const header = encodeRlpList(fields.map(([name, form]) => encodeRlpBytes(fieldOf(block[name], name, form))))
  if (header.length > HEADER_BYTES_MAX) throw new MalformedError(`a header of more than ${HEADER_BYTES_MAX} bytes`)
  return header
}

function fieldOf(value: unknown, name: string, form: Form): Uint8Array {
  const text = typeof value === 'string' && value.length <= 2 + 2 * HEADER_BYTES_MAX ? value.toLowerCase() : ''
  const digits = form === 'integer' ? text.slice(2).replace(/^0+/, '') : text.slice(2)
  const bytes = fromHex(`${text.slice(0, 2)}${digits.length % 2 === 1 ? '0' : ''}${digits}`)
  if (bytes === undefined || (form === 'bytes' && text.length % 2 === 1))
    throw new MalformedError(`the block's ${name} is no hexadecimal text`)
  return bytes
}
