/** STUN servers and who asks them, over real sockets of this machine. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test } from 'vitest'
import { ipBytes, ipText } from '../../../node/network-node/stun/ip-bytes.ts'
import { lookAtNat } from '../../../node/network-node/stun/look-at-nat.ts'
import { StunServer } from '../../../node/network-node/stun/stun-server.ts'
import { StunSocket } from '../../../node/network-node/stun/stun-socket.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { isSymmetric } from '../../../protocols/rules/nat/nat-type.ts'
import { decodeStun, encodeStun, type StunEndpoint } from '../../../protocols/stun/stun-message.ts'

const needs = { clock: systemClock, random: systemRandom }
/** Two machines, as far as anybody can tell: all of 127/8 is this one. */
const [FIRST, SECOND] = ['127.0.0.1', '127.0.0.2'] as const

async function server(ip: string): Promise<{ readonly stun: StunServer; readonly at: StunEndpoint }> {
  const stun = await StunServer.start({ clock: systemClock, ip, port: 0 })
  onTestFinished(() => stun[Symbol.asyncDispose]())
  return { stun, at: { ip: ipBytes(ip)!, port: stun.port } }
}

/** A port that somebody else answers at, if he likes. */
async function stranger(answer: (asked: Uint8Array, to: { port: number; address: string }) => Uint8Array | undefined) {
  const socket = createSocket('udp4')
  socket.bind({ address: SECOND, port: 0 })
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  socket.on('message', (asked, { port, address }) => {
    const bytes = answer(asked, { port, address })
    if (bytes !== undefined) socket.send(bytes, port, address)
  })
  return { ip: ipBytes(SECOND)!, port: socket.address().port }
}

async function asker(): Promise<StunSocket> {
  const socket = await StunSocket.open(needs)
  onTestFinished(() => socket[Symbol.asyncDispose]())
  return socket
}

describe('a machine that nothing stands in front of', () => {
  test('is told so by two servers, who also send to it unasked', async () => {
    const [one, two] = [await server(FIRST), await server(SECOND)]
    const look = await lookAtNat([one.at, two.at], needs)
    expect(look).toEqual({ mapping: 'none', filtering: 'endpoint-independent', publicIp: FIRST, answered: 2 })
  })

  test('is told where it is, and no more, by one alone', async () => {
    const { at } = await server(FIRST)
    const away = { ip: ipBytes(SECOND)!, port: 9 }
    const look = await lookAtNat([away, at], needs)
    expect(look).toEqual({ mapping: 'none', filtering: undefined, publicIp: FIRST, answered: 1 })
  })

  test('is told nothing where nobody answers, and does not wait for ever', async () => {
    const silent = await stranger(() => undefined)
    expect(await lookAtNat([silent], needs)).toEqual({ mapping: undefined, filtering: undefined, answered: 0 })
  })

  test('is taken to be behind a worse NAT by a lie of one of two, and not by one of three', async () => {
    const [one, two] = [await server(FIRST), await server('127.0.0.3')]
    const liar = await stranger((asked) => {
      const request = decodeStun(asked)
      return encodeStun({ kind: 'response', id: request.id, mapped: { ip: Uint8Array.of(198, 18, 0, 1), port: 7 } })
    })
    expect(isSymmetric(await lookAtNat([one.at, liar], needs))).toBe(true)
    expect(await lookAtNat([one.at, liar, two.at], needs)).toMatchObject({ mapping: 'none', publicIp: FIRST })
  })
})

describe('a question', () => {
  test('is asked again where it, or its answer, was lost', async () => {
    let asked = 0
    const forgetful = await stranger((bytes, { port, address }) => {
      if (++asked < 3) return undefined
      const { id } = decodeStun(bytes)
      return encodeStun({ kind: 'response', id, mapped: { ip: ipBytes(address)!, port } })
    })
    const socket = await asker()
    expect(await socket.ask(forgetful)).toMatchObject({ message: { mapped: { port: socket.port } } })
    expect(asked).toBe(3)
  })

  test('is not answered by who did not hear it, nor by what is no answer', async () => {
    const { at } = await server(FIRST)
    const socket = await asker()
    const flood = createSocket('udp4')
    onTestFinished(() => void flood.close())
    const junk = [
      new Uint8Array(0),
      new Uint8Array(20),
      encodeStun({ kind: 'response', id: new Uint8Array(12), mapped: at }),
    ]
    for (const bytes of junk) flood.send(bytes, socket.port, FIRST)
    expect((await socket.ask(at))?.from).toEqual(at)
  })

  test('ends with its signal', async () => {
    const silent = await stranger(() => undefined)
    const stop = new AbortController()
    await using socket = await StunSocket.open({ ...needs, signal: stop.signal })
    const asked = socket.ask(silent)
    stop.abort()
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('a server', () => {
  test('answers from its second port, and to another port of who asks', async () => {
    const { stun, at } = await server(FIRST)
    const [one, other] = [await asker(), await asker()]
    const plain = await one.ask(at)
    const second = plain?.message.kind === 'response' ? plain.message.other : undefined
    expect((await one.ask(at, { changePort: true }))?.from).toEqual(second)
    expect((await one.ask(at, { responsePort: other.port, heardBy: other }))?.by).toBe(other)
    expect(stun.figures).toEqual({ answered: 3, dropped: 0 })
  })

  test('answers nothing that is no question, and no more than a host may ask', async () => {
    const { stun, at } = await server(FIRST)
    const socket = createSocket('udp4')
    onTestFinished(() => void socket.close())
    socket.bind(0, FIRST)
    await once(socket, 'listening')
    let heard = 0
    socket.on('message', () => heard++)
    const ask = encodeStun({ kind: 'request', id: new Uint8Array(12), changeIp: false, changePort: false, unknown: [] })
    for (const bytes of [new Uint8Array(100), ask.slice(0, 19)]) socket.send(bytes, at.port, FIRST)
    for (let i = 0; i < 200; i++) socket.send(ask, at.port, FIRST)
    await expect.poll(() => stun.figures.answered + stun.figures.dropped).toBe(202)
    // Of a hundred in ten seconds two were none.
    expect(stun.figures).toEqual({ answered: 98, dropped: 104 })
    await expect.poll(() => heard).toBe(98)
  })

  test('that stops frees its ports at once', async () => {
    const { stun, at } = await server(FIRST)
    await stun[Symbol.asyncDispose]()
    await using again = await StunServer.start({ clock: systemClock, ip: FIRST, port: at.port })
    expect(again.port).toBe(at.port)
    await expect(StunServer.start({ clock: systemClock, ip: FIRST, port: at.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    })
  })
})

describe('an address', () => {
  test.each(['192.0.2.1', '2001:db8::1', '::', '::1', '2001:db8:0:1:1:1:1:1', 'fe80::1:0:0:1'])(
    '%s is the same there and back',
    (text) => {
      expect(ipText(ipBytes(text)!)).toBe(text)
    },
  )

  test.each(['', '1.2.3', '1.2.3.256', 'fe80::1%eth0', 'example.org', '12345::'])('%s is none', (text) => {
    expect(ipBytes(text)).toBeUndefined()
  })
})
