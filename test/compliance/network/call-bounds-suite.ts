/** What bounds a call: deadlines, limits, lawful messages, and how far a sender gets ahead of its reader. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bool } from '../../../protocols/kernel/codec.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import { SLICE_BYTES_MAX, WINDOW_BYTES_INITIAL, WINDOW_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import { bytesProtocol, collect, failureOf } from '../../support/nodes/wire-protocols.ts'
import { type LabNode, type NetworkLab, openEnded, star, text, told } from './network-lab.ts'

export function callBoundsCompliance(makeLab: () => NetworkLab): void {
  describe('bounds a call:', () => {
    let lab: NetworkLab
    let server: LabNode
    let client: LabNode
    let peer: PeerId

    beforeAll(async () => {
      lab = makeLab()
      const nodes = await star(lab, {}, { listens: false })
      server = nodes[0]!
      client = nodes[1]!
      peer = server.network.self
    })
    afterAll(() => lab[Symbol.asyncDispose]())

    it('TIMEOUT where the first response is overdue, STALLED where the next one is, and both are cancelled', async () => {
      const protocol = bytesProtocol('slow', {}, { firstResponseMs: 15_000, betweenMs: 8_000 })
      const started = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      const cancelled: unknown[] = []
      using _ = server.network.serve(protocol, async function* (first, more, { signal }) {
        signal.addEventListener('abort', () => cancelled.push(signal.reason))
        if (told(first) === 'some') yield text('some')
        started[told(first) === 'some' ? 1 : 0]!.resolve()
        for await (const next of more) yield next
      })
      const none = failureOf(client.network.call(peer, protocol, openEnded('none')))
      const some = client.network.call(peer, protocol, openEnded('some'))[Symbol.asyncIterator]()
      await lab.when(Promise.all(started.map(({ promise }) => promise)))
      expect(told((await lab.when(some.next())).value)).toBe('some')
      const stalled = some.next().then(
        () => 'another response',
        (error: unknown) => error,
      )
      await lab.pass(9_000)
      expect(await lab.when(stalled)).toMatchObject({ code: 'STALLED', facts: { peer, ms: 8_000 } })
      await lab.pass(7_000)
      expect(await lab.when(none)).toMatchObject({ code: 'TIMEOUT', facts: { ms: 15_000 } })
      await lab.until(() => cancelled.length === 2)
      expect(cancelled).toMatchObject([{ code: 'CANCELLED' }, { code: 'CANCELLED' }])
    })

    it('no deadline strikes while responses keep coming', async () => {
      const protocol = bytesProtocol('beating', {}, { firstResponseMs: 15_000, betweenMs: 8_000 })
      using _ = server.network.serve(protocol, async function* (first, more) {
        yield first
        for await (const next of more) yield next
      })
      const turns = Array.from({ length: 6 }, () => Promise.withResolvers<void>())
      async function* requests(): AsyncGenerator<Uint8Array> {
        for (const [i, { promise }] of turns.entries()) {
          await promise
          yield text(`${i}`)
        }
      }
      turns[0]!.resolve()
      const call = client.network.call(peer, protocol, requests())[Symbol.asyncIterator]()
      for (let i = 0; i < turns.length; i++) {
        expect(told((await lab.when(call.next())).value)).toBe(`${i}`)
        await lab.pass(7_000)
        turns[i + 1]?.resolve()
      }
      expect((await lab.when(call.next())).done).toBe(true)
    })

    it('LIMIT above the calls that one peer may have at once, and the place is free again afterwards', async () => {
      const protocol = bytesProtocol('narrow', { inFlightPerPeerMax: 2 })
      const go = Promise.withResolvers<void>()
      let running = 0
      using _ = server.network.serve(protocol, async function* (first) {
        running++
        await go.promise
        yield first
      })
      const call = (): Promise<Uint8Array[]> => collect(client.network.call(peer, protocol, text('x')))
      const two = [call(), call()]
      await lab.until(() => running === 2)
      await expect(lab.when(call())).rejects.toMatchObject({ code: 'LIMIT' })
      go.resolve()
      await lab.when(Promise.all(two))
      await expect(lab.when(call())).resolves.toHaveLength(1)
    })

    it('LIMIT above the calls per second of one peer, and after a second there are new ones', async () => {
      const protocol = bytesProtocol('rare', { callsPerSecondMax: 5 })
      using _ = server.network.serve(protocol, async function* (first) {
        yield first
      })
      const call = (): Promise<Uint8Array[]> => collect(client.network.call(peer, protocol, text('x')))
      const outcomes = await lab.when(Promise.allSettled(Array.from({ length: 40 }, call)))
      const refused = outcomes.filter(({ status }) => status === 'rejected')
      // A burst of ten, and what a slow machine lets in while the forty are sent.
      expect(refused.length).toBeGreaterThanOrEqual(25)
      expect(refused.length).toBeLessThanOrEqual(30)
      expect(refused[0]).toMatchObject({ reason: { code: 'LIMIT' } })
      await lab.pass(1_100)
      await expect(lab.when(call())).resolves.toHaveLength(1)
    })

    it('LIMIT where the caller sends more messages than the protocol allows', async () => {
      const protocol = bytesProtocol('few', { requestsMax: 3 })
      using _ = server.network.serve(protocol, async function* (_first, more) {
        for await (const next of more) yield next
      })
      async function* requests(): AsyncGenerator<Uint8Array> {
        for (let i = 0; i < 5; i++) yield text(`${i}`)
      }
      expect(await lab.when(failureOf(client.network.call(peer, protocol, requests())))).toMatchObject({
        code: 'LIMIT',
      })
    })

    it('LIMIT where the answerer sends more than the caller knows the protocol to allow', async () => {
      using _ = server.network.serve(bytesProtocol('chatty'), async function* (first) {
        for (let i = 0; i < 5; i++) yield first
      })
      const call = client.network.call(peer, bytesProtocol('chatty', { responsesMax: 3 }), text('x'))
      expect(await lab.when(failureOf(call))).toMatchObject({ code: 'LIMIT' })
    })

    it('USAGE, and nothing is sent, for a message longer than its protocol says', async () => {
      const protocol = bytesProtocol('bounded')
      using _ = server.network.serve(protocol, async function* (first) {
        yield first
      })
      const call = client.network.call(peer, protocol, new Uint8Array(SLICE_BYTES_MAX + 1))
      expect(await lab.when(failureOf(call))).toMatchObject({ code: 'USAGE' })
      expect(await lab.when(collect(client.network.call(peer, protocol, text('still'))))).toHaveLength(1)
    })

    it('USAGE for a call without any request', async () => {
      const protocol = bytesProtocol('empty')
      using _ = server.network.serve(protocol, async function* (first) {
        yield first
      })
      async function* requests(): AsyncGenerator<Uint8Array> {}
      expect(await lab.when(failureOf(client.network.call(peer, protocol, requests())))).toMatchObject({
        code: 'USAGE',
      })
    })

    it('MALFORMED at the caller, and the answerer is charged, for a response that does not decode', async () => {
      const protocol = bytesProtocol('garbled')
      using _ = server.network.serve(protocol, async function* (first) {
        yield first
      })
      const before = client.network.figures(peer)?.faults ?? 0
      const call = client.network.call(peer, { ...protocol, response: bool }, text('x'))
      expect(await lab.when(failureOf(call))).toMatchObject({ code: 'MALFORMED' })
      expect(client.network.figures(peer)?.faults).toBe(before + 1)
    })

    it('MALFORMED from the answerer, and the caller is charged, for a request that does not decode', async () => {
      const protocol = bytesProtocol('garbling')
      let calls = 0
      using _ = server.network.serve({ ...protocol, request: bool }, async function* () {
        calls++
        yield text('x')
      })
      const before = server.network.figures(client.network.self)?.faults ?? 0
      const call = client.network.call(peer, protocol, text('x'))
      expect(await lab.when(failureOf(call))).toMatchObject({ code: 'MALFORMED' })
      expect(server.network.figures(client.network.self)?.faults).toBe(before + 1)
      expect(calls).toBe(0)
    })

    it('a slow reader gets no more than its window ahead, while other calls go on', async () => {
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
      const slow = client.network.call(peer, protocol, text('flood'))[Symbol.asyncIterator]()
      await lab.when(slow.next())
      for (let i = 0; i < 100; i++) {
        const [pong] = await lab.when(collect(client.network.call(peer, protocol, text('ping'))))
        expect(told(pong)).toBe('ping')
      }
      const { queuedBytes } = client.network.figures(peer)!
      expect(queuedBytes).toBeGreaterThan(0)
      expect(queuedBytes).toBeLessThanOrEqual(WINDOW_BYTES_MAX)
      expect(sentBytes).toBeLessThan(2 * WINDOW_BYTES_MAX)
      const readRest = async (): Promise<number> => {
        let read = 1
        for (let next = await slow.next(); !next.done; next = await slow.next()) read++
        return read
      }
      expect(await lab.when(readRest())).toBe(400)
      expect(client.network.figures(peer)!.queuedBytes).toBe(0)
    })

    it('both directions wait at once, each for its own reader, and then run to their end', async () => {
      const protocol = bytesProtocol('both')
      const messages = 100
      let sent = 0
      const go = Promise.withResolvers<void>()
      using _ = server.network.serve(protocol, async function* (first, more) {
        yield first
        await go.promise
        for await (const next of more) yield next
      })
      async function* requests(): AsyncGenerator<Uint8Array> {
        for (; sent < messages; sent++) yield new Uint8Array(50_000).fill(sent)
      }
      const call = client.network.call(peer, protocol, requests())[Symbol.asyncIterator]()
      expect((await lab.when(call.next())).value).toHaveLength(50_000)
      await lab.pass(2_000)
      // The first window, and the message that waits for credit.
      expect(sent).toBeLessThanOrEqual(WINDOW_BYTES_INITIAL / 50_000 + 1)
      go.resolve()
      const readRest = async (): Promise<number[]> => {
        const read: number[] = []
        for (let next = await call.next(); !next.done; next = await call.next()) read.push(next.value[0]!)
        return read
      }
      expect(await lab.when(readRest())).toEqual(Array.from({ length: messages - 1 }, (_, i) => i + 1))
    })
  })
}
