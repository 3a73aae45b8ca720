/** Offers as miners sign them, for benchmarks of directories: the same ones in every process. */
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { createSecret, Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { type SigningDomain, signingDomain } from '../../../protocols/statements/struct-hash.ts'
import { type Offer, shortOf, signOffer } from '../../../protocols/wire/offer/offer.ts'
import { SeededRandom } from '../../../simulations/clock/seeded-random.ts'

export const BENCH_NETWORK = 'bench'
export const BENCH_REGION = 'eu-west'
export const benchCrypto = await createCrypto()
export const benchDomain: SigningDomain = signingDomain(
  { networkId: BENCH_NETWORK as never, chainId: 31_337n },
  benchCrypto,
)

/** Of a hundred models of the network each miner serves seven, the most that an offer lists. */
const models = Array.from({ length: 100 }, (_, i) => modelIdOf(benchCrypto.sha256(Uint8Array.of(i))))
const MODELS_LISTED = 7

/** The model that one miner in fourteen serves. */
export const benchModel = models[0]!

export function* benchOffers(count: number, sequence = BigInt(Date.now()), nowMs = Date.now()): Generator<Offer> {
  const random = new SeededRandom('bench offers')
  for (let i = 0; i < count; i++) {
    const signer = new Secp256k1Signer(createSecret(random), benchCrypto)
    const first = (i * MODELS_LISTED) % models.length
    const listed = Array.from({ length: MODELS_LISTED }, (_, k) => models[(first + k) % models.length]!)
    const body = {
      region: BENCH_REGION,
      gpuClass: 'cpu',
      models: listed.map((model) => ({ short: shortOf(model), base: credits(1_000 + i) })),
      jobs: i % 4,
      jobsMax: 8,
      chunkCredits: credits(4_000),
      windowChunks: 4,
      table: `0x${i.toString(16).padStart(64, '0')}` as Hash32,
    }
    yield signOffer(benchDomain, signer, body, sequence, nowMs)
  }
}
