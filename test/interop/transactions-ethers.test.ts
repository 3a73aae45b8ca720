/** What the desk signs, read by ethers' own wallet and parser. */
import { Transaction, Wallet } from 'ethers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gasLimitOf, signTransaction } from '../../node/chain/transactions/sign-transaction.ts'
import { createCrypto } from '../../node/keys/node-crypto.ts'
import { Secp256k1Signer } from '../../node/keys/secp256k1-signer.ts'
import { toHex } from '../../protocols/kernel/bytes.ts'
import { address } from '../../protocols/kernel/ids.ts'
import '../support/property-seed.ts'

const crypto = await createCrypto()

describe('a signed transaction', () => {
  it('is byte for byte what a wallet with the same key signs, and recovers to its sender', async () => {
    const call = fc.record({
      to: fc.uint8Array({ minLength: 20, maxLength: 20 }).map((bytes) => address(toHex(bytes))),
      data: fc.uint8Array({ maxLength: 64 }).map((bytes) => toHex(bytes)),
      valueWei: fc.bigInt({ min: 0n, max: 2n ** 90n }),
    })
    const unsigned = fc.record({
      chainId: fc.bigInt({ min: 1n, max: 2n ** 40n }),
      call,
      nonce: fc.bigInt({ min: 0n, max: 2n ** 32n }),
      gasLimit: fc.bigInt({ min: 21_000n, max: 2n ** 24n }),
      fees: fc
        .tuple(fc.bigInt({ min: 0n, max: 2n ** 60n }), fc.bigInt({ min: 0n, max: 2n ** 60n }))
        .map(([a, b]) => (a > b ? { feeMax: a, tipMax: b } : { feeMax: b, tipMax: a })),
    })
    const secret = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => crypto.keccak256(bytes))
    await fc.assert(
      fc.asyncProperty(unsigned, secret, async (wanted, key) => {
        using signer = new Secp256k1Signer(key, crypto)
        const signed = signTransaction(wanted, signer)
        const { to, data, valueWei } = wanted.call
        const wallet = new Wallet(toHex(key))
        const theirs = await wallet.signTransaction({
          type: 2,
          ...{ to, data, value: valueWei, chainId: wanted.chainId, gasLimit: wanted.gasLimit },
          nonce: Number(wanted.nonce),
          maxFeePerGas: wanted.fees.feeMax,
          maxPriorityFeePerGas: wanted.fees.tipMax,
        })
        expect(toHex(signed.raw)).toBe(theirs)
        expect(signed.hash).toBe(Transaction.from(theirs).hash)
        expect(gasLimitOf(signed.raw)).toBe(wanted.gasLimit)
      }),
      { numRuns: 60 },
    )
  })
})
