/** What miners ask for a model now, and what they say it is made of. */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { asMeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, ModelId } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { Clock, Hasher } from '../../../protocols/kernel/ports.ts'
import { type Offer, offeredModel } from '../../../protocols/wire/offer/offer.ts'
import { askTable } from '../../../protocols/wire/offer/offer-table.ts'
import type { PriceTerms } from '../../../protocols/wire/offer/price-terms.ts'

export interface ExplainedOffer {
  readonly miner: Address
  /** Of one inference in the standard class, as the offer says it: what is charged. */
  readonly base: Credits
  /** Unix ms: it is charged until then, whatever the miner asks meanwhile. */
  readonly endsAtMs: number
  readonly jobs: number
  readonly jobsMax: number
  /** The miner's word alone; absent where it says nothing of it, or did not answer. */
  readonly terms?: PriceTerms
}

/** Miners asked what their price is made of, the cheapest first: each is a call of its own. */
const ASKED_MAX = 16
/** Who looks at prices waits no longer for one that does not answer. */
const ASKED_MS_MAX = 3_000

interface AskNeeds {
  readonly network: Network
  readonly hasher: Hasher
  readonly clock: Clock
}

/** The cheapest first. @throws MeshError the signal's reason */
export async function explainPrices(
  needs: AskNeeds,
  offers: readonly Offer[],
  model: ModelId,
  signal: AbortSignal | undefined,
): Promise<readonly ExplainedOffer[]> {
  const priced = offers
    .flatMap((offer) => {
      const found = offeredModel(offer.body, model)
      return found === undefined ? [] : [{ offer, base: found.base }]
    })
    .sort((a, b) => (a.base < b.base ? -1 : a.base > b.base ? 1 : 0))
  const explained = priced.map(async ({ offer, base }, i) => {
    const terms = i < ASKED_MAX ? await termsOf(needs, offer, model, signal) : undefined
    const { jobs, jobsMax } = offer.body
    const facts = { miner: offer.miner, base, endsAtMs: Number(offer.head.expiresAtMs), jobs, jobsMax }
    return terms === undefined ? facts : { ...facts, terms }
  })
  return abortable(Promise.all(explained), signal)
}

async function termsOf(
  { network, hasher, clock }: AskNeeds,
  { peer, body }: Offer,
  model: ModelId,
  signal: AbortSignal | undefined,
): Promise<PriceTerms | undefined> {
  using deadline = new Deadline(clock, ASKED_MS_MAX, 'a table of models', signal)
  try {
    const table = await abortable(
      askTable(network, hasher, peer, body.table, { signal: deadline.signal }),
      deadline.signal,
    )
    return table.find(({ id }) => id === model)?.price
  } catch (error) {
    // Whatever the miner says is the miner's word.
    const failed = asMeshError(error)
    if (failed.fault === 'bug') throw failed
    return undefined
  }
}
