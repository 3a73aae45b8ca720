import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { MalformedError } from '../../../protocols/kernel/cbor-reader.ts'
import { decode, encode } from '../../../protocols/kernel/codec.ts'
import { encodeSigned, signatureFault, signedCodec, signStruct } from '../../../protocols/statements/signed.ts'
import { structCodec } from '../../../protocols/statements/struct-codec.ts'
import { arbitraryStruct } from '../../support/arbitrary-structs.ts'
import { cast, crypto, domain } from '../../support/statement-vectors/cast.ts'
import { nested } from '../../support/statement-vectors/cbor-parts.ts'
import { allTypes, isSigned } from '../../support/statement-vectors/samples.ts'
import '../../support/property-seed.ts'

describe.each(allTypes)('any $name', (type) => {
  test('is read back as it was written', () => {
    fc.assert(
      fc.property(arbitraryStruct(type), (value) => {
        expect(decode(structCodec(type), encode(structCodec(type), value))).toEqual(value)
      }),
      { numRuns: 200 },
    )
  })

  test('has, for a changed encoding, no reading or another hash', () => {
    fc.assert(
      fc.property(arbitraryStruct(type), fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, flip) => {
        const bytes = encode(structCodec(type), value)
        bytes[at % bytes.length]! ^= flip
        try {
          const read = decode(structCodec(type), bytes)
          expect(toHex(domain.structHash(type, read))).not.toBe(toHex(domain.structHash(type, value)))
          expect(encode(structCodec(type), read)).toEqual(bytes)
        } catch (error) {
          if (!(error instanceof MalformedError)) throw error
        }
      }),
      { numRuns: 200 },
    )
  })
})

const payload = nested(3)
describe.each(allTypes.filter(isSigned))('any signed $name', (type) => {
  const signed = fc.sample(arbitraryStruct(type), { numRuns: 1, seed: 7 }).map((value) =>
    signStruct(
      domain,
      type,
      {
        ...value,
        [type.signer]: cast.operator.signer.address,
        ...(type.payload === undefined ? {} : { [type.payload.hash]: toHex(crypto.keccak256(payload)) }),
      },
      cast.operator.signer,
      type.payload === undefined ? undefined : payload,
    ),
  )[0]!
  const bytes = encodeSigned(type, signed)

  test('with one byte changed anywhere is refused', () => {
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.with(at, bytes[at]! ^ (1 << (at % 8)))
      let outcome: string | undefined
      try {
        outcome = signatureFault(domain, type, decode(signedCodec(type), changed))
      } catch (error) {
        if (!(error instanceof MalformedError)) throw error
        outcome = 'malformed'
      }
      expect(outcome, `byte ${at}`).toBeDefined()
    }
  })

  test('cut anywhere is malformed', () => {
    for (let length = 0; length < bytes.length; length++)
      expect(() => decode(signedCodec(type), bytes.slice(0, length))).toThrow(MalformedError)
  })
})
