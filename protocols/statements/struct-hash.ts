/**
 * Struct hashes and digests. On the path of every job, so words are written straight into one buffer per type, and what is
 * the same for every value (type hash, domain separator) is computed once.
 */
import { hexInto, toHex } from '../kernel/bytes.ts'
import type { Hash32 } from '../kernel/ids.ts'
import type { Crypto } from '../kernel/ports.ts'
import { domainSeparator, type NetworkDomain, networkTag } from './domain.ts'
import { type FieldType, fieldsOf, type StructType, typeString } from './struct-type.ts'

/** All that signing and checking on one network needs. Made once per process; not tied to any key. */
export interface SigningDomain {
  readonly network: NetworkDomain
  /** First 8 hexadecimal digits of keccak256(network id). */
  readonly tag: string
  readonly separator: Hash32
  readonly crypto: Crypto
  /** 32 bytes. @throws RangeError where a field does not fit its type */
  structHash<T>(type: StructType<T>, value: T): Uint8Array<ArrayBuffer>
  /** keccak256(0x1901 || separator || struct hash): what a key signs. @throws RangeError as above */
  digest<T>(type: StructType<T>, value: T): Uint8Array<ArrayBuffer>
}

type PutWord = (buffer: Uint8Array, at: number, value: unknown) => void

const WORD = 32
const encoder = new TextEncoder()

export function signingDomain(network: NetworkDomain, crypto: Crypto): SigningDomain {
  const separator = domainSeparator(crypto, network)
  const signed = new Uint8Array(2 + 2 * WORD)
  signed.set([0x19, 0x01])
  signed.set(separator, 2)

  // Keyed by the row itself: rows are constants, so the map is as small as their number.
  const hashers = new Map<object, (value: never) => Uint8Array<ArrayBuffer>>()
  const structHash = <T>(type: StructType<T>, value: T): Uint8Array<ArrayBuffer> => {
    let hash = hashers.get(type)
    if (hash === undefined) {
      hash = compile(type, crypto) as (value: never) => Uint8Array<ArrayBuffer>
      hashers.set(type, hash)
    }
    return hash(value as never)
  }

  return {
    network,
    tag: networkTag(crypto, network.networkId),
    separator: toHex(separator) as Hash32,
    crypto,
    structHash,
    digest(type, value) {
      signed.set(structHash(type, value), 2 + WORD)
      return crypto.keccak256(signed)
    },
  }
}

/** keccak256 of the type string. */
export function typeHash<T>(crypto: Pick<Crypto, 'keccak256'>, type: StructType<T>): Uint8Array<ArrayBuffer> {
  return crypto.keccak256(encoder.encode(typeString(type)))
}

/** The buffer is shared by every call: hashing is synchronous, and each call writes all bytes that can differ. */
function compile<T>(type: StructType<T>, crypto: Pick<Crypto, 'keccak256'>): (value: T) => Uint8Array<ArrayBuffer> {
  const fields = fieldsOf(type).map(([name, kind]) => ({ name, put: putWord(kind) }))
  const buffer = new Uint8Array((1 + fields.length) * WORD)
  buffer.set(typeHash(crypto, type))
  return (value) => {
    let at = WORD
    for (const { name, put } of fields) {
      put(buffer, at, value[name])
      at += WORD
    }
    return crypto.keccak256(buffer)
  }
}

function putWord(kind: FieldType): PutWord {
  switch (kind) {
    case 'address':
      return (buffer, at, value) => putHex(buffer, at + 12, value, 20)
    case 'bytes32':
      return (buffer, at, value) => putHex(buffer, at, value, 32)
    // Fixed bytes stand at the left of their word, numbers and addresses at the right.
    case 'bytes4':
      return (buffer, at, value) => putHex(buffer, at, value, 4)
    case 'uint8':
      return (buffer, at, value) => putUint(buffer, at, value, 0xff)
    case 'uint16':
      return (buffer, at, value) => putUint(buffer, at, value, 0xffff)
    case 'uint32':
      return (buffer, at, value) => putUint(buffer, at, value, 0xffff_ffff)
    case 'uint64':
      return putUint64
  }
}

function putHex(buffer: Uint8Array, at: number, value: unknown, length: number): void {
  if (typeof value !== 'string' || value.length !== 2 + 2 * length || !hexInto(value, buffer, at))
    throw new RangeError(`expected ${length} bytes as 0x text`)
}

function putUint(buffer: Uint8Array, at: number, value: unknown, max: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > max)
    throw new RangeError(`expected an integer in 0..${max}`)
  put32(buffer, at + 28, value)
}

function putUint64(buffer: Uint8Array, at: number, value: unknown): void {
  if (typeof value !== 'bigint' || value < 0n || value >= 2n ** 64n)
    throw new RangeError('expected a bigint in 0..2^64-1')
  put32(buffer, at + 24, Number(value >> 32n))
  put32(buffer, at + 28, Number(value & 0xffff_ffffn))
}

function put32(buffer: Uint8Array, at: number, value: number): void {
  buffer[at] = value >>> 24
  buffer[at + 1] = value >>> 16
  buffer[at + 2] = value >>> 8
  buffer[at + 3] = value
}
