import { describe, expect, it } from 'vitest'
import { DirectorySync, type Synced } from '../../../node/market/directory-sync.ts'
import { OfferDirectory } from '../../../node/market/offer-directory.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { directoryKey } from '../../../protocols/wire/directory/directory-key.ts'
import { answerSync, type SyncedOffer } from '../../../protocols/wire/directory-sync/sync-handler.ts'
import { syncProtocol } from '../../../protocols/wire/directory-sync/sync-protocol.ts'
import { type Offer, openOffer, shortOf, signOffer } from '../../../protocols/wire/offer/offer.ts'
import { type VirtualNode, VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { crypto, digestOf } from '../../support/statement-vectors/cast.ts'
import { identityModel, marketDomain, NETWORK, REGION, signerOf } from '../../support/virtual/virtual-market.ts'
import { hashOf } from '../../support/wire-vectors/job-samples.ts'

const LINK = { latencyMs: 20, jitterMs: 0, bytesPerSecond: 2_500_000, lossRate: 0 }

function signed(world: VirtualWorld, miner: string, sequence = 1n, paused = false): Offer {
  const body = {
    region: REGION,
    gpuClass: 'cpu',
    models: [{ short: shortOf(identityModel), base: credits(100) }],
    jobs: 0,
    jobsMax: 4,
    chunkCredits: credits(400),
    windowChunks: 4,
    table: hashOf(`table of ${miner}`),
    ...(paused ? { paused: 1 } : {}),
  }
  return signOffer(marketDomain, signerOf('sync', miner), body, sequence, world.clock.nowMs())
}

interface Router {
  readonly node: VirtualNode
  readonly directory: OfferDirectory
  readonly synced: Synced[]
  readonly failures: MeshError[]
  readonly sync: DirectorySync
  miners(): readonly string[]
}

/** A full node as far as its directory goes; gossip is left out, so that what is known is known by sync alone. */
async function router(
  world: VirtualWorld,
  door: VirtualNode | undefined,
  held?: (region: string) => Iterable<SyncedOffer>,
): Promise<Router> {
  const node = world.node({ networkId: NETWORK })
  const { network, clock, random } = node
  const directory = new OfferDirectory(clock)
  if (door !== undefined) await world.clock.until(network.connect(door.network.self, door.network.addresses()))
  await world.clock.until(network.provide(directoryKey(crypto, network.tag, REGION)))
  const [synced, failures]: [Synced[], MeshError[]] = [[], []]
  const sync = new DirectorySync({
    network,
    domain: marketDomain,
    clock,
    random,
    region: REGION,
    directory,
    onSynced: (one) => synced.push(one),
    onFailure: (_, error) => failures.push(error),
  })
  network.serve(syncProtocol, answerSync(held === undefined ? sync : { held, ahead: () => undefined }))
  const miners = (): readonly string[] => [...directory.live()].map(({ offer }) => offer.miner).sort()
  return { node, directory, synced, failures, sync, miners }
}

const world = (seed: string): VirtualWorld => new VirtualWorld({ seed, hasher: crypto, link: LINK })
const addresses = (offers: readonly Offer[]): readonly string[] => offers.map(({ miner }) => miner).sort()

describe('a directory among others', () => {
  it('knows what they know soon after it has joined, withdrawals too', async () => {
    const w = world('join')
    const old = await router(w, undefined)
    const offers = Array.from({ length: 40 }, (_, i) => signed(w, `miner ${i}`))
    for (const offer of offers) old.directory.put(offer)
    const gone = signed(w, 'gone', 2n, true)
    old.directory.put(gone)
    const young = await router(w, old.node)
    // A replay that reaches it before the withdrawal does.
    young.directory.put(signed(w, 'gone', 1n))
    young.sync.start()
    await w.clock.advance(2_000)
    expect(young.miners()).toEqual(addresses(offers))
    expect(young.synced).toMatchObject([{ directory: old.node.network.self, sent: 41, taken: 41, false: 0 }])
    await w.clock.until(young.sync[Symbol.asyncDispose]())
  })

  it('asks again every minute or so, and is told only what is new', async () => {
    const w = world('again')
    const old = await router(w, undefined)
    old.directory.put(signed(w, 'first'))
    const young = await router(w, old.node)
    young.sync.start()
    await w.clock.advance(2_000)
    old.directory.put(signed(w, 'second'))
    await w.clock.advance(76_000)
    expect(young.synced.map(({ sent, taken }) => [sent, taken])).toEqual([
      [1, 1],
      [1, 1],
    ])
    await w.clock.until(young.sync[Symbol.asyncDispose]())
  })

  it('agrees with the others again after a partition has healed', async () => {
    const w = world('partition')
    const routers = [await router(w, undefined)]
    while (routers.length < 6) routers.push(await router(w, routers[0]!.node))
    for (const { sync } of routers) sync.start()
    const peers = routers.map(({ node }) => node.network.self)
    await w.clock.advance(5_000)
    w.partition(peers.slice(0, 3), peers.slice(3))
    const [left, right] = ['left', 'right'].map((side) =>
      Array.from({ length: 10 }, (_, i) => signed(w, `${side} ${i}`)),
    )
    for (const offer of left!) routers[1]!.directory.put(offer)
    for (const offer of right!) routers[4]!.directory.put(offer)
    await w.clock.advance(60_000)
    w.heal()
    await w.clock.advance(200_000)
    const all = addresses([...left!, ...right!])
    for (const { miners } of routers) expect(miners()).toEqual(all)
    await w.clock.until(Promise.all(routers.map(({ sync }) => sync[Symbol.asyncDispose]())))
  })

  it('takes nothing that no miner has signed, and tells of the directory that handed it on', async () => {
    const w = world('invents')
    const honest = signed(w, 'honest')
    const forged = honest.bytes.with(-1, honest.bytes.at(-1)! ^ 1)
    const elsewhere = signOffer(
      marketDomain,
      signerOf('sync', 'far'),
      { ...honest.body, region: 'us-east' },
      1n,
      w.clock.nowMs(),
    )
    const ahead = signed(w, 'ahead', BigInt(w.clock.nowMs() + 3_600_000))
    const lies = [forged, elsewhere.bytes, new Uint8Array(9), ahead.bytes].map((bytes, i) => ({
      miner: honest.miner,
      hash: hashOf(`lie ${i}`),
      bytes,
    }))
    const liar = await router(w, undefined, () => [...lies, honest])
    const young = await router(w, liar.node)
    young.sync.start()
    await w.clock.advance(2_000)
    expect(young.miners()).toEqual([honest.miner])
    expect(young.synced).toMatchObject([{ sent: 5, taken: 1, false: 3 }])
    await w.clock.until(young.sync[Symbol.asyncDispose]())
  })

  it('finds what one directory hides, for it asks two', async () => {
    const w = world('hides')
    const open = await router(w, undefined)
    const offer = signed(w, 'hidden')
    open.directory.put(offer)
    const hiding = await router(w, open.node, () => [])
    const young = await router(w, open.node)
    await w.clock.until(young.node.network.connect(hiding.node.network.self, hiding.node.network.addresses()))
    young.sync.start()
    await w.clock.advance(3_000)
    expect(young.miners()).toEqual([offer.miner])
    expect(young.synced).toHaveLength(2)
    await w.clock.until(young.sync[Symbol.asyncDispose]())
  })

  it('goes on asking others, however often one says that it is ahead', async () => {
    const w = world('pushy')
    const open = await router(w, undefined)
    const pushy = await router(w, open.node, () => [])
    const young = await router(w, open.node)
    await w.clock.until(young.node.network.connect(pushy.node.network.self, pushy.node.network.addresses()))
    young.sync.start()
    await w.clock.advance(3_000)
    const offer = signed(w, 'late')
    open.directory.put(offer)
    for (let said = 0; said < 24; said++) {
      young.sync.ahead(pushy.node.network.self)
      await w.clock.advance(11_000)
    }
    expect(young.miners()).toEqual([offer.miner])
    const asked = young.synced.slice(2).map(({ directory }) => directory)
    expect(asked.filter((directory) => directory === pushy.node.network.self).length).toBeGreaterThan(20)
    await w.clock.until(young.sync[Symbol.asyncDispose]())
  })

  it('lets nobody push out what it heard itself', async () => {
    const w = world('full')
    const directory = new OfferDirectory(w.clock)
    const own = signed(w, 'own')
    const hearsay = signed(w, 'hearsay')
    directory.put(own)
    for (let i = 1; i < 20_000; i++)
      directory.put({ ...own, miner: `0x${i.toString(16).padStart(40, '0')}` as Address, hash: hashOf(`${i}`) })
    expect(directory.putHearsay(hearsay)).toBe(false)
    expect([directory.size, [...directory.live()][0]!.offer.miner]).toEqual([20_000, own.miner])
    const newer = openOffer(marketDomain, signed(w, 'own', 2n).bytes)
    expect([directory.putHearsay(newer), directory.putHearsay(newer)]).toEqual([true, false])
  })

  it('tries others where one breaks the rules, and stops in the middle when it is stopped', async () => {
    const w = world('broken')
    const broken = await router(w, undefined)
    const silent = w.node({ networkId: NETWORK })
    silent.network.serve(syncProtocol, async function* (_first, _more, { signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      yield { kind: 'differing', buckets: digestOf('x') } as const
    })
    await w.clock.until(silent.network.connect(broken.node.network.self, broken.node.network.addresses()))
    await w.clock.until(silent.network.provide(directoryKey(crypto, silent.network.tag, REGION)))
    const young = await router(w, broken.node)
    young.sync.start()
    await w.clock.advance(30_000)
    expect(young.failures.map(({ code }) => code)).toContain('TIMEOUT')
    expect(young.synced.map(({ directory }) => directory)).toContain(broken.node.network.self)
    const before = young.failures.length
    await w.clock.advance(60_000)
    await w.clock.until(young.sync[Symbol.asyncDispose]())
    const stopped = young.failures.length
    expect(stopped).toBeGreaterThanOrEqual(before)
    await w.clock.advance(300_000)
    expect(young.failures).toHaveLength(stopped)
  })
})
