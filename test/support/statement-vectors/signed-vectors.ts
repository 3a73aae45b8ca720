/** Vectors of signed structs: the good ones, and every way that came to mind to spoil one. */
import { concat, fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import { encodeKeyCert, signKeyCert } from '../../../protocols/statements/key-cert.ts'
import { encodeSigned, type Signed, signStruct } from '../../../protocols/statements/signed.ts'
import { structCodec } from '../../../protocols/statements/struct-codec.ts'
import { type SigningDomain, typeHash } from '../../../protocols/statements/struct-hash.ts'
import { fieldsOf, type SignedType, typeString } from '../../../protocols/statements/struct-type.ts'
import type { KeyCert } from '../../../protocols/statements/struct-types.ts'
import { cast, crypto, digestOf, domain, otherChain, otherNetwork } from './cast.ts'
import { arrayOf, bytesItem, forbiddenValues, hex, intItem, mapOf, textItem, trailing } from './cbor-parts.ts'
import { type Json, toJson } from './json.ts'
import { type AnyStruct, type AnyType, allTypes, isSigned, samplesOf, signerOf } from './samples.ts'

/** What a reader must answer. `valid` stands beside the faults so that one table drives one test. */
export type SignedOutcome = 'valid' | 'malformed' | 'key-is-not-signer' | 'false-signature' | 'payload-differs'

export interface InvalidSigned {
  readonly name: string
  readonly type: string
  readonly bytes: string
  readonly error: SignedOutcome
}

/** What Statement and OfferHead carry in the vectors. */
export const samplePayload = mapOf(textItem('load'), intItem(500_000), textItem('region'), textItem('eu-west'))

function withPayloadHash(type: SignedType<AnyStruct>, value: AnyStruct, payload: Uint8Array | undefined): AnyStruct {
  return type.payload === undefined || payload === undefined
    ? value
    : { ...value, [type.payload.hash]: toHex(crypto.keccak256(payload)) }
}

function sign(type: SignedType<AnyStruct>, sample: AnyStruct, payload?: Uint8Array, at = domain): Signed<AnyStruct> {
  return signStruct(at, type, withPayloadHash(type, sample, payload), signerOf(type).signer, payload)
}

export function structVectors(): Json {
  return allTypes.map((type) => ({
    type: type.name,
    typeString: typeString(type),
    typeHash: toHex(typeHash(crypto, type)),
    signer: type.signer ?? (type.name === 'KeyCert' ? 'owner and operator' : null),
    payloadHash: type.payload?.hash ?? null,
    samples: samplesOf(type).map(({ name, value }) => {
      const payload = type.payload === undefined ? undefined : samplePayload
      const filled = isSigned(type) ? withPayloadHash(type, value, payload) : value
      return {
        name,
        value: toJson(filled),
        structHash: toHex(domain.structHash(type, filled)),
        digest: toHex(domain.digest(type, filled)),
        ...wireOf(type, filled, payload),
      }
    }),
  }))
}

function wireOf(type: AnyType, value: AnyStruct, payload: Uint8Array | undefined): { [key: string]: Json } {
  if (type.name === 'KeyCert') {
    const cert = signKeyCert(domain, value as unknown as KeyCert, cast.owner.signer, cast.operator.signer)
    return { signatures: toJson([cert.ownerSignature, cert.operatorSignature]), wire: toHex(encodeKeyCert(cert)) }
  }
  if (!isSigned(type)) return { wire: toHex(encode(structCodec(type), value)) }
  const signed = sign(type, value, payload)
  return {
    signatures: [toHex(signed.signature)],
    ...(payload === undefined ? {} : { payload: toHex(payload) }),
    wire: toHex(encodeSigned(type, signed)),
  }
}

/** A signed struct as the list of its encoded items: key, fields, payload where there is one, signature. */
function itemsOf(type: SignedType<AnyStruct>, signed: Signed<AnyStruct>): Uint8Array[] {
  return [
    bytesItem(signed.publicKey),
    ...fieldsOf(type).map(([name]) => fieldItem(signed.value[name]!)),
    ...(signed.payload === undefined ? [] : [bytesItem(signed.payload)]),
    bytesItem(signed.signature),
  ]
}

const fieldItem = (value: string | number | bigint): Uint8Array =>
  typeof value === 'string' ? bytesItem(fromHex(value)!) : intItem(value)

const ORDER = hex('ffffffff ffffffff ffffffff fffffffe baaedce6 af48a03b bfd25e8c d0364141')
const HALF_ORDER_AND_ONE = hex('7fffffff ffffffff ffffffff ffffffff 5d576e73 57a4501d dfe92f46 681b20a1')
const asInt = (bytes: Uint8Array): bigint => BigInt(toHex(bytes))
const asBytes = (value: bigint): Uint8Array => fromHex(`0x${value.toString(16).padStart(64, '0')}`)!

function falseSignatures(type: SignedType<AnyStruct>, signed: Signed<AnyStruct>): Record<string, Uint8Array> {
  const { signature, value, payload } = signed
  const [r, s] = [signature.slice(0, 32), signature.slice(32)]
  const parity = s[0]! & 0x80
  const plain = Uint8Array.of(s[0]! & 0x7f, ...s.slice(1))
  const flipped = Uint8Array.of(s[0]! ^ 0x80, ...s.slice(1))
  const by = (signer: typeof cast.owner.signer, at: SigningDomain): Uint8Array => signer.sign(at.digest(type, value))
  const later = { ...value, [fieldsOf(type).findLast(([, kind]) => kind === 'uint64')![0]]: 77n }
  const first = signerOf(type).signer
  return {
    'parity flipped': concat(r, flipped),
    'high s: the mirrored signature': concat(r, asBytes(asInt(ORDER) - asInt(plain))),
    'high s: half of the order and one': concat(r, HALF_ORDER_AND_ONE),
    'high s with the parity bit': concat(
      r,
      Uint8Array.of(HALF_ORDER_AND_ONE[0]! | 0x80, ...HALF_ORDER_AND_ONE.slice(1)),
    ),
    'r zero': concat(new Uint8Array(32), s),
    's zero': concat(r, Uint8Array.of(parity, ...new Uint8Array(31))),
    'r the order of the curve': concat(ORDER, s),
    'r above the order': concat(new Uint8Array(32).fill(0xff), s),
    'r no x coordinate': concat(asBytes(5n), s),
    'all zero': new Uint8Array(64),
    'r and s swapped': concat(s, r),
    'by a stranger, under the signer’s key': by(cast.stranger.signer, domain),
    'for another network': by(first, otherNetwork),
    'for another chain': by(first, otherChain),
    'of another value': first.sign(domain.digest(type, later)),
    'of the struct hash without the domain': first.sign(domain.structHash(type, value)),
    ...(payload === undefined ? {} : { 'of the payload alone': first.sign(crypto.keccak256(payload)) }),
  }
}

function wrongKeys(signed: Signed<AnyStruct>): Record<string, Uint8Array> {
  const key = signed.publicKey
  return {
    'key of a stranger': cast.stranger.signer.publicKey,
    'key with the other parity': Uint8Array.of(key[0]! ^ 1, ...key.slice(1)),
    'key with prefix 0': Uint8Array.of(0, ...key.slice(1)),
    'key with prefix 4': Uint8Array.of(4, ...key.slice(1)),
    'key no point of the curve': concat(Uint8Array.of(2), asBytes(5n)),
    'key all zero': new Uint8Array(33),
  }
}

/** Other encodings of one field. They never get as far as a signature. */
function wrongFields(kind: string, value: string | number | bigint): Record<string, Uint8Array> {
  const common = {
    'is null': hex('f6'),
    'is true': hex('f5'),
    'is text': textItem('0x00'),
    'is a float': hex('f9 3c00'),
    'is tagged': concat(hex('c1'), fieldItem(value)),
    'is undefined': hex('f7'),
  }
  if (typeof value === 'string') {
    const bytes = fromHex(value)!
    return {
      ...common,
      'a byte short': bytesItem(bytes.slice(1)),
      'a byte long': bytesItem(concat(bytes, Uint8Array.of(0))),
      'is empty': bytesItem(new Uint8Array(0)),
      'is an integer': intItem(1),
      'of indefinite length': concat(hex('5f'), bytesItem(bytes), hex('ff')),
      'with its length in three bytes': concat(Uint8Array.of(0x59, 0, bytes.length), bytes),
    }
  }
  const bits = Number(kind.slice(4))
  return {
    ...common,
    'is negative': intItem(-1),
    'is bytes': bytesItem(asBytes(BigInt(value))),
    'too wide': bits === 64 ? hex('c2 49 010000000000000000') : intItem(2n ** BigInt(bits)),
    'not in its shortest form': hex('1b 0000000000000001'),
  }
}

function wrongFrames(items: readonly Uint8Array[]): Record<string, Uint8Array> {
  const whole = arrayOf(...items)
  return {
    empty: new Uint8Array(0),
    'a byte short': whole.slice(0, -1),
    'half of it': whole.slice(0, whole.length >>> 1),
    'only the head': whole.slice(0, 1),
    'a byte behind': concat(whole, Uint8Array.of(0)),
    'twice itself': concat(whole, whole),
    'an item more': arrayOf(...items.slice(0, -1), bytesItem(hex('00')), intItem(1), items.at(-1)!),
    'an item less': arrayOf(...items.slice(0, 2), ...items.slice(3)),
    'no signature': arrayOf(...items.slice(0, -1)),
    'a map instead of an array': concat(Uint8Array.of(0xa0 | items.length), ...items, intItem(0)),
    'inside another array': arrayOf(whole),
    'of indefinite length': concat(hex('9f'), ...items, hex('ff')),
    'its length in two bytes': concat(Uint8Array.of(0x98, items.length), ...items),
    'fields in another order': arrayOf(items[0]!, ...items.slice(1, -1).reverse(), items.at(-1)!),
  }
}

export function invalidSigned(): readonly InvalidSigned[] {
  return allTypes.filter(isSigned).flatMap((type) => {
    const signed = sign(type, samplesOf(type)[0]!.value, type.payload === undefined ? undefined : samplePayload)
    const items = itemsOf(type, signed)
    const row =
      (error: SignedOutcome) =>
      ([name, bytes]: readonly [string, Uint8Array]): InvalidSigned => ({
        name,
        type: type.name,
        bytes: toHex(bytes),
        error,
      })
    const at = (index: number, item: Uint8Array): Uint8Array => arrayOf(...items.with(index, item))
    const last = items.length - 1
    return [
      ...Object.entries(falseSignatures(type, signed)).map(([name, signature]) =>
        row('false-signature')([`signature: ${name}`, at(last, bytesItem(signature))]),
      ),
      ...Object.entries(wrongKeys(signed)).map(([name, key]) =>
        row('key-is-not-signer')([name, at(0, bytesItem(key))]),
      ),
      ...Object.entries(wrongFrames(items)).map(row('malformed')),
      ...fieldsOf(type).flatMap(([field, kind], i) =>
        Object.entries(wrongFields(kind, signed.value[field]!)).map(([name, item]) =>
          row('malformed')([`${field} ${name}`, at(1 + i, item)]),
        ),
      ),
      ...[32, 34, 65].map((length) =>
        row('malformed')([`key of ${length} bytes`, at(0, bytesItem(new Uint8Array(length).fill(2)))]),
      ),
      ...[63, 65].map((length) =>
        row('malformed')([`signature of ${length} bytes`, at(last, bytesItem(new Uint8Array(length).fill(1)))]),
      ),
      ...changedFields(type, items, last).map(row('false-signature')),
      ...(type.payload === undefined ? [] : invalidPayloads(type, items, last)),
    ]
  })
}

/** Every field but the signer's, changed after it was signed. */
function changedFields(
  type: SignedType<AnyStruct>,
  items: readonly Uint8Array[],
  last: number,
): readonly (readonly [string, Uint8Array])[] {
  return fieldsOf(type).flatMap(([field], i) => {
    if (field === type.signer || field === type.payload?.hash) return []
    const item = items[1 + i]!.slice()
    item[item.length - 1]! ^= 1
    return [[`${field} changed`, arrayOf(...items.slice(0, last + 1).with(1 + i, item))] as const]
  })
}

function invalidPayloads(type: SignedType<AnyStruct>, items: readonly Uint8Array[], last: number): InvalidSigned[] {
  const at = (index: number, item: Uint8Array): Uint8Array => arrayOf(...items.with(index, item))
  const hashIndex = 1 + fieldsOf(type).findIndex(([name]) => name === type.payload!.hash)
  // Signed as it should be: only the payload's own form is wrong.
  const signedOver = (payload: Uint8Array): Uint8Array => {
    const value = withPayloadHash(type, samplesOf(type)[0]!.value, payload)
    const { signer } = signerOf(type)
    const signature = signer.sign(domain.digest(type, value))
    return arrayOf(...itemsOf(type, { value, publicKey: signer.publicKey, payload, signature }))
  }
  const row = (name: string, bytes: Uint8Array, error: SignedOutcome): InvalidSigned => ({
    name: `payload: ${name}`,
    type: type.name,
    bytes: toHex(bytes),
    error,
  })
  return [
    row('another one', at(last - 1, bytesItem(mapOf(textItem('load'), intItem(1)))), 'payload-differs'),
    row('its hash changed', at(hashIndex, bytesItem(digestOf('another payload'))), 'payload-differs'),
    row('as a map instead of bytes', at(last - 1, samplePayload), 'malformed'),
    ...(type.payload!.presence === 'required'
      ? [row('missing', arrayOf(...items.slice(0, last - 1), items[last]!), 'malformed')]
      : []),
    ...Object.entries({ ...forbiddenValues, ...trailing }).map(([name, payload]) =>
      row(name, signedOver(payload), 'malformed'),
    ),
  ]
}
