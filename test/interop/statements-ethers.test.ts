import { computeAddress, recoverAddress, Signature, SigningKey, TypedDataEncoder } from 'ethers'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toHex } from '../../protocols/kernel/bytes.ts'
import { decode } from '../../protocols/kernel/codec.ts'
import { joinErc2098 } from '../../protocols/statements/erc2098.ts'
import { keyCertCodec, keyCertDigest } from '../../protocols/statements/key-cert.ts'
import { openSigned } from '../../protocols/statements/signed.ts'
import { typeString } from '../../protocols/statements/struct-type.ts'
import { arbitraryStruct } from '../support/arbitrary-structs.ts'
import { ethersDomain, ethersHashes } from '../support/chain/ethers-encoding.ts'
import { cast, crypto, domain, domains } from '../support/statement-vectors/cast.ts'
import { bytesOf, vectors } from '../support/statement-vectors/read.ts'
import { allTypes, isSigned } from '../support/statement-vectors/samples.ts'
import '../support/property-seed.ts'

/** Values per type. All domains with as many stand in test/deep. */
const RUNS = 1_000

test('every domain has the separator that ethers computes', () => {
  for (const of of domains) expect(of.separator).toBe(TypedDataEncoder.hashDomain(ethersDomain(of)))
})

describe.each(allTypes)('$name', (type) => {
  const theirs = ethersHashes(domain, type)

  test('has the type string of ethers', () => {
    expect(typeString(type)).toBe(theirs.typeString)
  })
  test(`hashes ${RUNS} random values to the struct hash and the digest of ethers`, () => {
    fc.assert(
      fc.property(arbitraryStruct(type), (value) => {
        expect(toHex(domain.structHash(type, value))).toBe(theirs.structHash(value))
        expect(toHex(domain.digest(type, value))).toBe(theirs.digest(value))
      }),
      { numRuns: RUNS },
    )
  })
  test('has the hashes of the vectors in ethers too', () => {
    for (const { value, structHash, digest } of vectors.structs.find(({ type: name }) => name === type.name)!.samples) {
      expect(theirs.structHash(value)).toBe(structHash)
      expect(theirs.digest(value)).toBe(digest)
    }
  })
})

describe('a signature', () => {
  test('of every signed vector is recovered by ethers to the signer: s low, parity right', () => {
    let count = 0
    for (const type of allTypes.filter(isSigned))
      for (const { wire } of vectors.structs.find(({ type: name }) => name === type.name)!.samples) {
        const { value, signature } = openSigned(domain, type, bytesOf(wire))
        const recovered = recoverAddress(domain.digest(type, value), Signature.from(toHex(signature)))
        expect(recovered.toLowerCase()).toBe(value[type.signer])
        count++
      }
    expect(count).toBe(21)
  })
  test('of owner and operator under a certificate are recovered by ethers to both', () => {
    for (const { wire } of vectors.structs.find(({ type }) => type === 'KeyCert')!.samples) {
      const { value, ownerSignature, operatorSignature } = decode(keyCertCodec, bytesOf(wire))
      const recovered = [ownerSignature, operatorSignature].map((signature) =>
        recoverAddress(keyCertDigest(domain, value), Signature.from(toHex(signature))).toLowerCase(),
      )
      expect(recovered).toEqual([value.owner, value.operator])
    }
  })
  test('is the one that ethers makes of the same key and digest, byte for byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (digest) => {
        const theirs = new SigningKey(cast.operator.secret).sign(digest).compactSerialized
        expect(toHex(cast.operator.signer.sign(digest))).toBe(theirs)
      }),
      { numRuns: 50 },
    )
  })
  test('made by ethers is verified here, and refused with the other parity, which ethers would take for another signer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (digest) => {
        const { signer, secret } = cast.session
        const made = new SigningKey(secret).sign(digest)
        const parity = made.yParity
        const rs = bytesOf(`${made.r}${made.s.slice(2)}`)
        expect(crypto.verify(digest, signer.publicKey, joinErc2098(rs, parity))).toBe(true)
        const flipped = joinErc2098(rs, parity ^ 1)
        expect(crypto.verify(digest, signer.publicKey, flipped)).toBe(false)
        expect(recoverAddress(digest, Signature.from(toHex(flipped))).toLowerCase()).not.toBe(signer.address)
      }),
      { numRuns: 20 },
    )
  })
})

test('every key of the vectors has the address that ethers computes', () => {
  for (const { secret, publicKey, address } of vectors.keys) {
    expect(computeAddress(new SigningKey(secret)).toLowerCase()).toBe(address)
    expect(SigningKey.computePublicKey(publicKey, true)).toBe(publicKey)
  }
})
