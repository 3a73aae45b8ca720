/** What the compliance suite cannot ask of both networks: the streams and the size of real connections. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SLICE_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import { type MeshNode, meshNode, star } from '../../support/nodes/mesh-nodes.ts'
import { bytesProtocol, collect, expectEveryByteBack } from '../../support/nodes/wire-protocols.ts'

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

describe('calls over libp2p', () => {
  it('run 1,000 at once over a few streams', async () => {
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

  it('bring every byte back, whatever else goes over the connection', async () => {
    const protocol = bytesProtocol('echo')
    using _ = server.network.serve(protocol, async function* (first, more) {
      yield first
      for await (const next of more) yield next
    })
    await Promise.all([1, 2, 3].map(() => expectEveryByteBack(client.network, server.network.self, protocol)))
  })

  it('carry 64 MiB on a stream of their own, whole and in order', async () => {
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
})
