/**
 * What a directory costs at 1,000, 5,000 and 20,000 offers: `npx node test/bench/directory.ts`. Taking an offer as gossip brings
 * it (judged and kept), answering a query, and bringing a joiner up to date over TCP, against the bare signatures and the bare
 * bytes of the offers themselves. The directory asked runs in a process of its own.
 */
import { OfferDirectory } from '../../node/market/offer-directory.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import type { PeerId } from '../../protocols/kernel/ids.ts'
import { HighestSeen } from '../../protocols/statements/sequence.ts'
import { openSigned, signatureFault } from '../../protocols/statements/signed.ts'
import { offerHeadType } from '../../protocols/statements/struct-types.ts'
import { syncWith } from '../../protocols/wire/directory-sync/sync-client.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'
import { judgeHearsay } from '../../protocols/wire/offer/offer-topic.ts'
import { benchNode } from './support/bench-node.ts'
import { BENCH_REGION, benchDomain, benchModel, benchOffers } from './support/bench-offers.ts'
import { BenchChild } from './support/child.ts'
import { percentile } from './support/distribution.ts'
import { countText, msText, tell, tellMachine } from './support/figures.ts'

const SIZES = [1_000, 5_000, 20_000]
const QUERIES = 300

interface Side {
  readonly peer: PeerId
  readonly addresses: readonly string[]
}

/** Offers a second that one core judges and keeps, and signatures alone that it verifies. */
function ingest(offers: readonly Offer[]): { readonly judged: number; readonly verified: number } {
  const directory = new OfferDirectory(systemClock)
  const seen = new HighestSeen()
  const perSecond = (work: (offer: Offer) => void): number => {
    const startedMs = performance.now()
    for (const offer of offers) work(offer)
    return (offers.length / (performance.now() - startedMs)) * 1_000
  }
  const judged = perSecond(({ bytes }) => {
    const { value } = judgeHearsay(benchDomain, bytes, { region: BENCH_REGION, nowMs: Date.now(), seen })
    directory.put(value!)
  })
  const signed = offers.map(({ bytes }) => openSigned(benchDomain, offerHeadType, bytes))
  let at = 0
  const verified = perSecond(() => void signatureFault(benchDomain, offerHeadType, signed[at++]!))
  return { judged, verified }
}

function query(offers: readonly Offer[]): readonly number[] {
  const directory = new OfferDirectory(systemClock)
  for (const offer of offers) directory.put(offer)
  const tookMs: number[] = []
  for (let i = 0; i < QUERIES; i++) {
    const startedMs = performance.now()
    let named = 0
    for (const _ of directory.find({ model: benchModel, offersMax: 64 })) if (++named === 64) break
    tookMs.push(performance.now() - startedMs)
  }
  return tookMs.sort((a, b) => a - b)
}

interface SyncCost {
  readonly tookMs: number
  readonly bytes: number
  readonly taken: number
}

async function joiner(count: number): Promise<readonly [first: SyncCost, again: SyncCost]> {
  await using child = await BenchChild.start<Side>('directory-side.ts', [String(count)])
  const { peer, addresses } = child.ready
  await using network = await benchNode('light')
  await network.connect(peer, addresses)
  const directory = new OfferDirectory(systemClock)
  const carried = (): number => {
    const figures = network.figures(peer)
    return figures === undefined ? 0 : figures.bytesIn + figures.bytesOut
  }
  const once = async (): Promise<SyncCost> => {
    const before = carried()
    const startedMs = performance.now()
    let taken = 0
    const held = [...directory.heldIn(BENCH_REGION)]
    await syncWith(
      network,
      peer,
      { region: BENCH_REGION, held },
      async (offers) => {
        const seen = new HighestSeen()
        for (const bytes of offers) {
          const { value } = judgeHearsay(benchDomain, bytes, { region: BENCH_REGION, nowMs: Date.now(), seen })
          if (value !== undefined && directory.putHearsay(value)) taken++
        }
      },
      {},
    )
    const tookMs = performance.now() - startedMs
    return { tookMs, bytes: carried() - before, taken }
  }
  return [await once(), await once()]
}

tellMachine()
for (const size of SIZES) {
  const offers = [...benchOffers(size)]
  const own = offers.reduce((sum, { bytes }) => sum + bytes.length, 0)
  const { judged, verified } = ingest(offers)
  const tookMs = query(offers)
  const [first, again] = await joiner(size)
  const many = `${size.toLocaleString('en')} offers`
  if (first.taken < size) throw new Error(`the joiner took ${first.taken} of ${size}`)
  tell({
    asks: `${many}: judged and kept on one core`,
    found: `${countText(judged)} a second`,
    baseline: `${countText(verified)} signatures alone`,
    ratio: judged / verified,
  })
  tell({
    asks: `${many}: a query`,
    found: `${msText(percentile(tookMs, 0.5))} at p50, ${msText(percentile(tookMs, 0.99))} at p99`,
  })
  tell({
    asks: `${many}: a joiner that lacks them all`,
    found: `${msText(first.tookMs)}, ${(first.bytes / 1e6).toFixed(2)} MB`,
    baseline: `${(own / 1e6).toFixed(2)} MB, the offers' own bytes`,
    ratio: first.bytes / own,
  })
  tell({
    asks: `${many}: two directories that agree`,
    found: `${msText(again.tookMs)}, ${(again.bytes / 1e3).toFixed(0)} KB`,
  })
}
