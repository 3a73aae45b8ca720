import { describe, expect, test } from 'vitest'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { CborReader, MalformedError } from '../../../protocols/kernel/cbor-reader.ts'
import { decode, encode } from '../../../protocols/kernel/codec.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { keyCertCodec, keyCertCovers, keyCertFault, openKeyCert } from '../../../protocols/statements/key-cert.ts'
import {
  encodeSigned,
  openSigned,
  PAYLOAD_BYTES_MAX,
  signatureFault,
  signedCodec,
  signStruct,
} from '../../../protocols/statements/signed.ts'
import type { SignedType } from '../../../protocols/statements/struct-type.ts'
import { leaseType, offerHeadType, structTypes } from '../../../protocols/statements/struct-types.ts'
import { cast, crypto, domain } from '../../support/statement-vectors/cast.ts'
import { nested } from '../../support/statement-vectors/cbor-parts.ts'
import { bytesOf, vectors } from '../../support/statement-vectors/read.ts'
import { type AnyStruct, type AnyType, isSigned, samplesOf } from '../../support/statement-vectors/samples.ts'

const typeNamed = (name: string): AnyType => (structTypes as unknown as Record<string, AnyType>)[name]!

function outcomeOf(type: SignedType<AnyStruct>, bytes: Uint8Array): string {
  try {
    return signatureFault(domain, type, decode(signedCodec(type), bytes)) ?? 'valid'
  } catch (error) {
    if (error instanceof MalformedError) return 'malformed'
    throw error
  }
}

describe.each(vectors.structs.filter(({ type }) => isSigned(typeNamed(type))))(
  'a signed $type',
  ({ type, samples }) => {
    const row = typeNamed(type) as SignedType<AnyStruct>

    test.each(samples)('of the $name value is read, holds, and is written back to the same bytes', (sample) => {
      const signed = openSigned(domain, row, bytesOf(sample.wire))
      expect(signed.value).toEqual(
        Object.fromEntries(
          Object.entries(sample.value).map(([name, value]) => [
            name,
            row.fields[name] === 'uint64' ? BigInt(value) : value,
          ]),
        ),
      )
      expect(toHex(signed.signature)).toBe(sample.signatures![0])
      expect(toHex(encodeSigned(row, signed))).toBe(sample.wire)
    })

    test.each(vectors.invalidSigned.filter((vector) => vector.type === type))(
      'is refused: $name',
      ({ bytes, error }) => {
        expect(outcomeOf(row, bytesOf(bytes))).toBe(error)
      },
    )
  },
)

describe('a key certificate', () => {
  test('holds with both signatures and is written back to the same bytes', () => {
    for (const { wire } of vectors.structs.find(({ type }) => type === 'KeyCert')!.samples)
      expect(toHex(encode(keyCertCodec, openKeyCert(domain, bytesOf(wire))))).toBe(wire)
  })
  test.each(vectors.invalidKeyCerts)('binds nothing: $name', ({ bytes, error }) => {
    let outcome: string
    try {
      outcome = keyCertFault(domain, decode(keyCertCodec, bytesOf(bytes))) ?? 'valid'
    } catch (thrown) {
      if (!(thrown instanceof MalformedError)) throw thrown
      outcome = 'malformed'
    }
    expect(outcome).toBe(error)
  })
  test('covers its first and its last second, and no other', () => {
    const cert = {
      owner: cast.owner.signer.address,
      operator: cast.operator.signer.address,
      notBefore: 10n,
      notAfter: 20n,
    }
    expect([9_999, 10_000, 20_999, 21_000].map((nowMs) => keyCertCovers(cert, nowMs))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })
  test('is opened with an error that says which key was not the signer’s', () => {
    const { bytes } = vectors.invalidKeyCerts.find(({ error }) => error === 'operator-key-is-not-operator')!
    expect(() => openKeyCert(domain, bytesOf(bytes))).toThrow(
      expect.objectContaining({
        code: 'WRONG_SIGNER',
        facts: { given: cast.stranger.signer.address, expected: cast.operator.signer.address },
      }),
    )
  })
})

describe('opening a signed struct', () => {
  const sample = samplesOf(leaseType as unknown as AnyType)[0]!.value
  const lease = leaseType as unknown as SignedType<AnyStruct>
  const signed = signStruct(domain, lease, sample, cast.operator.signer)

  test('names the stranger whose key it holds', () => {
    const bytes = encodeSigned(lease, { ...signed, publicKey: cast.stranger.signer.publicKey })
    expect(() => openSigned(domain, lease, bytes)).toThrow(
      expect.objectContaining({
        code: 'WRONG_SIGNER',
        facts: { given: cast.stranger.signer.address, expected: cast.operator.signer.address },
      }),
    )
  })
  test('throws what says why for a false signature', () => {
    const bytes = encodeSigned(lease, { ...signed, signature: new Uint8Array(64) })
    expect(() => openSigned(domain, lease, bytes)).toThrow(
      expect.objectContaining({ code: 'MALFORMED', facts: { what: 'Lease', why: 'false-signature' } }),
    )
  })
  test('keeps its key, signature and payload when the frame that brought them is overwritten', () => {
    const payload = nested(16)
    const head = offerHeadType as unknown as SignedType<AnyStruct>
    const value = { ...samplesOf(head as AnyType)[0]!.value, bodyHash: toHex(crypto.keccak256(payload)) }
    const frame = encodeSigned(head, signStruct(domain, head, value, cast.operator.signer, payload))
    const read = openSigned(domain, head, frame)
    frame.fill(0)
    expect(signatureFault(domain, head, read)).toBeUndefined()
    expect(read.payload).toEqual(payload)
  })
})

describe('signing', () => {
  const head = offerHeadType as unknown as SignedType<AnyStruct>
  const payload = nested(16)
  const value = { ...samplesOf(head as AnyType)[0]!.value, bodyHash: toHex(crypto.keccak256(payload)) }

  test('is refused for a key that the value does not name', () => {
    expect(() => signStruct(domain, head, value, cast.stranger.signer, payload)).toThrow(
      expect.objectContaining({ code: 'BUG' }),
    )
  })
  test('is refused for a payload that the value does not name', () => {
    expect(() => signStruct(domain, head, value, cast.operator.signer, nested(15))).toThrow(
      expect.objectContaining({ code: 'BUG' }),
    )
  })
  test('a payload may be left away where the struct alone is evidence, and the signature still holds', () => {
    const { payload: _, ...bare } = signStruct(domain, head, value, cast.operator.signer, payload)
    expect(openSigned(domain, head, encodeSigned(head, bare)).payload).toBeUndefined()
  })
  test('a payload that is not deterministic, or longer than its bound, is not written', () => {
    const signed = signStruct(domain, head, value, cast.operator.signer, payload)
    for (const wrong of [new Uint8Array(0), nested(17), new Uint8Array(PAYLOAD_BYTES_MAX + 1)])
      expect(() => encodeSigned(head, { ...signed, payload: wrong })).toThrow(RangeError)
  })
  test('a field that does not fit its type is not signed', () => {
    const lease = leaseType as unknown as SignedType<AnyStruct>
    const good = samplesOf(lease as AnyType)[0]!.value
    const wrong: readonly AnyStruct[] = [
      { ...good, startsAt: 2n ** 64n },
      { ...good, startsAt: -1n },
      { ...good, startsAt: 1 },
      { ...good, card: '0x00' },
      { ...good, card: `0x${'zz'.repeat(32)}` },
      { ...good, agreement: `0x${'00'.repeat(33)}` },
    ]
    for (const changed of wrong)
      expect(() => signStruct(domain, lease, changed, cast.operator.signer)).toThrow(RangeError)
  })
})

test('every signed type fits the bound that its codec promises, with the longest payload it may carry', () => {
  for (const type of Object.values(structTypes) as unknown as AnyType[]) {
    if (!isSigned(type)) continue
    const payload = type.payload === undefined ? undefined : longestPayload()
    const value = {
      ...samplesOf(type).find(({ name }) => name === 'largest')!.value,
      ...(payload === undefined ? {} : { [type.payload!.hash]: toHex(crypto.keccak256(payload)) }),
    }
    const signer = [cast.operator, cast.payer, cast.session].find(
      ({ signer }) => signer.address === value[type.signer],
    )!
    const bytes = encodeSigned(type, signStruct(domain, type, value, signer.signer, payload))
    expect(bytes.length).toBeLessThanOrEqual(signedCodec(type).bytesMax)
    expect(() => openSigned(domain, type, bytes)).not.toThrow()
  }
})

/** One byte string that fills the payload to its last byte. */
function longestPayload(): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(PAYLOAD_BYTES_MAX)
  bytes.set([0x59, (PAYLOAD_BYTES_MAX - 3) >>> 8, (PAYLOAD_BYTES_MAX - 3) & 0xff])
  expect(new CborReader(bytes).skip().length).toBe(PAYLOAD_BYTES_MAX)
  return bytes
}

test('errors of a wrong signer are the remote’s fault', () => {
  const lease = leaseType as unknown as SignedType<AnyStruct>
  const signed = signStruct(domain, lease, samplesOf(lease as AnyType)[0]!.value, cast.operator.signer)
  const bytes = encodeSigned(lease, { ...signed, publicKey: cast.stranger.signer.publicKey })
  try {
    openSigned(domain, lease, bytes)
    expect.unreachable()
  } catch (error) {
    expect(isMeshError(error, 'WRONG_SIGNER') && error.fault).toBe('remote')
  }
})
