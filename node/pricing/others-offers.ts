/** What other miners offer for the models of this one, in one pass over the live offers of its region and class. */
import type { Address, ModelId } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { MinerLoad } from '../../protocols/rules/pricing/market-load.ts'
import { type Offer, shortOf } from '../../protocols/wire/offer/offer.ts'

export interface OthersOffer extends MinerLoad {
  readonly miner: Address
  readonly base: Credits
}

/** @param own its offers are no other's */
export function othersOffers(
  offers: Iterable<Offer>,
  models: readonly ModelId[],
  own: Address,
): ReadonlyMap<ModelId, readonly OthersOffer[]> {
  const found = new Map<ModelId, OthersOffer[]>(models.map((id) => [id, []]))
  const byShort = new Map(models.map((id) => [keyOf(shortOf(id)), found.get(id)!]))
  for (const { miner, body } of offers) {
    if (miner === own) continue
    const { jobs, jobsMax } = body
    for (const { short, base } of body.models) byShort.get(keyOf(short))?.push({ miner, base, jobs, jobsMax })
  }
  return found
}

/** 53 of its 64 bits as one number: a directory may hold twenty thousand offers of seven models each, and a text for each takes far longer. */
const keyOf = (short: Uint8Array): number =>
  (((short[0]! * 256 + short[1]!) * 256 + short[2]!) * 256 + short[3]!) * 2 ** 21 +
  ((short[4]! * 256 + short[5]!) * 32 + (short[6]! >>> 3))
