/** Whom an audit may ask: miners that serve the model, with their arithmetic as their tables say it, their owners and their networks. */
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { asMeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Address, Hash32, ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import { isTested } from '../../../protocols/rules/auditing/audit-record.ts'
import type { TwinCandidate } from '../../../protocols/rules/auditing/choose-twin.ts'
import { jobPrice } from '../../../protocols/rules/pricing/job-price.ts'
import { classForBudget } from '../../../protocols/rules/pricing/latency-class.ts'
import { type Offer, offeredModel } from '../../../protocols/wire/offer/offer.ts'
import type { TableModel } from '../../../protocols/wire/offer/offer-table.ts'
import type { AuditBook } from './audit-book.ts'

/** Tables that are pulled for one audit where they are not known, by chance: more would cost their miners more than the audit. */
const LOOKED_AT_MAX = 16

export interface TwinMarket {
  /** Live offers of a model, those that are barred left out. */
  live(model: ModelId): readonly { readonly offer: Offer; readonly isLeased: boolean }[]
  /** Empty where its miner does not answer. */
  tableOf(offer: Offer, signal: AbortSignal): Promise<readonly TableModel[]>
  /** Undefined where nobody can say. */
  ownerOf(miner: Address, signal: AbortSignal): Promise<Address | undefined>
  networkOf(peer: PeerId): Promise<string | undefined>
}

export interface FoundTwin extends TwinCandidate {
  readonly peer: PeerId
  /** Of others: a card that is leased costs nothing more, which says nothing of what its work is worth. */
  readonly asks: Credits
  readonly kernelTexts: readonly string[]
}

export interface TwinQuestion {
  readonly model: ModelId
  readonly latencyMsMax: number | undefined
  /** Looked at whatever the draw: its own class is asked for. */
  readonly audited: Address
}

/** @param draw in 0..1, without 1 */
export async function findTwins(
  needs: { readonly market: TwinMarket; readonly book: AuditBook; readonly hasher: Pick<Hasher, 'keccak256'> },
  { model, latencyMsMax, audited }: TwinQuestion,
  draw: () => number,
  signal: AbortSignal,
): Promise<readonly FoundTwin[]> {
  const { market, book, hasher } = needs
  const live = shuffled(market.live(model), draw)
  const own = live.filter(({ offer }) => offer.miner === audited)
  const others = live.filter(({ offer }) => offer.miner !== audited).slice(0, LOOKED_AT_MAX)
  const found = await Promise.all(
    [...own, ...others].map(async ({ offer, isLeased }): Promise<FoundTwin | undefined> => {
      const { miner, peer, body } = offer
      const row = (await market.tableOf(offer, signal)).find(({ id }) => id === model)
      const base = offeredModel(body, model)?.base
      if (row === undefined || base === undefined) return undefined
      const owned = await ownership(market, { miner, peer }, signal)
      // Whose owner is not known may be anybody's.
      if (owned === undefined) return undefined
      const kernelTexts = [row.kernelClass, ...(row.otherClasses ?? [])]
      const standing = book.standingOf(miner)
      const asks = jobPrice(base, classForBudget(latencyMsMax))
      return {
        ...{ miner, peer, ...owned, kernelTexts },
        kernelClasses: kernelTexts.map((text) => kernelHash(hasher, text)),
        asks,
        price: isLeased ? credits(0) : asks,
        isDoubted: standing === 'doubted' || standing === 'lying',
        isTested: isTested(standing),
      }
    }),
  )
  return found.flatMap((each) => each ?? [])
}

/** Undefined where the chain does not answer. @throws the signal's reason */
export async function ownership(
  market: TwinMarket,
  { miner, peer }: { readonly miner: Address; readonly peer: PeerId },
  signal: AbortSignal,
): Promise<Pick<TwinCandidate, 'owner' | 'network'> | undefined> {
  try {
    const [owner, network] = await Promise.all([market.ownerOf(miner, signal), market.networkOf(peer)])
    return { owner, network }
  } catch (error) {
    throwIfAborted(signal)
    if (asMeshError(error).fault === 'bug') throw error
    return undefined
  }
}

export const kernelHash = (hasher: Pick<Hasher, 'keccak256'>, text: string): Hash32 =>
  toHex(hasher.keccak256(new TextEncoder().encode(text))) as Hash32

function shuffled<T>(items: readonly T[], draw: () => number): readonly T[] {
  return items
    .map((item) => ({ item, at: draw() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item)
}
