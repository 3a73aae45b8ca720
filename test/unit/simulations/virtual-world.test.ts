import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { hash32 } from '../../../protocols/kernel/ids.ts'
import {
  answerDirectory,
  askDirectory,
  directoryProtocol,
} from '../../../protocols/wire/directory/directory-protocol.ts'
import { PROVIDER_LIFE_MS } from '../../../simulations/wire/dht/provider-store.ts'
import type { LinkLaw } from '../../../simulations/wire/link.ts'
import type { WireEvent } from '../../../simulations/wire/traffic.ts'
import { type VirtualNode, VirtualWorld, type VirtualWorldNeeds } from '../../../simulations/wire/virtual-world.ts'
import { type Said, say, signedTopic } from '../../support/nodes/signed-topic.ts'
import { bytesProtocol, collect, failureOf } from '../../support/nodes/wire-protocols.ts'

const hasher = await createCrypto()
const ideal: LinkLaw = { latencyMs: 50, jitterMs: 0, bytesPerSecond: Number.POSITIVE_INFINITY, lossRate: 0 }
const echo = bytesProtocol('echo', {}, { firstResponseMs: 600_000, betweenMs: 600_000 })

const worldOf = (needs: Partial<VirtualWorldNeeds> = {}): VirtualWorld =>
  new VirtualWorld({ seed: 'world', hasher, link: ideal, ...needs })

/** Two nodes, connected, the first of which echoes. */
async function pair(world: VirtualWorld): Promise<[VirtualNode, VirtualNode]> {
  const [server, client] = [world.node(), world.node()]
  server.network.serve(echo, async function* (first, more) {
    yield first
    for await (const next of more) yield next
  })
  await world.clock.until(client.network.connect(server.network.self, server.network.addresses()))
  return [server, client]
}

async function* openEnded(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1)
  await new Promise(() => undefined)
}

/** Time that a promise takes. */
async function timed<T>(world: VirtualWorld, act: () => Promise<T>): Promise<[T, number]> {
  const startedAtMs = world.clock.monotonicMs()
  const outcome = await world.clock.until(act())
  return [outcome, world.clock.monotonicMs() - startedAtMs]
}

describe('a virtual world', () => {
  it('is the same world for the same seed, message for message, and another one for another seed', async () => {
    const live = async (seed: string): Promise<{ hash: string; messages: number }> => {
      const hash = createHash('sha256')
      let messages = 0
      const onWire = ({ atMs, kind, what, from, to, bytes }: WireEvent): void => {
        messages++
        hash.update(`${atMs} ${kind} ${what} ${from} ${to} ${bytes}\n`)
      }
      const world = worldOf({
        seed,
        link: { latencyMs: 30, jitterMs: 20, bytesPerSecond: 1e6, lossRate: 0.01 },
        onWire,
      })
      const nodes = Array.from({ length: 30 }, () => world.node())
      const [first] = nodes as [VirtualNode]
      for (const { network } of nodes) {
        network.subscribe(signedTopic(network.tag), 'shard', () => undefined)
        network.serve(echo, async function* (message) {
          yield message
        })
        if (network !== first.network) void network.connect(first.network.self, first.network.addresses())
      }
      await world.clock.advance(3_000)
      world.partition(nodes.slice(0, 10).map(({ network }) => network.self))
      const calls = nodes.map(({ network }) => collect(network.call(first.network.self, echo, new Uint8Array(40_000))))
      void Promise.allSettled(calls)
      for (const [i, { network }] of nodes.entries()) {
        const said: Said = { author: `${i}`, sequence: 1, shard: 'shard', text: 'hello' }
        void network.publish(signedTopic(network.tag), 'shard', say(said))
      }
      await world.clock.advance(2_000)
      world.crash(nodes[3]!.network.self)
      world.heal()
      await world.clock.advance(5_000)
      return { hash: hash.digest('hex'), messages }
    }
    const [one, again, other] = [await live('one'), await live('one'), await live('other')]
    expect(one.messages).toBeGreaterThan(5_000)
    expect(again).toEqual(one)
    expect(other.hash).not.toBe(one.hash)
  })

  it("runs the project's own handlers and clients as they are", async () => {
    const world = worldOf()
    const [server, client] = await pair(world)
    const entries = [1, 2, 3].map((i) => ({ offer: Uint8Array.of(i), ageMs: i }))
    using _ = server.network.serve(
      directoryProtocol,
      answerDirectory(() => entries),
    )
    const asking = askDirectory(client.network, server.network.self, { offersMax: 2 }, {})
    expect(await world.clock.until(asking)).toEqual(entries.slice(0, 2))
  })

  it('takes one round trip for a call over a session, and seven for a cold one', async () => {
    const world = worldOf()
    const [server, client] = [world.node(), world.node()]
    server.network.serve(echo, async function* (first) {
      yield first
    })
    const call = (): Promise<Uint8Array[]> => collect(client.network.call(server.network.self, echo, new Uint8Array(1)))
    const [, coldMs] = await timed(world, async () => {
      await client.network.connect(server.network.self, server.network.addresses())
      return call()
    })
    expect(coldMs).toBe(7 * 100)
    const [, warmMs] = await timed(world, call)
    expect(warmMs).toBe(100)
  })

  it('takes as long for bulk as its bandwidth says', async () => {
    const world = worldOf({ link: { ...ideal, bytesPerSecond: 1_000_000 } })
    const [server, client] = await pair(world)
    async function* requests(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 40; i++) yield new Uint8Array(50_000)
    }
    const [answers, ms] = await timed(world, () =>
      collect(client.network.call(server.network.self, echo, requests(), { bulk: true })),
    )
    expect(answers).toHaveLength(40)
    // 2 MB there, and meanwhile back; the credit for more comes behind the bulk of the other direction.
    expect(ms).toBeGreaterThan(2_000)
    expect(ms).toBeLessThan(3_200)
  })

  it('has a path of its own for any two nodes, and changes it while connections stand', async () => {
    const world = worldOf()
    const [server, client] = await pair(world)
    const call = (): Promise<Uint8Array[]> => collect(client.network.call(server.network.self, echo, new Uint8Array(1)))
    await world.clock.until(call())
    world.setLink(server.network.self, client.network.self, { ...ideal, latencyMs: 200 })
    const [, ms] = await timed(world, call)
    expect(ms).toBe(400)
  })

  it('delays what is lost on the way, and loses nothing', async () => {
    const world = worldOf({ link: { ...ideal, lossRate: 0.05 } })
    const [server, client] = await pair(world)
    const [answers, ms] = await timed(world, async () => {
      const all: Uint8Array[] = []
      for (let i = 0; i < 200; i++)
        all.push(...(await collect(client.network.call(server.network.self, echo, Uint8Array.of(i)))))
      return all
    })
    expect(answers.map(([i]) => i)).toEqual(Array.from({ length: 200 }, (_, i) => i))
    expect(ms).toBeGreaterThan(200 * 100 + 10 * 200)
  })
})

describe('what goes wrong in a virtual world', () => {
  it('a cut path holds what is said, and a mended one brings it', async () => {
    const world = worldOf()
    const [server, client] = await pair(world)
    await world.clock.until(collect(client.network.call(server.network.self, echo, new Uint8Array(1))))
    world.cut(server.network.self, client.network.self)
    const answering = collect(client.network.call(server.network.self, echo, new Uint8Array(2)))
    await world.clock.advance(20_000)
    world.mend(server.network.self, client.network.self)
    expect(await world.clock.until(answering, 200)).toHaveLength(1)
  })

  it('a cut path ends open calls with STREAM_LOST when nothing was heard for a while, and the connection later', async () => {
    const world = worldOf()
    const [server, client] = await pair(world)
    const call = client.network.call(server.network.self, echo, openEnded())[Symbol.asyncIterator]()
    await world.clock.until(call.next())
    world.cut(server.network.self, client.network.self)
    const [lost, ms] = await timed(world, () => call.next().catch((error: unknown) => error))
    expect(lost).toMatchObject({ code: 'STREAM_LOST' })
    expect(ms).toBeLessThan(45_000)
    expect(client.network.connectedPeers()).toHaveLength(1)
    await world.clock.advance(120_000)
    expect([client, server].flatMap(({ network }) => network.connectedPeers())).toEqual([])
    const again = failureOf(client.network.call(server.network.self, echo, new Uint8Array(1)))
    expect(await world.clock.until(again)).toMatchObject({ code: 'DIAL_FAILED' })
    world.heal()
    expect(
      await world.clock.until(collect(client.network.call(server.network.self, echo, new Uint8Array(1)))),
    ).toHaveLength(1)
  })

  it('a killed process is missed after one trip, and nothing of it runs any more', async () => {
    const world = worldOf()
    const [server, client] = await pair(world)
    const call = client.network.call(server.network.self, echo, openEnded())[Symbol.asyncIterator]()
    await world.clock.until(call.next())
    let ticks = 0
    const tick = (): void => {
      ticks++
      server.clock.after(10, tick)
    }
    server.clock.after(10, tick)
    world.crash(server.network.self)
    const [lost, ms] = await timed(world, () => call.next().catch((error: unknown) => error))
    expect(lost).toMatchObject({ code: 'STREAM_LOST' })
    expect(ms).toBe(50)
    await world.clock.advance(1_000)
    expect(ticks).toBe(0)
    const again = failureOf(client.network.call(server.network.self, echo, new Uint8Array(1)))
    expect(await world.clock.until(again, 1_000)).toMatchObject({ code: 'DIAL_FAILED' })
  })

  it('a process that starts again under its name is another one with an empty memory', async () => {
    const world = worldOf()
    const [server, client] = await pair(world)
    world.crash(server.network.self)
    await world.clock.advance(1_000)
    const reborn = world.node({ self: server.network.self })
    const call = (): AsyncIterable<Uint8Array> => client.network.call(reborn.network.self, echo, new Uint8Array(1))
    expect(await world.clock.until(failureOf(call()))).toMatchObject({ code: 'PROTOCOL_UNSUPPORTED' })
    reborn.network.serve(echo, async function* (first) {
      yield first
    })
    expect(await world.clock.until(collect(call()))).toHaveLength(1)
    expect(() => world.node({ self: server.network.self })).toThrow(/runs already/)
  })

  it('a machine without power tells nobody: only silence shows it', async () => {
    const world = worldOf()
    const [server, client] = await pair(world)
    const call = client.network.call(server.network.self, echo, openEnded())[Symbol.asyncIterator]()
    await world.clock.until(call.next())
    world.vanish(server.network.self)
    const [lost, ms] = await timed(world, () => call.next().catch((error: unknown) => error))
    expect(lost).toMatchObject({ code: 'STREAM_LOST' })
    expect(ms).toBeGreaterThan(30_000)
  })

  it('a severed connection fails its calls at both ends at once, and the next call dials again', async () => {
    const world = worldOf()
    const [server, client] = await pair(world)
    const call = client.network.call(server.network.self, echo, openEnded())[Symbol.asyncIterator]()
    await world.clock.until(call.next())
    world.sever(client.network.self, server.network.self)
    const [lost, ms] = await timed(world, () => call.next().catch((error: unknown) => error))
    expect([lost, ms]).toMatchObject([{ code: 'STREAM_LOST' }, 0])
    expect(
      await world.clock.until(collect(client.network.call(server.network.self, echo, new Uint8Array(1)))),
    ).toHaveLength(1)
  })

  it('an announcement is forgotten two days after the last one', async () => {
    const world = worldOf()
    const [hub, miner] = await pair(world)
    const reader = world.node({ listens: false })
    await world.clock.until(reader.network.connect(hub.network.self, hub.network.addresses()))
    const key = hash32(`0x${'ab'.repeat(32)}`)
    const find = (): Promise<string[]> => world.clock.until(collect(reader.network.findProviders(key)))
    const providing = await world.clock.until(miner.network.provide(key))
    await world.clock.advance(2 * PROVIDER_LIFE_MS)
    expect(await find()).toEqual([miner.network.self])
    providing[Symbol.dispose]()
    await world.clock.advance(PROVIDER_LIFE_MS - 30 * 60_000)
    expect(await find()).toEqual([miner.network.self])
    await world.clock.advance(30 * 60_000)
    expect(await find()).toEqual([])
  })
})
