/** Offers of miners that have numbers instead of keys: for books and directories, which read what was verified before. */
import { type Address, peerId, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { type Offer, shortOf } from '../../protocols/wire/offer/offer.ts'
import { OFFER_TTL_MS, type OfferBody } from '../../protocols/wire/offer/offer-body.ts'
import { hashOf, model } from './wire-vectors/job-samples.ts'

export interface OfferFacts {
  readonly miner: number
  readonly sequence?: number
  /** When it was signed. */
  readonly nowMs?: number
  readonly body?: Partial<OfferBody>
}

export function offerOf({ miner, sequence = 1, nowMs = 1_800_000_000_000, body = {} }: OfferFacts): Offer {
  const address = `0x${miner.toString(16).padStart(40, '0')}` as Address
  return {
    head: {
      operator: address,
      sequence: BigInt(sequence),
      expiresAtMs: BigInt(nowMs + OFFER_TTL_MS),
      bodyHash: ZERO_HASH,
      termsHash: ZERO_HASH,
      beacon: ZERO_HASH,
    },
    hash: hashOf(`offer ${miner} ${sequence}`),
    body: {
      region: 'eu-west',
      gpuClass: 'inference',
      models: [{ short: shortOf(model), base: credits(100) }],
      jobs: 0,
      jobsMax: 4,
      chunkCredits: credits(400),
      windowChunks: 4,
      table: hashOf(`table of ${miner}`),
      ...body,
    },
    miner: address,
    peer: peerId(`peer ${miner}`),
    bytes: new TextEncoder().encode(`${miner}/${sequence}`),
  }
}
