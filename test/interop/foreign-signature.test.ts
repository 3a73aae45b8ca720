import { Signature, SigningKey, TypedDataEncoder, Wallet } from 'ethers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readForeignSignature } from '../../node/keys/foreign-signature.ts'
import { fromHex, toHex } from '../../protocols/kernel/bytes.ts'
import { decode, encode } from '../../protocols/kernel/codec.ts'
import { addressOf } from '../../protocols/statements/address-of.ts'
import { keyCertCodec, keyCertDigest, keyCertFault } from '../../protocols/statements/key-cert.ts'
import { keyCertType } from '../../protocols/statements/struct-types.ts'
import { type TypedData, typedData } from '../../protocols/statements/typed-data.ts'
import { arbitraryStruct } from '../support/arbitrary-structs.ts'
import { cast, crypto, domain } from '../support/statement-vectors/cast.ts'
import { allTypes } from '../support/statement-vectors/samples.ts'
import '../support/property-seed.ts'

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n

/** As a wallet is handed it: through JSON, with the domain's type among the others. */
function asWallet(data: TypedData): [TypedData['domain'], Record<string, { name: string; type: string }[]>, object] {
  const { types, domain: of, message } = JSON.parse(JSON.stringify(data))
  const { EIP712Domain, ...others } = types
  expect(EIP712Domain.map(({ name }: { name: string }) => name)).toEqual(Object.keys(of))
  return [of, others, message]
}

describe('typed data', () => {
  test.each(allTypes)('of $name has the digest that is signed here', (type) => {
    fc.assert(
      fc.property(arbitraryStruct(type), (value) => {
        const theirs = TypedDataEncoder.hash(...(asWallet(typedData(domain, type, value)) as [never, never, never]))
        expect(theirs).toBe(toHex(domain.digest(type, value)))
      }),
      { numRuns: 100 },
    )
  })
})

describe('a signature of another wallet', () => {
  const owner = cast.owner.signer.address
  const value = { owner, operator: cast.operator.signer.address, notBefore: 1n, notAfter: 2_000_000_000n }
  const digest = keyCertDigest(domain, value)
  const wallet = new Wallet(cast.owner.secret)

  test('over typed data makes a certificate that every peer takes', async () => {
    const text = await wallet.signTypedData(
      ...(asWallet(typedData(domain, keyCertType, value)) as [never, never, never]),
    )
    const { publicKey, signature } = readForeignSignature(`${text}\n`, digest)!
    expect(addressOf(crypto, publicKey)).toBe(owner)
    const { signer } = cast.operator
    const certificate = {
      value,
      ownerKey: publicKey,
      operatorKey: signer.publicKey,
      ownerSignature: signature,
      operatorSignature: signer.sign(digest),
    }
    expect(keyCertFault(domain, decode(keyCertCodec, encode(keyCertCodec, certificate)))).toBeUndefined()
  })

  test('is the same in each of its forms', () => {
    const made = new SigningKey(cast.owner.secret).sign(digest)
    const { publicKey, signature } = readForeignSignature(made.serialized, digest)!
    const bare = made.serialized.slice(2, -2)
    const forms = [made.compactSerialized, made.serialized.slice(2), made.serialized.toUpperCase().replace('0X', '0x')]
    for (const text of [...forms, `${bare}0${made.yParity}`, ` ${made.serialized}\r\n`])
      expect(readForeignSignature(text, digest), text).toEqual({ publicKey, signature })
  })

  test('over something else is of somebody else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (other) => {
        const found = readForeignSignature(new SigningKey(cast.owner.secret).sign(other).serialized, digest)
        expect(found === undefined ? undefined : addressOf(crypto, found.publicKey)).not.toBe(owner)
      }),
      { numRuns: 50 },
    )
  })

  test('with the mirrored s, which contracts refuse, is none', () => {
    const { r, s, yParity } = Signature.from(new SigningKey(cast.owner.secret).sign(digest))
    const high = (ORDER - BigInt(s)).toString(16).padStart(64, '0')
    const v = (28 - yParity).toString(16)
    expect(readForeignSignature(`${r}${high}${v}`, digest)).toBeUndefined()
  })

  test('is nothing but 64 or 65 bytes in digits', () => {
    const whole = new SigningKey(cast.owner.secret).sign(digest).serialized
    for (const text of [
      '',
      '0x',
      whole.slice(0, -1),
      `${whole}0`,
      `${whole}00`,
      whole.replace('0x', ''),
      'z'.repeat(130),
    ])
      expect(readForeignSignature(text, digest) === undefined, text).toBe(!/^[0-9a-f]{130}$/.test(text))
    for (const zero of [
      `0x${'00'.repeat(64)}1b`,
      `0x${'ff'.repeat(65)}`,
      `${whole.slice(0, -2)}1d`,
      `${whole.slice(0, -2)}02`,
    ])
      expect(readForeignSignature(zero, digest), zero).toBeUndefined()
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 65 }), (bytes) => {
        const found = readForeignSignature(toHex(bytes), digest)
        expect(found === undefined || crypto.verify(digest, found.publicKey, found.signature)).toBe(true)
      }),
    )
    expect(fromHex(whole)).toHaveLength(65)
  })
})
