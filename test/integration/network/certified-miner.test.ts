import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createTestnet } from '../../../bootstrap/localnet/create-testnet.ts'
import { writeCertificate } from '../../../node/keys/certificate-file.ts'
import { Keystore } from '../../../node/keys/keystore.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { type SignedKeyCert, signKeyCert } from '../../../protocols/statements/key-cert.ts'
import { signingDomain } from '../../../protocols/statements/struct-hash.ts'
import { type Profile, profileKey, profileSpace } from '../../../protocols/wire/profile/profile.ts'
import { cast, crypto, domain } from '../../support/statement-vectors/cast.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

let nodes: AsyncDisposableStack
beforeEach(() => {
  nodes = new AsyncDisposableStack()
})
afterEach(() => nodes.disposeAsync())

/** A network whose one miner has this certificate in its folder, and the profile that its client finds of it. */
async function profileWith(make: (operator: Keystore) => SignedKeyCert): Promise<Profile | undefined> {
  const folder = temporaryFolder()
  const miner = join(folder, 'miner-1')
  const keys = new Keystore(join(miner, 'keys'), { crypto, random: systemRandom, clock: systemClock })
  keys.create('operator')
  writeCertificate(miner, make(keys))
  const net = nodes.use(await createTestnet(1, { folder }))
  const { network, client, miners } = net
  expect({ networkId: network.networkId, chainId: BigInt(network.chainId) }).toEqual(domain.network)
  return client.mesh.getRecord(profileSpace(signingDomain(domain.network, crypto)), profileKey(miners[0]!.operator!))
}

const nowS = BigInt(Math.floor(Date.now() / 1_000))
const certificateFor = (keys: Keystore, notAfter: bigint): SignedKeyCert => {
  const { signer } = keys.load('operator')!
  const value = { owner: cast.owner.signer.address, operator: signer.address, notBefore: nowS - 300n, notAfter }
  return signKeyCert(domain, value, cast.owner.signer, signer)
}

test("a miner's profile names its owner, and who looks for it takes it", async () => {
  let made: SignedKeyCert | undefined
  const found = await profileWith((keys) => {
    made = certificateFor(keys, nowS + 3_600n)
    return made
  })
  expect(found?.body?.certificate).toEqual(made)
})

test('a miner whose certificate has ended is found without it', async () => {
  const found = await profileWith((keys) => certificateFor(keys, nowS - 10n))
  expect(found?.body).toBeDefined()
  expect(found?.body?.certificate).toBeUndefined()
})
