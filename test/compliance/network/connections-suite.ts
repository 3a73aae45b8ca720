/** Connections: who is there, who is told, and what is left when a node goes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import { bytesProtocol, failureOf } from '../../support/nodes/wire-protocols.ts'
import { type LabNode, type NetworkLab, openEnded, star, text } from './network-lab.ts'

/** Below the time that a call may wait for its peer (10 s), with room for a busy machine. */
const AT_ONCE_MS = 8_000

export function connectionsCompliance(makeLab: () => NetworkLab): void {
  describe('connects nodes:', () => {
    let lab: NetworkLab

    beforeEach(() => {
      lab = makeLab()
    })
    afterEach(() => lab[Symbol.asyncDispose]())

    const node = (listens = true): Promise<LabNode> => lab.when(lab.node({ listens }))
    const leave = async (leaving: LabNode): Promise<void> => leaving[Symbol.asyncDispose]()
    const told = ({ network }: LabNode): [PeerId, string][] => {
      const heard: [PeerId, string][] = []
      network.onPeer((peer, state) => heard.push([peer, state]))
      return heard
    }

    it('both know of it and are told once', async () => {
      const [one, other] = [await node(), await node()]
      const [atOne, atOther] = [told(one), told(other)]
      await lab.when(one.network.connect(other.network.self, other.network.addresses()))
      await lab.until(() => atOther.length === 1)
      await lab.when(one.network.connect(other.network.self))
      expect(one.network.connectedPeers()).toEqual([other.network.self])
      expect(other.network.connectedPeers()).toEqual([one.network.self])
      expect(atOne).toEqual([[other.network.self, 'connected']])
      expect(atOther).toEqual([[one.network.self, 'connected']])
    })

    it('a listener that was disposed is told nothing', async () => {
      const [one, other] = [await node(), await node()]
      const heard: PeerId[] = []
      one.network.onPeer((peer) => heard.push(peer))[Symbol.dispose]()
      await lab.when(one.network.connect(other.network.self, other.network.addresses()))
      expect(heard).toEqual([])
    })

    it('nobody reaches a node that only dials', async () => {
      const [one, shy] = [await node(), await node(false)]
      expect(shy.network.addresses()).toEqual([])
      const failed = one.network.connect(shy.network.self).catch((error: unknown) => error)
      await lab.pass(15_000)
      expect(await lab.when(failed)).toMatchObject({ code: 'DIAL_FAILED', facts: { peer: shy.network.self } })
    })

    it('an address that is none, or of somebody else, leads nowhere', async () => {
      const [one, other, third] = [await node(), await node(), await node()]
      await expect(lab.when(one.network.connect(other.network.self, ['nowhere']))).rejects.toMatchObject({
        code: 'DIAL_FAILED',
      })
      const wrong = lab.when(one.network.connect(other.network.self, third.network.addresses()))
      await expect(wrong).rejects.toMatchObject({ code: 'DIAL_FAILED' })
      expect(one.network.connectedPeers()).toEqual([])
    })

    it('nobody calls itself', async () => {
      const alone = await node()
      const startedMs = lab.nowMs()
      const call = alone.network.call(alone.network.self, bytesProtocol('self'), text('x'))
      expect(await lab.when(failureOf(call))).toMatchObject({ code: 'DIAL_FAILED' })
      expect(lab.nowMs() - startedMs).toBeLessThan(AT_ONCE_MS)
    })

    it('who gives up before is told so', async () => {
      const [one, other] = [await node(), await node()]
      const connecting = one.network.connect(other.network.self, other.network.addresses(), AbortSignal.abort())
      await expect(lab.when(connecting)).rejects.toMatchObject({ code: 'CANCELLED' })
    })

    it('a call connects by itself where the address is known', async () => {
      const [one, other] = await star(lab, {}, {})
      await lab.when(leave(other!))
      await lab.until(() => one!.network.connectedPeers().length === 0)
      const startedMs = lab.nowMs()
      const failed = failureOf(one!.network.call(other!.network.self, bytesProtocol('gone'), text('x')))
      expect(await lab.when(failed)).toMatchObject({ code: 'DIAL_FAILED', facts: { peer: other!.network.self } })
      // Nobody is left to be asked where it may be.
      expect(lab.nowMs() - startedMs).toBeLessThan(AT_ONCE_MS)
    })

    it('a node that goes is missed: its peers are told, its calls fail at both ends', async () => {
      const [server, client] = (await star(lab, {}, {})) as [LabNode, LabNode]
      const protocol = bytesProtocol('endless')
      const started = Promise.withResolvers<void>()
      const aborted = Promise.withResolvers<unknown>()
      server.network.serve(protocol, async function* (_first, more, { signal }) {
        signal.addEventListener('abort', () => aborted.resolve(signal.reason))
        started.resolve()
        for await (const next of more) yield next
      })
      const failed = failureOf(client.network.call(server.network.self, protocol, openEnded()))
      await lab.when(started.promise)
      const heard = told(server)
      await lab.when(leave(client))
      expect(await lab.when(failed)).toMatchObject({ code: 'STREAM_LOST' })
      expect(await lab.when(aborted.promise)).toMatchObject({ code: 'STREAM_LOST' })
      await lab.until(() => heard.length === 1)
      expect(heard).toEqual([[client.network.self, 'disconnected']])
      expect(server.network.connectedPeers()).toEqual([])
    })

    it('a call whose answerer goes fails with STREAM_LOST', async () => {
      const [server, client] = (await star(lab, {}, {})) as [LabNode, LabNode]
      const protocol = bytesProtocol('going')
      const started = Promise.withResolvers<void>()
      server.network.serve(protocol, async function* (first, more) {
        yield first
        started.resolve()
        for await (const next of more) yield next
      })
      const failed = failureOf(client.network.call(server.network.self, protocol, openEnded()))
      await lab.when(started.promise)
      await lab.when(leave(server))
      expect(await lab.when(failed)).toMatchObject({ code: 'STREAM_LOST', facts: { peer: server.network.self } })
    })

    it('a node that is disposed starts nothing more', async () => {
      const [server, client] = (await star(lab, {}, {})) as [LabNode, LabNode]
      await lab.when(leave(client))
      const failed = failureOf(client.network.call(server.network.self, bytesProtocol('late'), text('x')))
      expect(await lab.when(failed)).toBeInstanceOf(MeshError)
      await lab.when(leave(client))
    })
  })
}
