/**
 * A struct with its signature, as it travels: `[33-byte public key, fields in order ..., payload?, 64-byte ERC-2098
 * signature]`, one deterministic CBOR array. The public key is on the wire so that a wrong key is refused by its address
 * before any curve arithmetic, and the check is of that key: nothing is guessed from the signature alone.
 */
import { equalBytes, hexInto } from '../kernel/bytes.ts'
import type { CborReader } from '../kernel/cbor-reader.ts'
import { type Codec, decode, encode, isCanonical, requireCanonical } from '../kernel/codec.ts'
import { assert, MeshError } from '../kernel/errors.ts'
import type { Address } from '../kernel/ids.ts'
import type { Signer } from '../kernel/ports.ts'
import { addressOf } from './address-of.ts'
import { fieldCodecs } from './struct-codec.ts'
import type { SigningDomain } from './struct-hash.ts'
import type { SignedType } from './struct-type.ts'

export const PUBLIC_KEY_BYTES = 33
export const SIGNATURE_BYTES = 64
/** A signed struct with its payload fits one frame of any stream, with room for the message around it. */
export const PAYLOAD_BYTES_MAX = 60_000

export interface Signed<T> {
  readonly value: T
  /** Compressed, 33 bytes; its address is the value's signer field. */
  readonly publicKey: Uint8Array
  /** r (32 bytes), then s with the y parity in its top bit; s is low. */
  readonly signature: Uint8Array
  /** Deterministic CBOR, exactly as received: its hash is signed, so it is never decoded and encoded again. */
  readonly payload?: Uint8Array
}

/** Why a well-formed signed struct proves nothing. */
export type SignatureFault = 'key-is-not-signer' | 'false-signature' | 'payload-differs'

/**
 * Signs with the key that the value names.
 * @throws MeshError BUG where the signer is another, or the payload is not the one that the value's hash names
 */
export function signStruct<T>(
  domain: SigningDomain,
  type: SignedType<T>,
  value: T,
  signer: Signer,
  payload?: Uint8Array,
): Signed<T> {
  assert(value[type.signer] === signer.address, `${type.name} is signed by its ${type.signer}`)
  assert(type.payload?.presence !== 'required' || payload !== undefined, `${type.name} travels with its payload`)
  if (payload !== undefined) {
    assert(type.payload !== undefined, `${type.name} has no payload`)
    assert(payloadMatches(domain, type, value, payload), `${type.name}.${type.payload.hash} is the payload's hash`)
  }
  const signature = signer.sign(domain.digest(type, value))
  return { value, publicKey: signer.publicKey, signature, ...(payload === undefined ? {} : { payload }) }
}

/**
 * Undefined where the signature is good: the key is the signer's, the signature is this key's over this value with a low s
 * and the y parity that a contract needs to recover it, and the payload, where one came, is the one that was signed.
 * @throws RangeError where a field does not fit its type: never for a value that a codec read
 */
export function signatureFault<T>(
  domain: SigningDomain,
  type: SignedType<T>,
  signed: Signed<T>,
): SignatureFault | undefined {
  const { value, publicKey, signature, payload } = signed
  if (payload !== undefined && !payloadMatches(domain, type, value, payload)) return 'payload-differs'
  if (addressOf(domain.crypto, publicKey) !== value[type.signer]) return 'key-is-not-signer'
  return domain.crypto.verify(domain.digest(type, value), publicKey, signature) ? undefined : 'false-signature'
}

/** @throws MeshError WRONG_SIGNER, MALFORMED */
export function requireSigned<T>(domain: SigningDomain, type: SignedType<T>, signed: Signed<T>): void {
  const fault = signatureFault(domain, type, signed)
  if (fault === undefined) return
  if (fault === 'key-is-not-signer')
    throw new MeshError('WRONG_SIGNER', {
      given: addressOf(domain.crypto, signed.publicKey) ?? 'no key of the curve',
      expected: signed.value[type.signer] as Address,
    })
  throw new MeshError('MALFORMED', { what: type.name, why: fault })
}

/** @throws RangeError where a field does not fit its type */
export function encodeSigned<T>(type: SignedType<T>, signed: Signed<T>): Uint8Array<ArrayBuffer> {
  return encode(signedCodec(type), signed)
}

/**
 * Decodes and checks.
 * @throws MalformedError where the bytes are no such struct; MeshError WRONG_SIGNER, MALFORMED where its signature is not good
 */
export function openSigned<T>(domain: SigningDomain, type: SignedType<T>, bytes: Uint8Array): Signed<T> {
  const signed = decode(signedCodec(type), bytes)
  requireSigned(domain, type, signed)
  return signed
}

const codecsByType = new WeakMap<object, Codec<Signed<never>>>()

/** Shape only: whoever reads asks {@link signatureFault} before believing a word. */
export function signedCodec<T>(type: SignedType<T>): Codec<Signed<T>> {
  let codec = codecsByType.get(type)
  if (codec === undefined) {
    codec = makeCodec(type) as unknown as Codec<Signed<never>>
    codecsByType.set(type, codec)
  }
  return codec as unknown as Codec<Signed<T>>
}

function makeCodec<T>(type: SignedType<T>): Codec<Signed<T>> {
  const fields = fieldCodecs(type)
  const itemsMin = 2 + fields.length + (type.payload?.presence === 'required' ? 1 : 0)
  const itemsMax = 2 + fields.length + (type.payload === undefined ? 0 : 1)
  return {
    bytesMax:
      9 +
      fields.reduce((sum, { codec }) => sum + codec.bytesMax, PUBLIC_KEY_BYTES + SIGNATURE_BYTES + 4) +
      (type.payload === undefined ? 0 : PAYLOAD_BYTES_MAX + 3),
    write(writer, { value, publicKey, signature, payload }) {
      const items = 2 + fields.length + (payload === undefined ? 0 : 1)
      if (items < itemsMin || items > itemsMax) throw new RangeError(`${type.name}: payload missing or out of place`)
      if (publicKey.length !== PUBLIC_KEY_BYTES || signature.length !== SIGNATURE_BYTES)
        throw new RangeError('a key has 33 bytes, a signature 64')
      if (payload !== undefined && payload.length > PAYLOAD_BYTES_MAX)
        throw new RangeError(`payload longer than ${PAYLOAD_BYTES_MAX} bytes`)
      if (payload !== undefined && !isCanonical(payload)) throw new RangeError('payload is not deterministic CBOR')
      writer.array(items)
      writer.bytes(publicKey)
      for (const { name, codec } of fields) codec.write(writer, value[name])
      if (payload !== undefined) writer.bytes(payload)
      writer.bytes(signature)
    },
    read(reader) {
      const items = reader.array(itemsMax)
      if (items < itemsMin) reader.fail(`${type.name} has ${itemsMin} items`)
      reader.enter()
      const publicKey = exactly(reader, PUBLIC_KEY_BYTES)
      const value = {} as T
      for (const { name, codec } of fields) value[name] = codec.read(reader) as T[typeof name]
      const payload = items > 2 + fields.length ? payloadHere(reader) : undefined
      const signature = exactly(reader, SIGNATURE_BYTES)
      reader.leave()
      return { value, publicKey, signature, ...(payload === undefined ? {} : { payload }) }
    },
  }
}

/** Copied: a signed struct is kept as evidence for days, and must not hold the whole frame that it came in. */
function exactly(reader: CborReader, length: number): Uint8Array {
  const value = reader.bytes(length)
  return value.length === length ? value.slice() : reader.fail(`expected ${length} bytes`)
}

/** One deterministic CBOR value: bytes that differ from their own canonical encoding are malformed, whoever signed them. */
function payloadHere(reader: CborReader): Uint8Array {
  const payload = reader.bytes(PAYLOAD_BYTES_MAX).slice()
  requireCanonical(payload)
  return payload
}

function payloadMatches<T>(domain: SigningDomain, type: SignedType<T>, value: T, payload: Uint8Array): boolean {
  if (type.payload === undefined) return false
  const named = new Uint8Array(32)
  return hexInto(value[type.payload.hash] as string, named, 0) && equalBytes(named, domain.crypto.keccak256(payload))
}
