import { expect, vi } from 'vitest'
import { LOOPBACK, meshNode } from '../../support/nodes/mesh-nodes.ts'
import type { LabNode, LabNodeOptions, NetworkLab } from './network-lab.ts'
import { networkCompliance } from './network-suite.ts'
import { ShiftingClock } from './shifting-clock.ts'

/** What the libraries' own classes tell beside their interfaces. */
interface Services {
  readonly gossip: { getSubscribers(topicId: string): string[]; getMeshPeers(topicId: string): string[] }
  readonly dht: { readonly routingTable: { readonly size: number } }
}

/** Real nodes on loopback. They share a clock, so that a minute need not be waited for. */
class Libp2pLab implements NetworkLab {
  readonly #clock = new ShiftingClock()
  readonly #nodes = new AsyncDisposableStack()

  async node({ listens = true, networkId = 'compliance' }: LabNodeOptions = {}): Promise<LabNode> {
    const node = this.#nodes.use(
      await meshNode({ network: networkId, clock: this.#clock, listen: listens ? [LOOPBACK] : [] }),
    )
    const { gossip, dht } = node.network.libp2p.services as unknown as Services
    return {
      network: node.network,
      reports: node.reports,
      subscribers: (topicId) => gossip.getSubscribers(topicId).length,
      meshed: (topicId) => gossip.getMeshPeers(topicId).length,
      serversKnown: () => dht.routingTable.size,
      [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
    }
  }

  when<T>(promise: Promise<T>): Promise<T> {
    return promise
  }

  async until(condition: () => boolean): Promise<void> {
    // Also called from hooks, where `expect.poll` may not be.
    await vi.waitFor(() => expect(condition()).toBe(true), { timeout: 20_000, interval: 10 })
  }

  async pass(ms: number): Promise<void> {
    this.#clock.shift(ms)
  }

  nowMs(): number {
    return this.#clock.nowMs()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#nodes.disposeAsync()
  }
}

networkCompliance('libp2p', () => new Libp2pLab())
