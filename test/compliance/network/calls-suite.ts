/** Calls: order, both directions, and every way in which one ends. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Protocol } from '../../../protocols/kernel/protocol.ts'
import { bytesProtocol, collect, expectEveryByteBack, failureOf } from '../../support/nodes/wire-protocols.ts'
import { type LabNode, type NetworkLab, openEnded, star, text, told } from './network-lab.ts'

export function callsCompliance(makeLab: () => NetworkLab): void {
  describe('carries a call that', () => {
    let lab: NetworkLab
    let server: LabNode
    let client: LabNode
    let peer: PeerId
    const answers = (protocol: Protocol<Uint8Array, Uint8Array>, first = 'x'): Promise<Uint8Array[]> =>
      lab.when(collect(client.network.call(peer, protocol, text(first))))
    const failure = (
      protocol: Protocol<Uint8Array, Uint8Array>,
      requests: Uint8Array | AsyncIterable<Uint8Array> = text('x'),
    ): Promise<unknown> => lab.when(failureOf(client.network.call(peer, protocol, requests)))

    beforeAll(async () => {
      lab = makeLab()
      const nodes = await star(lab, {}, { listens: false })
      server = nodes[0]!
      client = nodes[1]!
      peer = server.network.self
    })
    afterAll(() => lab[Symbol.asyncDispose]())

    it('gives the responses to one request in order', async () => {
      const protocol = bytesProtocol('count')
      using _ = server.network.serve(protocol, async function* (first) {
        for (let i = 0; i < 3; i++) yield text(`${told(first)} ${i}`)
      })
      expect((await answers(protocol, 'number')).map(told)).toEqual(['number 0', 'number 1', 'number 2'])
    })

    it('gives no response at all where the handler gives none', async () => {
      const protocol = bytesProtocol('mute')
      using _ = server.network.serve(protocol, async function* () {})
      expect(await answers(protocol)).toEqual([])
    })

    it('tells the handler who calls', async () => {
      const protocol = bytesProtocol('who')
      using _ = server.network.serve(protocol, async function* (_first, _more, { peer: caller }) {
        yield text(caller)
      })
      expect((await answers(protocol)).map(told)).toEqual([client.network.self])
    })

    it('runs from the node that was dialled to the one that dialled', async () => {
      const protocol = bytesProtocol('back')
      using _ = client.network.serve(protocol, async function* (first) {
        yield first
      })
      expect(await lab.when(collect(server.network.call(client.network.self, protocol, text('x'))))).toHaveLength(1)
    })

    it('is not sent before somebody reads it', async () => {
      const protocol = bytesProtocol('unread')
      let calls = 0
      using _ = server.network.serve(protocol, async function* (first) {
        calls++
        yield first
      })
      client.network.call(peer, protocol, text('unread'))
      await answers(protocol)
      expect(calls).toBe(1)
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
      const talk = async (): Promise<void> => {
        for await (const response of client.network.call(peer, protocol, requests())) {
          heard.push(told(response))
          turn.resolve()
        }
      }
      await lab.when(talk())
      expect(heard).toEqual(['re one', 're two'])
    })

    it('runs beside 500 others, each with its own answer', async () => {
      const protocol = bytesProtocol('many')
      using _ = server.network.serve(protocol, async function* (first) {
        yield first
      })
      const all = await lab.when(
        Promise.all(Array.from({ length: 500 }, (_, i) => collect(client.network.call(peer, protocol, text(`${i}`))))),
      )
      expect(all.map(([answer]) => told(answer))).toEqual(Array.from({ length: 500 }, (_, i) => `${i}`))
    })

    it('brings every byte back, in small messages and in bulk', async () => {
      const protocol = bytesProtocol('echo')
      using _ = server.network.serve(protocol, async function* (first, more) {
        yield first
        for await (const next of more) yield next
      })
      await lab.when(expectEveryByteBack(client.network, peer, protocol))
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
      const readOne = async (): Promise<void> => {
        for await (const response of client.network.call(peer, protocol, text('go'))) {
          expect(response).toHaveLength(1_000)
          break
        }
      }
      await lab.when(readOne())
      expect(await lab.when(cancelled.promise)).toMatchObject({ code: 'CANCELLED' })
      await lab.when(cleaned.promise)
    })

    it('is cancelled at both ends when the signal aborts, also while nothing comes', async () => {
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
      const failed = failureOf(client.network.call(peer, protocol, openEnded(), { signal: controller.signal }))
      await lab.when(started.promise)
      controller.abort()
      expect(await lab.when(failed)).toMatchObject({ code: 'CANCELLED' })
      await lab.when(cancelled.promise)
    })

    it('does not start with a signal that was aborted before', async () => {
      const protocol = bytesProtocol('unstarted')
      let calls = 0
      using _ = server.network.serve(protocol, async function* (first) {
        calls++
        yield first
      })
      const call = client.network.call(peer, protocol, text('x'), { signal: AbortSignal.abort() })
      expect(await lab.when(failureOf(call))).toMatchObject({ code: 'CANCELLED' })
      await answers(protocol)
      expect(calls).toBe(1)
    })

    it('ends with what the handler threw, code and facts, after what it had answered', async () => {
      const protocol = bytesProtocol('refusing')
      using _ = server.network.serve(protocol, async function* () {
        yield text('first')
        throw new MeshError('NOT_FOUND', { what: 'model', id: 'abc' })
      })
      const call = client.network.call(peer, protocol, text('x'))[Symbol.asyncIterator]()
      expect(told((await lab.when(call.next())).value)).toBe('first')
      const ended = lab.when(call.next())
      await expect(ended).rejects.toMatchObject({ code: 'NOT_FOUND', facts: { what: 'model', id: 'abc' } })
    })

    it("tells the caller nothing of the answerer's bug but that there was one", async () => {
      const protocol = bytesProtocol('buggy')
      // biome-ignore lint/correctness/useYield: a handler that fails before it answers
      using _ = server.network.serve(protocol, async function* () {
        throw new Error('the secret is 42')
      })
      const failed = await failure(protocol)
      expect(failed).toMatchObject({ code: 'ATTEMPT_ABORTED' })
      expect(JSON.stringify(failed) + String(failed)).not.toContain('secret')
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
      expect(await failure(protocol, requests())).toBeInstanceOf(TypeError)
      await lab.when(ended.promise)
    })

    it('fails with PROTOCOL_UNSUPPORTED where nobody answers the protocol', async () => {
      expect(await failure(bytesProtocol('unknown'))).toMatchObject({
        code: 'PROTOCOL_UNSUPPORTED',
        facts: { peer },
      })
    })

    it('is answered by nobody once the handler is disposed, and again once another one serves', async () => {
      const protocol = bytesProtocol('brief')
      const serving = server.network.serve(protocol, async function* (first) {
        yield first
      })
      expect(await answers(protocol)).toHaveLength(1)
      serving[Symbol.dispose]()
      expect(await failure(protocol)).toMatchObject({ fault: 'network' })
      using _ = server.network.serve(protocol, async function* (first) {
        yield first
        yield first
      })
      expect(await answers(protocol)).toHaveLength(2)
    })

    it('has one handler for each protocol', () => {
      const protocol = bytesProtocol('twice')
      using _ = server.network.serve(protocol, async function* () {})
      expect(() => server.network.serve(protocol, async function* () {})).toThrow(MeshError)
    })
  })
}
