import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import fc from 'fast-check'
import { Uint8ArrayList } from 'uint8arraylist'
import { expect, test } from 'vitest'
import { createSecret } from '../../../node/keys/secp256k1-signer.ts'
import { privateKeyOf } from '../../../node/network-node/node-key.ts'
import { OperatorKey } from '../../../node/network-node/operator-key.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'

test("an operator's key has the name and signs the bytes of the library's own key, whole or in pieces", () => {
  const secret = createSecret(systemRandom)
  const [ours, theirs] = [new OperatorKey(secret), privateKeyFromRaw(secret)]
  expect(peerIdFromPrivateKey(ours).toString()).toBe(peerIdFromPrivateKey(theirs).toString())
  expect([ours.equals(theirs), theirs.equals(ours), ours.raw]).toEqual([true, true, theirs.raw])
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 40 }), (data, more) => {
      const signature = ours.sign(new Uint8ArrayList(data, more))
      expect(signature).toEqual(theirs.sign(new Uint8ArrayList(data, more)))
      expect(ours.sign(Uint8Array.of(...data, ...more))).toEqual(signature)
    }),
    { numRuns: 40 },
  )
})

test('an operator key that is none is refused without being shown', async () => {
  const outOfRange = new Uint8Array(32).fill(0xff)
  for (const secret of [new Uint8Array(32), outOfRange, new Uint8Array(31).fill(1)]) {
    const made = privateKeyOf({ kind: 'operator', secret }, systemRandom)
    await expect(made).rejects.toThrow('a secret key is 32 bytes, above zero and below the order of the curve')
  }
})
