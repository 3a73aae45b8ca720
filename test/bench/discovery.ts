/**
 * How long a light peer that knows one bootstrap peer takes to its first firm offer, cold: `npx node test/bench/discovery.ts
 * [trials] [virtual | real]`. On 100 real nodes on this machine, without a way between them, against a light peer that knows a directory's address
 * and skips the DHT; and on 1,000 virtual nodes 5 to 75 ms apart, in virtual time.
 */

import { MeshClient } from '../../node/client/mesh-client.ts'
import { memoryJournal } from '../../node/client/paying/client-journal.ts'
import { purse } from '../../node/client/paying/purse.ts'
import { createSecret, Secp256k1Signer } from '../../node/keys/secp256k1-signer.ts'
import { OfferDirectory } from '../../node/market/offer-directory.ts'
import { networkPresets } from '../../node/network/network-preset.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { networkId, type PeerId, ZERO_ADDRESS, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Random } from '../../protocols/kernel/ports.ts'
import { leafHasherHere } from '../../protocols/statements/leaf-hasher-here.ts'
import { directoryKey } from '../../protocols/wire/directory/directory-key.ts'
import { answerDirectory, askDirectory, directoryProtocol } from '../../protocols/wire/directory/directory-protocol.ts'
import { openOffer } from '../../protocols/wire/offer/offer.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { VirtualClock } from '../../simulations/clock/virtual-clock.ts'
import { VirtualWorld } from '../../simulations/wire/virtual-world.ts'
import { benchNode } from './support/bench-node.ts'
import {
  BENCH_NETWORK,
  BENCH_REGION,
  benchCrypto,
  benchDomain,
  benchModel,
  benchOffers,
} from './support/bench-offers.ts'
import { BenchChild } from './support/child.ts'
import { percentile } from './support/distribution.ts'
import { msText, tell, tellMachine } from './support/figures.ts'

const REAL = 100
const VIRTUAL = 1_000
const TRIALS = Number(process.argv[2] ?? 40)
const ONLY = process.argv[3]
/** One way, evenly spread over pairs: the next country, and a city to another continent. */
const NEAR_MS = [10, 30] as const
const FAR_MS = [5, 75] as const
const DOORS = 5
const OFFERS = 100

interface Trial {
  readonly tookMs: number
  /** Requests of the DHT that the light peer sent, of all its lookups. */
  readonly requests: number
}

/** A light peer's client, whose first search is timed. */
function clientOver(network: Network, clock: Clock, random: Random): MeshClient {
  const session = new Secp256k1Signer(createSecret(systemRandom), benchCrypto)
  const head = { blockNumber: 1n, blockTime: BigInt(Math.floor(clock.nowMs() / 1_000)), blockHash: ZERO_HASH }
  return new MeshClient({
    network,
    domain: benchDomain,
    clock,
    random,
    leaves: leafHasherHere(benchCrypto, clock),
    journal: memoryJournal(),
    purse: purse(benchDomain, ZERO_ADDRESS, session),
    region: BENCH_REGION,
    head: () => head,
    priceMax: credits(1_000_000),
    onEvent: () => undefined,
  })
}

interface Side {
  readonly peer: PeerId
  readonly addresses: readonly string[]
}

const lightNode = () => benchNode('light')

async function coldOnRealNodes({ peer, addresses }: Side): Promise<Trial> {
  const startedMs = performance.now()
  await using network = await lightNode()
  let requests = 0
  const { dht } = network.libp2p.services as unknown as {
    dht: { findProviders(...args: unknown[]): AsyncIterable<{ readonly name: string }> }
  }
  const findProviders = dht.findProviders.bind(dht)
  dht.findProviders = async function* (...args) {
    for await (const event of findProviders(...args)) {
      if (event.name === 'SEND_QUERY') requests++
      yield event
    }
  }
  await network.connect(peer, addresses)
  await using client = clientOver(network, systemClock, systemRandom)
  await client.search(benchModel)
  const tookMs = performance.now() - startedMs
  if (client.book.live(benchModel).length === 0) throw new Error('no offer was found')
  return { tookMs, requests }
}

/** The least that a client can do: it dials a directory that it knows, asks, and checks one signature. */
async function knowingADirectory({ peer, addresses }: Side): Promise<Trial> {
  const startedMs = performance.now()
  await using network = await lightNode()
  await network.connect(peer, addresses)
  const [entry] = await askDirectory(network, peer, { model: benchModel, offersMax: 64 }, {})
  openOffer(benchDomain, entry!.offer)
  return { tookMs: performance.now() - startedMs, requests: 0 }
}

/** @param latencyMs one way, least and most */
async function onVirtualNodes([least, most]: readonly [number, number]): Promise<readonly Trial[]> {
  const hashed = (text: string): number =>
    new DataView(benchCrypto.sha256(new TextEncoder().encode(text)).buffer).getUint32(0)
  let requests = 0
  const light = new Set<PeerId>()
  const clock = new VirtualClock(Date.now())
  const world = new VirtualWorld({
    seed: 'discovery',
    hasher: benchCrypto,
    preset: networkPresets.wan,
    clock,
    link: (a, b) => ({
      latencyMs: least + ((most - least) * hashed(`${a}/${b}`)) / 2 ** 32,
      jitterMs: 3,
      bytesPerSecond: 2_500_000,
      lossRate: 0.001,
    }),
    onWire: ({ kind, from, to, what }) => {
      if (kind === 'dht' && light.has(from) && !light.has(to) && what !== 'answer') requests++
    },
  })
  const network = networkId(BENCH_NETWORK)
  const nodes = Array.from({ length: VIRTUAL }, () => world.node({ networkId: network }))
  const directories: OfferDirectory[] = []
  const random = new SeededRandom('discovery/doors')
  for (const [i, node] of nodes.entries()) {
    const directory = new OfferDirectory(node.clock)
    directories.push(directory)
    node.network.serve(
      directoryProtocol,
      answerDirectory((query) => directory.find(query)),
    )
    if (i === 0) continue
    const door = nodes[Math.floor(random.fraction() * Math.min(i, DOORS))]!.network
    await clock.until(node.network.connect(door.self, door.addresses()))
  }
  // All have looked around once before they announce themselves.
  await clock.advance(5_000)
  const key = directoryKey(benchCrypto, nodes[0]!.network.tag, BENCH_REGION)
  await clock.until(Promise.all(nodes.map((node) => node.network.provide(key))))
  const nowMs = clock.nowMs()
  for (const offer of benchOffers(OFFERS, BigInt(nowMs), nowMs))
    for (const directory of directories) directory.put(offer)
  const trials: Trial[] = []
  for (let i = 0; i < TRIALS; i++) {
    const node = world.node({ listens: false, networkId: network })
    light.add(node.network.self)
    requests = 0
    const startedMs = clock.monotonicMs()
    const door = nodes[i % DOORS]!.network
    await clock.until(node.network.connect(door.self, door.addresses()))
    const client = clientOver(node.network, node.clock, node.random)
    await clock.until(client.search(benchModel))
    trials.push({ tookMs: clock.monotonicMs() - startedMs, requests })
    if (client.book.live(benchModel).length === 0) throw new Error('no offer was found')
    await clock.until(client[Symbol.asyncDispose]())
    await clock.until(Promise.resolve(node[Symbol.asyncDispose]()))
  }
  return trials
}

const WANTED_MS_MAX = 1_500
/** @param unreached what stands in the way where the wanted time is not kept */
function report(where: string, trials: readonly Trial[], known?: readonly Trial[], unreached?: string): void {
  const took = (of: readonly Trial[], share: number): number =>
    percentile(
      of.map(({ tookMs }) => tookMs).sort((a, b) => a - b),
      share,
    )
  const requests = trials.map((trial) => trial.requests).sort((a, b) => a - b)
  tell({
    asks: `a light peer's first firm offer, cold, ${where}`,
    found: `${msText(took(trials, 0.5))} at p50, ${msText(took(trials, 0.95))} at p95; ${percentile(requests, 0.5)} and ${percentile(requests, 0.95)} requests of the DHT`,
    ...(known === undefined
      ? {}
      : {
          baseline: `${msText(took(known, 0.5))} at p50 where a directory's address is known`,
          ratio: took(trials, 0.5) / took(known, 0.5),
        }),
    wanted: {
      value: Math.round(took(trials, 0.95)),
      atMost: WANTED_MS_MAX,
      unit: ' ms at p95',
      ...(unreached === undefined ? {} : { unreached }),
    },
  })
}

tellMachine(`${TRIALS} light peers one after another`)
if (ONLY !== 'virtual') {
  await using child = await BenchChild.start<Side>('discovery-side.ts', [String(REAL)])
  const [cold, known]: Trial[][] = [[], []]
  for (let i = 0; i < TRIALS; i++) {
    cold!.push(await coldOnRealNodes(child.ready))
    known!.push(await knowingADirectory(child.ready))
  }
  report(`${REAL} real nodes`, cold!, known!)
}
if (ONLY !== 'real') {
  for (const apart of [NEAR_MS, FAR_MS]) {
    const trials = await onVirtualNodes(apart)
    report(
      `${VIRTUAL.toLocaleString('en')} virtual nodes, ${apart.join(' to ')} ms apart`,
      trials,
      undefined,
      'One dial to the bootstrap peer, two or three to DHT servers and one to a directory, at five round trips each.',
    )
  }
}
