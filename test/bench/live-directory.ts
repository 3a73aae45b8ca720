/**
 * What it costs a full node to hear the offers of its region and class live: `npx node test/bench/live-directory.ts [seconds]`.
 * At 1,000, 5,000 and 20,000 miners, each of which says its offer every four minutes, share of one core and bytes on the wire, against
 * the same node among the same neighbours while nobody speaks. Eight neighbours, all connected to each other, publish in turn; so
 * each offer reaches the node from its author and from every neighbour on the topic, the most that a mesh sends.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Libp2pNetwork } from '../../node/network/libp2p-network.ts'
import { RENEW_MS } from '../../node/work/offer-board.ts'
import type { PeerId } from '../../protocols/kernel/ids.ts'
import type { Topic } from '../../protocols/kernel/topic.ts'
import type { Offer } from '../../protocols/wire/offer/offer.ts'
import { OFFER_BYTES_MAX, offerShard } from '../../protocols/wire/offer/offer-body.ts'
import { benchNode } from './support/bench-node.ts'
import { BENCH_REGION, benchOffers } from './support/bench-offers.ts'
import { type ByteMeter, meterBefore } from './support/byte-meter.ts'
import { BenchChild } from './support/child.ts'
import { tell, tellMachine } from './support/figures.ts'

const SIZES = [1_000, 5_000, 20_000]
const NEIGHBOURS = 8
const RENEW_S = RENEW_MS / 1_000
/** Between two turns of the publishers. */
const TURN_MS = 50
const SECONDS = Number(process.argv[2] ?? 20)

const shard = offerShard({ region: BENCH_REGION, gpuClass: 'cpu' })
/** The neighbours forward what they get: judging it is what the measured node is measured for. */
const unjudged: Topic<undefined> = {
  name: 'offer',
  major: 1,
  bytesMax: OFFER_BYTES_MAX,
  perAuthorPerMinuteMax: 1_000_000,
  judge: () => ({ verdict: 'accept', value: undefined }),
}

interface Side {
  readonly peer: PeerId
  readonly addresses: readonly string[]
}

interface Cost {
  readonly share: number
  readonly bytesPerSecond: number
  readonly heard: number
}

async function neighbour(): Promise<Libp2pNetwork> {
  const network = await benchNode('full')
  network.subscribe(unjudged, shard, () => undefined)
  return network
}

/** Publishes these at an even pace, each by the next neighbour, and says what that cost the node. */
async function during(
  node: BenchChild<Side>,
  meter: ByteMeter,
  neighbours: readonly Libp2pNetwork[],
  offers: readonly Offer[],
): Promise<Cost> {
  const before = { cpu: await node.cpu(), bytes: meter.bytes, heard: await node.ask<number>('heard') }
  const startedMs = performance.now()
  let said = 0
  for (let elapsedMs = 0; elapsedMs < SECONDS * 1_000; elapsedMs = performance.now() - startedMs) {
    const due = Math.floor((offers.length * elapsedMs) / (SECONDS * 1_000))
    while (said < due) {
      const speaker = neighbours[said % neighbours.length]!
      void speaker.publish(unjudged, shard, offers[said++]!.bytes)
    }
    await wait(TURN_MS)
  }
  const tookS = (performance.now() - startedMs) / 1_000
  const after = await node.cpu()
  const bytes = meter.bytes
  // What was said last is still under way.
  await wait(1_000)
  const heard = (await node.ask<number>('heard')) - before.heard
  const usedUs = after.userUs + after.systemUs - before.cpu.userUs - before.cpu.systemUs
  return { share: usedUs / 1e6 / tookS, bytesPerSecond: (bytes - before.bytes) / tookS, heard }
}

tellMachine(`${SECONDS} s each; every miner speaks once in ${RENEW_S} s`)
for (const size of SIZES) {
  await using stack = new AsyncDisposableStack()
  const node = stack.use(await BenchChild.start<Side>('live-directory-side.ts', [String(size)]))
  const port = Number(/\/tcp\/(\d+)/.exec(node.ready.addresses[0]!)![1])
  const meter = stack.use(await meterBefore(port))
  const neighbours: Libp2pNetwork[] = []
  for (let i = 0; i < NEIGHBOURS; i++) neighbours.push(stack.use(await neighbour()))
  for (const [i, each] of neighbours.entries()) {
    await each.connect(node.ready.peer, [`/ip4/127.0.0.1/tcp/${meter.port}`])
    for (const other of neighbours.slice(0, i)) await each.connect(other.self, other.addresses())
  }
  // A few heartbeats, until everybody is in everybody's mesh.
  await wait(3_000)
  const rate = size / RENEW_S
  const later = BigInt(Date.now() + 1)
  const offers: Offer[] = []
  for (const offer of benchOffers(size, later)) if (offers.push(offer) >= rate * SECONDS) break
  const quiet = await during(node, meter, neighbours, [])
  const live = await during(node, meter, neighbours, offers)
  const own = offers.reduce((sum, { bytes }) => sum + bytes.length, 0) / offers.length
  const bytesPerOffer = (live.bytesPerSecond - quiet.bytesPerSecond) / rate
  const many = `${size.toLocaleString('en')} miners of a region`
  tell({
    asks: `${many} heard live: share of a core`,
    found: `${live.share.toFixed(3)}; ${live.heard} of ${offers.length} offers heard`,
    baseline: `${quiet.share.toFixed(3)} where nobody speaks`,
  })
  tell({
    asks: `${many} heard live: on the wire`,
    found: `${(live.bytesPerSecond / 1e3).toFixed(0)} KB/s, ${(bytesPerOffer / 1e3).toFixed(1)} KB an offer`,
    baseline: `${own.toFixed(0)} bytes, an offer's own`,
    ratio: bytesPerOffer / own,
  })
}
