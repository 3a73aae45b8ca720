import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { GatewayNeeds } from '../../../node/gateway/gateway-requests.ts'
import { startGateway } from '../../../node/gateway/start-gateway.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { loopedPerceptronModel, repeatModel } from '../../support/engines/onnx-models.ts'
import { withoutKeys } from '../../support/nodes/gateway-keys.ts'
import { type GatewayNetwork, gatewayNetwork } from '../../support/nodes/gateway-network.ts'
import { InferenceClient } from '../../support/nodes/inference-client.ts'
import { rawConnection, saidBy } from '../../support/nodes/raw-http.ts'
import { ScriptProcess } from '../../support/processes/child-process.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

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
  onFailed: () => undefined,
  onBug: () => undefined,
  ...withoutKeys(),
  ...own,
})

/** Far more than the sockets of both sides hold. */
const LONG = 'x'.repeat(50_000_000)

/** The gateway has let go of it, in whatever way. */
const isClosed = (socket: Socket): Promise<unknown> =>
  socket.closed || socket.readableEnded
    ? Promise.resolve()
    : new Promise((resolve) => socket.resume().once('end', resolve).once('close', resolve))

describe('connections to a gateway', () => {
  test('make room for others above the limit: the one that is idle for longest, and none with a request', async () => {
    await using gateway = await startGateway(needs(), { port: 0, connectionsMax: 20 })
    const busy = await rawConnection(gateway.url)
    busy.write(
      `POST ${SLOW} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n`,
    )
    const idle = await Promise.all(Array.from({ length: 19 }, () => rawConnection(gateway.url)))
    await expect.poll(() => gateway.connections).toBe(20)
    expect((await fetch(`${gateway.url}/v2/health/live`)).status).toBe(200)
    await isClosed(idle[0]!)
    expect(gateway.connections).toBe(20)
    expect([busy, ...idle.slice(1)].filter(({ closed, readableEnded }) => closed || readableEnded)).toEqual([])
    for (const socket of [busy, ...idle]) socket.destroy()
    await expect.poll(() => gateway.connections).toBeLessThanOrEqual(1)
  })

  test('are closed at once where all others have a request', async () => {
    await using gateway = await startGateway(needs(), { port: 0, connectionsMax: 3 })
    const busy = await Promise.all([1, 2, 3].map(() => rawConnection(gateway.url)))
    const head = `POST ${SLOW} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n`
    for (const socket of busy) socket.write(`${head}Content-Length: 9\r\n\r\n`)
    await Promise.all(busy.map((socket) => once(socket, 'data')))
    expect(await saidBy(await rawConnection(gateway.url))).toMatchObject({ status: 0 })
    for (const socket of busy) socket.destroy()
    await expect.poll(() => gateway.connections).toBe(0)
    expect((await fetch(`${gateway.url}/v2/health/live`)).status).toBe(200)
  })

  test('that have the answer to one request and wait for the next are busy all the same', async () => {
    await using gateway = await startGateway(needs(), { port: 0, connectionsMax: 2 })
    const ahead = await rawConnection(gateway.url)
    const answered = once(ahead, 'data')
    ahead.write(
      `GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\nPOST ${SLOW} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n`,
    )
    expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 200 /)
    const idle = await rawConnection(gateway.url)
    await expect.poll(() => gateway.connections).toBe(2)
    expect((await fetch(`${gateway.url}/v2/health/live`)).status).toBe(200)
    await isClosed(idle)
    expect([ahead.closed, ahead.readableEnded]).toEqual([false, false])
    for (const socket of [ahead, idle]) socket.destroy()
  })

  test('may be opened ten thousand at a time by a program that says nothing: another one is still answered', async () => {
    const { url } = mesh
    const { port } = new URL(url)
    await using idle = new ScriptProcess<{ opened: number }>('./idle-connections-process.ts', [port, '10000'], 12_000)
    await idle.until((said) => said.length > 0)
    const { connections } = mesh.net.client.gateway!
    expect(connections).toBeLessThanOrEqual(256)
    // It goes on opening them meanwhile.
    for (let i = 0; i < 20; i++) expect((await mesh.program.get('/v2/models/repeat')).status).toBe(200)
    const before = idle.messages.length
    await idle.until((said) => said.length > before)
    const inputs = [
      { name: 'x', datatype: 'UINT8', shape: [1], data: [7] },
      { name: 'count', datatype: 'INT64', shape: [1], data: [3] },
    ]
    expect((await mesh.program.infer('/v2/models/repeat/infer', { inputs })).status).toBe(200)
  })

  test('that send nothing, or a request bit by bit, are closed in time', async () => {
    await using gateway = await startGateway(needs(), { port: 0, headersMsMax: 100 })
    const silent = await rawConnection(gateway.url)
    const slowly = await rawConnection(gateway.url)
    slowly.write('GET /v2 HTTP/1.1\r\nHost: local')
    const [nothing, some] = await Promise.all([saidBy(silent), saidBy(slowly)])
    expect([nothing.status, some.status]).toEqual([408, 408])
    // Though the other side keeps its own half open.
    await expect.poll(() => gateway.connections).toBe(0)
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
      await expect.poll(() => clock.pending).toBe(1)
      // What it waits for room with now may still fit: time goes on until nothing does.
      const later = (): number => {
        clock.advance(10_000)
        return gateway.connections
      }
      await expect.poll(later).toBe(0)
      reader.destroy()
    },
  )

  test('that is large may take minutes on a slow line, as long as its reader goes on taking', {
    timeout: 30_000,
  }, async () => {
    const clock = new ManualClock()
    await using gateway = await startGateway(needs({ clock }), { port: 0 })
    const reader = await rawConnection(gateway.url)
    // Far more than two sockets hold: whoever has read it has made room for the next write.
    const step = 16_000_000
    const inputs = [
      { name: 'x', datatype: 'UINT8', shape: [1], data: [7] },
      { name: 'count', datatype: 'INT64', shape: [1], data: [3 * step] },
    ]
    const body = JSON.stringify({ inputs, parameters: { binary_data_output: true } })
    const head = ['POST /v2/models/repeat/infer HTTP/1.1', 'Host: localhost', 'Content-Type: application/json']
    reader.write([...head, `Content-Length: ${body.length}`, '', body].join('\r\n'))
    let taken = 0
    reader.on('data', ({ length }: Buffer) => {
      const isNext = Math.floor((taken + length) / step) > Math.floor(taken / step)
      taken += length
      if (isNext) clock.advance(20_000)
    })
    await expect.poll(() => taken, { timeout: 25_000 }).toBeGreaterThan(3 * step)
    reader.destroy()
  })

  test('whose reader does not take it is cut off after half a minute, also where it is no job', async () => {
    const clock = new ManualClock()
    await using gateway = await startGateway(needs({ clock, metrics: () => LONG }), { port: 0 })
    const reader = (await rawConnection(gateway.url)).pause()
    reader.write('GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n')
    await expect.poll(() => clock.pending).toBe(1)
    clock.advance(29_999)
    expect(gateway.connections).toBe(1)
    clock.advance(1)
    await expect.poll(() => gateway.connections).toBe(0)
    reader.destroy()
  })
})

describe('a body', () => {
  const head = (length: number): string =>
    `POST ${SLOW} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`

  test('that comes a byte now and then is given up, and what it held is free', async () => {
    const clock = new ManualClock()
    await using gateway = await startGateway(needs({ clock, bodyBytesMax: 10_000 }), { port: 0 })
    const slowly = await rawConnection(gateway.url)
    const answered = once(slowly, 'data')
    slowly.write(head(9_000))
    await expect.poll(() => clock.pending).toBe(1)
    for (let i = 0; i < 9; i++) {
      slowly.write('x')
      clock.advance(1_000)
    }
    expect(clock.pending).toBe(1)
    clock.advance(2_000)
    expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 408 .*x-mesh-error: HTTP_SLOW/s)
    expect(await new InferenceClient(gateway.url).infer(SLOW, { ...slow, inputs: 0 })).toMatchObject({ status: 400 })
    // What it still sends is thrown away for some seconds only.
    clock.advance(5_000)
    await isClosed(slowly)
  })

  test('that is refused may be sent to its end: the answer arrives', async () => {
    await using gateway = await startGateway(needs(), { port: 0 })
    const sender = await rawConnection(gateway.url)
    const mebibyte = Buffer.alloc(1_048_576, ' ')
    sender.pause().write(head(200 * mebibyte.length))
    for (let i = 0; i < 200; i++) {
      if (!sender.write(mebibyte)) await once(sender, 'drain')
    }
    // Only now does it look for an answer, as many programs do.
    const answer = await once(sender.resume(), 'data')
    expect(String(answer[0])).toMatch(/^HTTP\/1\.1 413 .*x-mesh-error: INPUT_TOO_LARGE/s)
    // The connection is good for the next request.
    sender.write('GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(String((await once(sender, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /)
    sender.destroy()
    const body = new Uint8Array(100 * 1_048_576)
    const headers = { 'content-type': 'application/json' }
    const { status } = await fetch(`${gateway.url}${SLOW}`, { method: 'POST', headers, body })
    expect(status).toBe(413)
  })

  test('that was asked for and grows too long may be sent to its end as well', async () => {
    await using gateway = await startGateway(needs(), { port: 0 })
    const sender = await rawConnection(gateway.url)
    const invited = once(sender, 'data')
    sender.write(`POST ${SLOW} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n`)
    sender.write('Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n')
    expect(String((await invited)[0])).toMatch(/^HTTP\/1\.1 100 /)
    sender.pause()
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(1_048_576, ' '), Buffer.from('\r\n')])
    for (let i = 0; i < 50; i++) {
      if (!sender.write(chunk)) await once(sender, 'drain')
    }
    sender.write('0\r\n\r\n')
    expect(String((await once(sender.resume(), 'data'))[0])).toMatch(/^HTTP\/1\.1 413 /)
    sender.write('GET /v2/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(String((await once(sender, 'data'))[0])).toMatch(/^HTTP\/1\.1 200 /)
    sender.destroy()
  })

  test('that is refused and does not end is cut off after seconds', async () => {
    const clock = new ManualClock()
    await using gateway = await startGateway(needs({ clock }), { port: 0 })
    const sender = await rawConnection(gateway.url)
    const answered = once(sender, 'data')
    sender.write(head(10 ** 9))
    expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 413 /)
    clock.advance(4_999)
    sender.write('more')
    await expect.poll(() => clock.pending).toBe(1)
    expect(sender.closed).toBe(false)
    clock.advance(1)
    await isClosed(sender)
    expect(gateway.connections).toBe(0)
  })
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
    await expect.poll(async () => (await program.infer(SLOW, { ...slow, inputs: 0 })).status).toBe(400)
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
