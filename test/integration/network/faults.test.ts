import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { Stream } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { SILENT_MS } from '../../../node/network/calls/session-stream.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { bytes, encode } from '../../../protocols/kernel/codec.ts'
import { type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import { FRAME_BYTES_MAX, SLICE_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import { protocolId } from '../../../protocols/kernel/protocol.ts'
import { encodeCredit, encodeFrame, frameKinds } from '../../../protocols/wire/session/frames.ts'
import { type MeshNode, meshNode, star } from '../../support/nodes/mesh-nodes.ts'
import '../../support/property-seed.ts'
import { bytesProtocol, collect, failureOf } from '../../support/nodes/wire-protocols.ts'

const echo = bytesProtocol('echo')
const message = (length: number): Uint8Array => encode(bytes(SLICE_BYTES_MAX), new Uint8Array(length))

let nodes: AsyncDisposableStack
let server: MeshNode
let honest: MeshNode
let hostile: MeshNode

beforeEach(async () => {
  nodes = new AsyncDisposableStack()
  server = nodes.use(await meshNode())
  honest = nodes.use(await meshNode({ listen: [] }))
  hostile = nodes.use(await meshNode({ listen: [] }))
  await star([server, honest, hostile])
  server.network.serve(echo, async function* (first, more) {
    yield first
    for await (const next of more) yield next
  })
})

afterEach(() => nodes.disposeAsync())

/** A stream of the echo protocol without our adapter on this end. */
const rawStream = (): Promise<Stream> =>
  hostile.network.libp2p.dialProtocol(peerIdFromString(server.network.self), protocolId(server.network.tag, echo))

const closed = (stream: Stream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.status !== 'open') resolve()
    else stream.addEventListener('close', () => resolve(), { once: true })
  })

async function honestIsServed(): Promise<void> {
  expect(await collect(honest.network.call(server.network.self, echo, new Uint8Array(100)))).toHaveLength(1)
}

const faultsOf = (peer: PeerId): number => server.network.figures(peer)?.faults ?? 0

describe('a hostile caller', () => {
  const { open, data, error, credit } = frameKinds
  const lawless: readonly (readonly [string, readonly Uint8Array[]])[] = [
    ['a frame longer than the law allows', [Uint8Array.of(0xff, 0xff, 0x7f)]],
    ['a length that never ends', [Uint8Array.of(0xff, 0xff, 0xff, 0xff)]],
    ['a length in a long form', [Uint8Array.of(0x82, 0x00, data, 1)]],
    ['a frame of unknown kind', [Uint8Array.of(2, 77, 1)]],
    ['a frame without a call', [Uint8Array.of(1, open)]],
    ['a message of a call that was never opened', [encodeFrame(data, 9, message(1))]],
    ['a call id that does not rise', [encodeFrame(open, 5, message(1)), encodeFrame(open, 5, message(1))]],
    ['a call with the id 0', [encodeFrame(open, 0, message(1))]],
    ['an error, which only an answerer sends', [encodeFrame(open, 1, message(1)), encodeFrame(error, 1, message(1))]],
    ['credit that is no number', [encodeFrame(open, 1, message(1)), encodeFrame(credit, 1, Uint8Array.of(0x80))]],
    ['credit without measure', [encodeFrame(open, 1, message(1)), encodeFrame(credit, 1, encodeCredit(2 ** 31))]],
  ]

  it.each(lawless)('loses its stream for %s, and is charged', async (_, frames) => {
    const stream = await rawStream()
    const gone = closed(stream)
    for (const frame of frames) stream.send(frame)
    await gone
    expect(stream.status).toBe('reset')
    expect(faultsOf(hostile.network.self)).toBe(1)
    await honestIsServed()
  })

  it.each([
    ['a request that does not decode', Uint8Array.of(0xff)],
    ['a request that is longer than its protocol says', new Uint8Array(FRAME_BYTES_MAX - 100)],
  ])('is told and charged for %s, and keeps its stream', async (_, payload) => {
    const stream = await rawStream()
    const answer = new Promise<Uint8Array>((resolve) =>
      stream.addEventListener('message', ({ data: bytes }) => resolve(bytes.subarray()), { once: true }),
    )
    stream.send(encodeFrame(open, 1, payload))
    expect((await answer)[1]).toBe(error)
    expect(stream.status).toBe('open')
    expect(faultsOf(hostile.network.self)).toBe(1)
    await honestIsServed()
  })

  it('may stop in the middle of a frame: nobody is harmed, and nobody is charged', async () => {
    const stream = await rawStream()
    stream.send(encodeFrame(open, 1, message(1_000)).subarray(0, 500))
    await stream.close()
    await closed(stream)
    expect(faultsOf(hostile.network.self)).toBe(0)
    await honestIsServed()
  })

  it('is charged for a message beyond its credit, and makes this node hold no more than the credit', async () => {
    const gate = Promise.withResolvers<void>()
    const held = bytesProtocol('held')
    using _ = server.network.serve(held, async function* (first) {
      await gate.promise
      yield first
    })
    const stream = await hostile.network.libp2p.dialProtocol(
      peerIdFromString(server.network.self),
      protocolId(server.network.tag, held),
    )
    const answer = new Promise<Uint8Array>((resolve) =>
      stream.addEventListener('message', ({ data: bytes }) => resolve(bytes.subarray()), { once: true }),
    )
    stream.send(encodeFrame(open, 1, message(1)))
    for (let i = 0; i < 20; i++) stream.send(encodeFrame(data, 1, message(60_000)))
    expect((await answer)[1]).toBe(error)
    expect(faultsOf(hostile.network.self)).toBe(1)
    expect(server.network.figures(hostile.network.self)?.queuedBytes).toBe(0)
    gate.resolve()
    await honestIsServed()
  })

  it('cannot make this node remember answers that it does not read', async () => {
    const refusing = bytesProtocol('refusing', { inFlightPerPeerMax: 1, callsPerSecondMax: 1 })
    // biome-ignore lint/correctness/useYield: the first call stays open, so that all others are refused
    using _ = server.network.serve(refusing, async function* (_first, more) {
      for await (const _next of more);
    })
    const stream = await hostile.network.libp2p.dialProtocol(
      peerIdFromString(server.network.self),
      protocolId(server.network.tag, refusing),
    )
    stream.pause()
    const opened = encodeFrame(open, 1, message(1))
    let call = 0
    // Each refusal is longer than its call: 2 MiB of them are more than any buffer on the way.
    while (stream.status === 'open' && call < 200_000) {
      const batch: Uint8Array[] = []
      for (let i = 0; i < 500; i++) batch.push(encodeFrame(open, ++call, message(1)))
      const full = !stream.send(Buffer.concat(batch))
      await (full && stream.writableNeedsDrain ? settled(stream) : new Promise(setImmediate))
    }
    expect(stream.status).not.toBe('open')
    expect(opened.length).toBeLessThan(10)
    await honestIsServed()
  })

  it('ends in an orderly way, whatever bytes it sends', async () => {
    const frame = fc
      .tuple(fc.constantFrom(...Object.values(frameKinds)), fc.nat(6), fc.uint8Array({ maxLength: 300 }))
      .map(([kind, call, payload]) => encodeFrame(kind, call, payload))
    const stream = fc.array(fc.oneof(frame, fc.uint8Array({ minLength: 1, maxLength: 50 })), {
      minLength: 1,
      maxLength: 40,
    })
    await fc.assert(
      fc.asyncProperty(stream, async (pieces) => {
        await using other = await meshNode({ listen: [] })
        await other.network.connect(server.network.self, server.network.addresses())
        const raw = await other.network.libp2p.dialProtocol(
          peerIdFromString(server.network.self),
          protocolId(server.network.tag, echo),
        )
        for (const piece of pieces) {
          if (raw.writeStatus !== 'writable') break
          raw.send(piece)
        }
        await raw.close().catch(() => undefined)
        await honestIsServed()
        const { queuedBytes } = server.network.figures(other.network.self)!
        if (queuedBytes > 262_144) throw new Error(`${queuedBytes} bytes held for ${pieces.map(toHex)}`)
      }),
      { numRuns: 30 },
    )
    expect(server.reports.filter(({ error: { fault } }) => fault === 'bug')).toEqual([])
  })

  it('is shown the door after ten broken rules, and not let in again for a while', async () => {
    for (let i = 0; i < 10; i++) {
      const stream = await rawStream()
      const gone = closed(stream)
      stream.send(Uint8Array.of(2, 77, 1))
      await gone
    }
    await expect.poll(() => server.network.connectedPeers()).not.toContain(hostile.network.self)
    expect(await failureOf(server.network.call(hostile.network.self, echo, new Uint8Array(1)))).toMatchObject({
      code: 'DIAL_FAILED',
    })
    await hostile.network.connect(server.network.self, server.network.addresses()).catch(() => undefined)
    expect(await failureOf(hostile.network.call(server.network.self, echo, new Uint8Array(1)))).toMatchObject({
      fault: 'network',
    })
    expect(server.network.connectedPeers()).not.toContain(hostile.network.self)
    await honestIsServed()
  })
})

/** Until the stream drains or is gone. */
const settled = (stream: Stream): Promise<void> =>
  new Promise((resolve) => {
    if (stream.status !== 'open' || !stream.writableNeedsDrain) resolve()
    stream.addEventListener('drain', () => resolve(), { once: true })
    stream.addEventListener('close', () => resolve(), { once: true })
  })

describe('a hostile answerer', () => {
  it.each([
    ['answers a call that was never made', encodeFrame(frameKinds.data, 99, message(1))],
    ['opens calls itself', encodeFrame(frameKinds.open, 1, message(1))],
    ['sends what is no frame', Uint8Array.of(2, 77, 1)],
  ])('that %s fails the calls of that stream and is charged', async (_, frame) => {
    await hostile.network.libp2p.handle(protocolId(server.network.tag, echo), (stream) => {
      stream.addEventListener('message', () => stream.send(frame))
    })
    const failure = await failureOf(server.network.call(hostile.network.self, echo, new Uint8Array(10)))
    expect(failure).toMatchObject({ code: 'MALFORMED' })
    expect(faultsOf(hostile.network.self)).toBe(1)
  })

  it('that sends a response which does not decode fails that call only', async () => {
    await hostile.network.libp2p.handle(protocolId(server.network.tag, echo), (stream) => {
      stream.addEventListener('message', () => {
        stream.send(encodeFrame(frameKinds.data, 1, Uint8Array.of(0xff)))
        stream.send(encodeFrame(frameKinds.data, 2, message(3)))
        stream.send(encodeFrame(frameKinds.end, 2, new Uint8Array(0)))
      })
    })
    const first = failureOf(server.network.call(hostile.network.self, echo, new Uint8Array(1)))
    const second = collect(server.network.call(hostile.network.self, echo, new Uint8Array(1)))
    expect(await first).toMatchObject({ code: 'MALFORMED' })
    expect(await second).toHaveLength(1)
    expect(faultsOf(hostile.network.self)).toBe(1)
  })
})

describe('a peer that dies', () => {
  it('fails its calls with STREAM_LOST at once', async () => {
    const child = fork(new URL('../../support/processes/echo-process.ts', import.meta.url))
    const [{ peer, addresses }] = (await once(child, 'message')) as [{ peer: string; addresses: string[] }]
    const id = peerId(peer)
    await honest.network.connect(id, addresses)
    async function* requests(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1)
      await new Promise(() => undefined)
    }
    const call = honest.network.call(id, echo, requests())[Symbol.asyncIterator]()
    await call.next()
    const startedAt = performance.now()
    child.kill('SIGKILL')
    await expect(call.next()).rejects.toMatchObject({ code: 'STREAM_LOST', facts: { peer } })
    expect(performance.now() - startedAt).toBeLessThan(SILENT_MS)
  })

  it('tells its handlers that nobody waits for their answers', async () => {
    const aborted = Promise.withResolvers<unknown>()
    const started = Promise.withResolvers<void>()
    const endless = bytesProtocol('endless')
    using _ = server.network.serve(endless, async function* (_first, more, { signal }) {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason))
      started.resolve()
      for await (const _next of more);
    })
    async function* requests(): AsyncGenerator<Uint8Array> {
      yield new Uint8Array(1)
      await new Promise(() => undefined)
    }
    const failure = failureOf(honest.network.call(server.network.self, endless, requests()))
    await started.promise
    await honest[Symbol.asyncDispose]()
    expect(await failure).toMatchObject({ code: 'STREAM_LOST' })
    expect(await aborted.promise).toMatchObject({ code: 'STREAM_LOST' })
  })
})
