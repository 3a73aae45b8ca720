/** What those in a virtual market agree on: the network, the region and class of its offers, the model, and keys that come of a seed. */
import { createSecret, Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import type { ModelId, NetworkId } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { type SigningDomain, signingDomain } from '../../../protocols/statements/struct-hash.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'
import { crypto } from '../statement-vectors/cast.ts'

export const REGION = 'eu-west'
export const GPU_CLASS = 'cpu'
export const NETWORK = 'virtual' as NetworkId
export const marketDomain: SigningDomain = signingDomain({ networkId: NETWORK, chainId: 31_337n }, crypto)
export const identityModel: ModelId = modelIdOf(crypto.sha256(new TextEncoder().encode('identity')))

/** A key that depends on the seed and the name alone. */
export const signerOf = (seed: string, name: string): Secp256k1Signer =>
  new Secp256k1Signer(createSecret(new SeededRandom(`${seed}/key of ${name}`)), crypto)
