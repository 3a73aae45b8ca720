import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GatewayNeeds } from '../../../node/gateway/gateway-requests.ts'
import { startGateway } from '../../../node/gateway/start-gateway.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { withoutKeys } from '../../support/gateway-keys.ts'
import { type GatewayNetwork, gatewayNetwork } from '../../support/gateway-network.ts'
import { InferenceClient } from '../../support/inference-client.ts'
import { ManualClock } from '../../support/manual-clock.ts'
import { loopedPerceptronModel, repeatModel } from '../../support/onnx-models.ts'
import { rawConnection, saidBy } from '../../support/raw-http.ts'

let mesh: GatewayNetwork
beforeAll(async () => {
  mesh = await gatewayNetwork({ slow: loopedPerceptronModel(1_024, 100_000), repeat: repeatModel() })
})
afterAll(() => mesh[Symbol.asyncDispose]())

const SLOW = '/v2/models/slow/infer'
const slow = { inputs: [{ name: 'x', datatype: 'FP32', shape: [1, 1_024], data: Array(1_024).fill(0.5) }] }

/** Of the network's client, as a gateway of a test needs it. */
const needs = (own: Partial<GatewayNeeds> = {}): GatewayNeeds => ({
  client: mesh.net.client.client!,
  clock: systemClock,
  head: () => ({ blockNumber: 1n, blockTime: BigInt(Math.floor(Date.now() / 1_000)), blockHash: ZERO_HASH }),
  signingStopped: () => undefined,
  space: () => 'ok',
  metrics: () => '',
  bodyBytesMax: 2 ** 20,
  onBug: () => undefined,
  ...withoutKeys(),
  ...own,
})

const isClosed = async (socket: Socket): Promise<unknown> => (socket.closed ? undefined : await once(socket, 'close'))

describe('connections to a gateway', () => {
  test('are closed at once above the limit, and answered again when others have gone', async () => {
    await using gateway = await startGateway(needs(), { port: 0, connectionsMax: 20 })
    const idle = await Promise.all(Array.from({ length: 20 }, () => rawConnection(gateway.url)))
    const tooMany = await rawConnection(gateway.url)
    expect(await saidBy(tooMany)).toMatchObject({ status: 0 })
    expect(gateway.connections).toBe(20)
    for (const socket of idle.slice(0, 5)) socket.destroy()
    await Promise.all(idle.slice(0, 5).map(isClosed))
    await expect.poll(() => gateway.connections, { timeout: 5_000 }).toBe(15)
    expect((await fetch(`${gateway.url}/v2/health/live`)).status).toBe(200)
    for (const socket of idle) socket.destroy()
  })

  test('that send nothing, or a request bit by bit, are closed in time', async () => {
    await using gateway = await startGateway(needs(), { port: 0, headersMsMax: 100 })
    const silent = await rawConnection(gateway.url)
    const slowly = await rawConnection(gateway.url)
    slowly.write('GET /v2 HTTP/1.1\r\nHost: local')
    const [nothing, some] = await Promise.all([saidBy(silent), saidBy(slowly)])
    expect([nothing.status, some.status]).toEqual([408, 408])
    // Though the other side keeps its own half open.
    await expect.poll(() => gateway.connections, { timeout: 5_000 }).toBe(0)
    for (const socket of [silent, slowly]) socket.destroy()
  })
})

describe('an answer of a gateway', () => {
  test.each([false, true])(
    'whose reader takes nothing of it is cut off after half a minute (binary: %s)',
    async (binary) => {
      const clock = new ManualClock()
      await using gateway = await startGateway(needs({ clock }), { port: 0 })
      const reader = await rawConnection(gateway.url)
      const inputs = [
        { name: 'x', datatype: 'UINT8', shape: [1], data: [7] },
        { name: 'count', datatype: 'INT64', shape: [1], data: [30_000_000] },
      ]
      const body = JSON.stringify({ inputs, parameters: { binary_data_output: binary } })
      const head = ['POST /v2/models/repeat/infer HTTP/1.1', 'Host: localhost', 'Content-Type: application/json']
      reader.pause().write([...head, `Content-Length: ${body.length}`, '', body].join('\r\n'))
      await expect.poll(() => clock.pending, { timeout: 20_000 }).toBe(1)
      // What it waits for room with now may still fit: time goes on until nothing does.
      const later = (): number => {
        clock.advance(10_000)
        return gateway.connections
      }
      await expect.poll(later, { timeout: 5_000 }).toBe(0)
      reader.destroy()
    },
  )
})

describe('requests to a gateway', () => {
  test('hold no more bytes together than they may', async () => {
    await using gateway = await startGateway(needs({ bodyBytesMax: 10_000 }), { port: 0 })
    const program = new InferenceClient(gateway.url)
    const large = await program.infer(SLOW, { ...slow, id: 'x'.repeat(12_000) })
    expect({ status: large.status, code: large.headers.get('x-mesh-error') }).toEqual({
      status: 413,
      code: 'INPUT_TOO_LARGE',
    })
    // The first half of a body stays open, and holds all that is declared.
    const open = await rawConnection(gateway.url)
    open.write(`POST ${SLOW} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n`)
    open.write('Content-Length: 9000\r\n\r\n')
    await once(open, 'data')
    const second = await program.infer(SLOW, slow)
    expect({ status: second.status, code: second.headers.get('x-mesh-error') }).toEqual({ status: 429, code: 'LIMIT' })
    open.destroy()
    // What it held is given back.
    await expect
      .poll(async () => (await program.infer(SLOW, { ...slow, inputs: 0 })).status, { timeout: 5_000 })
      .toBe(400)
  })

  test('wait for no more jobs than they may', async () => {
    await using gateway = await startGateway(needs(), { port: 0 })
    const opened = await Promise.all(Array.from({ length: 64 }, () => rawConnection(gateway.url)))
    for (const open of opened) {
      open.write(
        `POST ${SLOW} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n`,
      )
      open.write('Content-Length: 9\r\n\r\n')
    }
    await Promise.all(opened.map((open) => once(open, 'data')))
    const next = await new InferenceClient(gateway.url).infer(SLOW, slow)
    expect({ status: next.status, code: next.headers.get('x-mesh-error') }).toEqual({ status: 429, code: 'LIMIT' })
    for (const open of opened) open.destroy()
  })

  test('that run when it stops are cancelled, and told so', async () => {
    const gateway = await startGateway(needs(), { port: 0 })
    const asking = new InferenceClient(gateway.url).infer(SLOW, slow)
    const { bus } = mesh.net.client
    await new Promise<void>((resolve) => {
      bus.listen(({ event }) => event.kind === 'request:started' && resolve())
    })
    await gateway[Symbol.asyncDispose]()
    const { status, headers } = await asking
    expect({ status, code: headers.get('x-mesh-error') }).toEqual({ status: 503, code: 'CANCELLED' })
    await expect(fetch(`${gateway.url}/v2`)).rejects.toThrow()
    await gateway[Symbol.asyncDispose]()
  })

  test('that meet a fault of ours are answered 500, which is told of without what was sent', async () => {
    const bugs: string[] = []
    const client = { ...mesh.net.client.client!, models: () => Promise.reject(new TypeError('broken')) } as never
    await using gateway = await startGateway(needs({ client, onBug: (error) => void bugs.push(error.message) }), {
      port: 0,
    })
    const { status, headers } = await new InferenceClient(gateway.url).infer(SLOW, slow)
    expect({ status, code: headers.get('x-mesh-error') }).toEqual({ status: 500, code: 'BUG' })
    expect(bugs).toEqual(['a rule of the program does not hold: broken'])
  })
})
