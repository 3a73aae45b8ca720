import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { SLICE_BYTES_MAX, WINDOW_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import { type MeshNode, meshNode, star } from '../../support/mesh-nodes.ts'
import { bytesProtocol, collect, expectEveryByteBack, failureOf } from '../../support/wire-protocols.ts'

const text = (value: string): Uint8Array => new TextEncoder().encode(value)
const told = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

let nodes: AsyncDisposableStack
let server: MeshNode
let client: MeshNode

beforeAll(async () => {
  nodes = new AsyncDisposableStack()
  server = nodes.use(await meshNode())
  client = nodes.use(await meshNode({ listen: [] }))
  await star([server, client])
})

afterAll(() => nodes.disposeAsync())

describe('a call over libp2p', () => {
  it('gives the responses to one request in order', async () => {
    const protocol = bytesProtocol('count')
    using _ = server.network.serve(protocol, async function* (first) {
      for (let i = 0; i < 3; i++) yield text(`${told(first)} ${i}`)
    })
    const responses = await collect(client.network.call(server.network.self, protocol, text('number')))
    expect(responses.map(told)).toEqual(['number 0', 'number 1', 'number 2'])
  })

  it('lets both sides talk in turns', async () => {
    const protocol = bytesProtocol('turns')
    using _ = server.network.serve(protocol, async function* (first, more) {
      yield text(`re ${told(first)}`)
      for await (const next of more) yield text(`re ${told(next)}`)
    })
    const heard: string[] = []
    const turn = Promise.withResolvers<void>()
    async function* requests(): AsyncGenerator<Uint8Array> {
      yield text('one')
      await turn.promise
      yield text('two')
    }
    for await (const response of client.network.call(server.network.self, protocol, requests())) {
      heard.push(told(response))
      turn.resolve()
    }
    expect(heard).toEqual(['re one', 're two'])
  })

  it('runs 1,000 at once over one stream', async () => {
    const protocol = bytesProtocol('many')
    using _ = server.network.serve(protocol, async function* (first) {
      yield first
    })
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, (_, i) =>
        collect(client.network.call(server.network.self, protocol, text(`${i}`))),
      ),
    )
    expect(answers.map(([answer]) => told(answer!))).toEqual(Array.from({ length: 1_000 }, (_, i) => `${i}`))
    expect(client.network.figures(server.network.self)?.streams).toBeLessThanOrEqual(4)
  })

  it('brings every byte back, whatever else goes over the connection', async () => {
    const protocol = bytesProtocol('echo')
    using _ = server.network.serve(protocol, async function* (first, more) {
      yield first
      for await (const next of more) yield next
    })
    await Promise.all([1, 2, 3].map(() => expectEveryByteBack(client.network, server.network.self, protocol)))
  })

  it('carries 64 MiB on a stream of its own, whole and in order', async () => {
    const protocol = bytesProtocol('bulk')
    const slices = 1_024
    using _ = server.network.serve(protocol, async function* (_first, more) {
      let at = 0
      for await (const slice of more) {
        if (slice[0] !== at % 251 || slice.length !== SLICE_BYTES_MAX) throw new Error(`slice ${at} is wrong`)
        at++
      }
      yield text(`${at}`)
    })
    async function* requests(): AsyncGenerator<Uint8Array> {
      yield text('begin')
      for (let i = 0; i < slices; i++) yield new Uint8Array(SLICE_BYTES_MAX).fill(i % 251)
    }
    const [answer] = await collect(client.network.call(server.network.self, protocol, requests(), { bulk: true }))
    expect(told(answer!)).toBe(`${slices}`)
  })

  it('is cancelled at the answerer when the caller leaves the loop', async () => {
    const protocol = bytesProtocol('endless')
    const cancelled = Promise.withResolvers<unknown>()
    const cleaned = Promise.withResolvers<void>()
    using _ = server.network.serve(protocol, async function* (_first, _more, { signal }) {
      signal.addEventListener('abort', () => cancelled.resolve(signal.reason))
      try {
        for (;;) yield new Uint8Array(1_000)
      } finally {
        cleaned.resolve()
      }
    })
    for await (const response of client.network.call(server.network.self, protocol, text('go'))) {
      expect(response).toHaveLength(1_000)
      break
    }
    expect(await cancelled.promise).toMatchObject({ code: 'CANCELLED' })
    await cleaned.promise
  })

  it('is cancelled at the answerer when the signal aborts, also while nothing comes', async () => {
    const protocol = bytesProtocol('silent')
    const started = Promise.withResolvers<void>()
    const cancelled = Promise.withResolvers<void>()
    using _ = server.network.serve(protocol, async function* (_first, more) {
      started.resolve()
      try {
        for await (const _next of more) yield text('never')
      } finally {
        cancelled.resolve()
      }
    })
    const controller = new AbortController()
    async function* requests(): AsyncGenerator<Uint8Array> {
      yield text('go')
      await new Promise(() => undefined)
    }
    const failure = failureOf(
      client.network.call(server.network.self, protocol, requests(), { signal: controller.signal }),
    )
    await started.promise
    controller.abort()
    expect(await failure).toMatchObject({ code: 'CANCELLED' })
    await cancelled.promise
  })

  it('does not start with a signal that was aborted before', async () => {
    const protocol = bytesProtocol('unstarted')
    using _ = server.network.serve(protocol, async function* (first) {
      yield first
    })
    const call = client.network.call(server.network.self, protocol, text('x'), { signal: AbortSignal.abort() })
    expect(await failureOf(call)).toMatchObject({ code: 'CANCELLED' })
  })

  it('ends with what the handler threw, code and facts', async () => {
    const protocol = bytesProtocol('refusing')
    using _ = server.network.serve(protocol, async function* () {
      yield text('first')
      throw new MeshError('NOT_FOUND', { what: 'model', id: 'abc' })
    })
    const call = client.network.call(server.network.self, protocol, text('x'))[Symbol.asyncIterator]()
    expect(told((await call.next()).value)).toBe('first')
    await expect(call.next()).rejects.toMatchObject({ code: 'NOT_FOUND', facts: { what: 'model', id: 'abc' } })
  })

  it("tells nobody the details of the answerer's bug, and tells the answerer all", async () => {
    const protocol = bytesProtocol('buggy')
    // biome-ignore lint/correctness/useYield: a handler that fails before it answers
    using _ = server.network.serve(protocol, async function* () {
      throw new Error('the secret is 42')
    })
    const failure = await failureOf(client.network.call(server.network.self, protocol, text('x')))
    expect(failure).toMatchObject({ code: 'ATTEMPT_ABORTED' })
    expect(JSON.stringify(failure) + String(failure)).not.toContain('42')
    expect(server.reports.at(-1)?.error.message).toContain('the secret is 42')
  })

  it("ends with what the caller's own requests threw, and is cancelled at the answerer", async () => {
    const protocol = bytesProtocol('half')
    const ended = Promise.withResolvers<void>()
    using _ = server.network.serve(protocol, async function* (_first, more) {
      try {
        for await (const next of more) yield next
      } finally {
        ended.resolve()
      }
    })
    async function* requests(): AsyncGenerator<Uint8Array> {
      yield text('one')
      throw new TypeError('no disk')
    }
    const failure = await failureOf(client.network.call(server.network.self, protocol, requests()))
    expect(failure).toBeInstanceOf(TypeError)
    await ended.promise
  })

  it('fails with PROTOCOL_UNSUPPORTED where nobody answers the protocol', async () => {
    const failure = await failureOf(client.network.call(server.network.self, bytesProtocol('unknown'), text('x')))
    expect(failure).toMatchObject({ code: 'PROTOCOL_UNSUPPORTED', facts: { peer: server.network.self } })
  })

  it('fails with TIMEOUT where the first response is overdue, and with STALLED where the next one is', async () => {
    const protocol = bytesProtocol('slow', {}, { firstResponseMs: 300, betweenMs: 300 })
    using _ = server.network.serve(protocol, async function* (first, more) {
      if (told(first) === 'some') yield text('some')
      for await (const next of more) yield next
    })
    async function* requests(first: string): AsyncGenerator<Uint8Array> {
      yield text(first)
      await new Promise(() => undefined)
    }
    const none = failureOf(client.network.call(server.network.self, protocol, requests('none')))
    const some = failureOf(client.network.call(server.network.self, protocol, requests('some')))
    expect(await none).toMatchObject({ code: 'TIMEOUT' })
    expect(await some).toMatchObject({ code: 'STALLED' })
  })

  it('is refused with LIMIT above the calls that one peer may have at once, and the place is free again afterwards', async () => {
    const protocol = bytesProtocol('narrow', { inFlightPerPeerMax: 2 })
    const go = Promise.withResolvers<void>()
    const running: Promise<void>[] = []
    const started = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    using _ = server.network.serve(protocol, async function* (first) {
      started[running.length]?.resolve()
      running.push(go.promise)
      await go.promise
      yield first
    })
    const call = (): Promise<Uint8Array[]> => collect(client.network.call(server.network.self, protocol, text('x')))
    const two = [call(), call()]
    await Promise.all(started.map(({ promise }) => promise))
    await expect(call()).rejects.toMatchObject({ code: 'LIMIT' })
    go.resolve()
    await Promise.all(two)
    await expect(call()).resolves.toHaveLength(1)
  })

  it('is refused with LIMIT above the calls per second of one peer', async () => {
    const protocol = bytesProtocol('rare', { callsPerSecondMax: 5 })
    using _ = server.network.serve(protocol, async function* (first) {
      yield first
    })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, () => collect(client.network.call(server.network.self, protocol, text('x')))),
    )
    const refused = outcomes.filter(({ status }) => status === 'rejected')
    // A burst of ten, and what a slow machine lets in while the forty are sent.
    expect(refused.length).toBeGreaterThanOrEqual(25)
    expect(refused[0]).toMatchObject({ reason: { code: 'LIMIT' } })
  })

  it('ends with LIMIT where the caller sends more messages than the protocol allows', async () => {
    const protocol = bytesProtocol('few', { requestsMax: 3 })
    using _ = server.network.serve(protocol, async function* (_first, more) {
      for await (const next of more) yield next
    })
    async function* requests(): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 5; i++) yield text(`${i}`)
    }
    expect(await failureOf(client.network.call(server.network.self, protocol, requests()))).toMatchObject({
      code: 'LIMIT',
    })
  })

  it('holds no more for a slow reader than its window, while other calls of the same stream go on', async () => {
    const protocol = bytesProtocol('flood')
    let sentBytes = 0
    using _ = server.network.serve(protocol, async function* (first) {
      if (told(first) === 'ping') {
        yield first
        return
      }
      for (let i = 0; i < 400; i++) {
        yield new Uint8Array(50_000)
        sentBytes += 50_000
      }
    })
    const slow = client.network.call(server.network.self, protocol, text('flood'))[Symbol.asyncIterator]()
    await slow.next()
    for (let i = 0; i < 200; i++) {
      const [pong] = await collect(client.network.call(server.network.self, protocol, text('ping')))
      expect(told(pong!)).toBe('ping')
    }
    const { queuedBytes } = client.network.figures(server.network.self)!
    expect(queuedBytes).toBeGreaterThan(0)
    expect(queuedBytes).toBeLessThanOrEqual(WINDOW_BYTES_MAX)
    expect(sentBytes).toBeLessThan(2 * WINDOW_BYTES_MAX)
    let rest = 1
    for (let next = await slow.next(); !next.done; next = await slow.next()) rest++
    expect(rest).toBe(400)
    expect(client.network.figures(server.network.self)!.queuedBytes).toBe(0)
  })

  it('refuses to send a message that is longer than its protocol says', async () => {
    const protocol = bytesProtocol('bounded')
    using _ = server.network.serve(protocol, async function* (first) {
      yield first
    })
    const call = client.network.call(server.network.self, protocol, new Uint8Array(SLICE_BYTES_MAX + 1))
    expect(await failureOf(call)).toMatchObject({ code: 'USAGE' })
    expect(await collect(client.network.call(server.network.self, protocol, text('still')))).toHaveLength(1)
  })

  it('answers no more once the handler is disposed, and again once another one serves', async () => {
    const protocol = bytesProtocol('brief')
    const serving = server.network.serve(protocol, async function* (first) {
      yield first
    })
    expect(await collect(client.network.call(server.network.self, protocol, text('x')))).toHaveLength(1)
    serving[Symbol.dispose]()
    expect(await failureOf(client.network.call(server.network.self, protocol, text('x')))).toBeInstanceOf(MeshError)
    using _ = server.network.serve(protocol, async function* (first) {
      yield first
      yield first
    })
    expect(await collect(client.network.call(server.network.self, protocol, text('x')))).toHaveLength(2)
  })
})
