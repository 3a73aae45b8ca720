import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { protocolId } from '../../../protocols/kernel/protocol.ts'
import { encodeFrame, frameKinds } from '../../../protocols/wire/session/frames.ts'
import { type MeshNode, meshNode, star } from '../../support/nodes/mesh-nodes.ts'
import { bytesProtocol, collect, failureOf } from '../../support/nodes/wire-protocols.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

/** Long enough that only silence ends a call, not its own deadlines. */
const patient = bytesProtocol('patient', {}, { firstResponseMs: 3_600_000, betweenMs: 3_600_000 })

let clock: ManualClock
let nodes: AsyncDisposableStack
let server: MeshNode
let client: MeshNode

beforeEach(async () => {
  clock = new ManualClock()
  nodes = new AsyncDisposableStack()
  server = nodes.use(await meshNode())
  client = nodes.use(await meshNode({ listen: [], clock }))
  await star([server, client])
})

afterEach(() => nodes.disposeAsync())

const heardBytes = (): number => client.network.figures(server.network.self)?.bytesIn ?? 0

describe('a silent session', () => {
  it('keeps a call open for as long as the peer shows that it lives', async () => {
    const answer = Promise.withResolvers<void>()
    using _ = server.network.serve(patient, async function* (first) {
      await answer.promise
      yield first
    })
    const call = collect(client.network.call(server.network.self, patient, new Uint8Array(1)))
    await expect.poll(() => server.network.figures(client.network.self)?.calls ?? 0).toBe(1)
    for (let minute = 0; minute < 5; minute++) {
      const before = heardBytes()
      clock.advance(12_000)
      await expect.poll(heardBytes).toBeGreaterThan(before)
    }
    answer.resolve()
    expect(await call).toHaveLength(1)
  })

  it('ends where the peer shows no life, with STREAM_LOST', async () => {
    const opened = Promise.withResolvers<void>()
    await server.network.libp2p.handle(protocolId(server.network.tag, patient), (stream) => {
      stream.addEventListener('message', () => opened.resolve())
    })
    const failure = failureOf(client.network.call(server.network.self, patient, new Uint8Array(1)))
    await opened.promise
    clock.advance(29_000)
    expect(client.network.figures(server.network.self)?.streams).toBe(1)
    clock.advance(12_000)
    expect(await failure).toMatchObject({ code: 'STREAM_LOST' })
  })

  it('ends at the answerer too, where the caller shows no life', async () => {
    const aborted = Promise.withResolvers<unknown>()
    const started = Promise.withResolvers<void>()
    using _ = client.network.serve(patient, async function* (_first, more, { signal }) {
      signal.addEventListener('abort', () => aborted.resolve(signal.reason))
      started.resolve()
      for await (const _next of more);
    })
    const id = protocolId(server.network.tag, patient)
    await expect.poll(() => server.network.connectedPeers()).toHaveLength(1)
    const [connection] = server.network.libp2p.getConnections()
    const stream = await connection!.newStream([id])
    stream.addEventListener('message', () => undefined)
    stream.send(encodeFrame(frameKinds.open, 1, Uint8Array.of(0x40)))
    await started.promise
    clock.advance(41_000)
    expect(await aborted.promise).toMatchObject({ code: 'STREAM_LOST' })
  })

  it('without a call is closed after ten minutes, and the next call opens another one', async () => {
    using _ = server.network.serve(patient, async function* (first) {
      yield first
    })
    const call = (): Promise<Uint8Array[]> =>
      collect(client.network.call(server.network.self, patient, new Uint8Array(1)))
    await call()
    clock.advance(599_000)
    expect(client.network.figures(server.network.self)?.streams).toBe(1)
    clock.advance(2_000)
    expect(client.network.figures(server.network.self)?.streams).toBe(0)
    await expect.poll(() => server.network.figures(client.network.self)?.streams).toBe(0)
    expect(await call()).toHaveLength(1)
    expect(clock.pending).toBeLessThan(10)
  })
})
