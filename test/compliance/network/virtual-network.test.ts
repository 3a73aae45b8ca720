import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { networkId as networkIdOf } from '../../../protocols/kernel/ids.ts'
import { VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import type { LabNode, LabNodeOptions, NetworkLab, Reported } from './network-lab.ts'
import { networkCompliance } from './network-suite.ts'

const hasher = await createCrypto()
const WAIT_MS_MAX = 60_000

class VirtualLab implements NetworkLab {
  readonly #world = new VirtualWorld({ seed: 'compliance', hasher })
  readonly #nodes = new AsyncDisposableStack()

  async node({ listens = true, networkId = 'compliance' }: LabNodeOptions = {}): Promise<LabNode> {
    const reports: Reported[] = []
    const { network } = this.#world.node({
      listens,
      networkId: networkIdOf(networkId),
      report: (error, peer) => reports.push({ error, peer }),
    })
    this.#nodes.use(network)
    return {
      network,
      reports,
      subscribers: (topicId) => network.subscribers(topicId),
      meshed: (topicId) => network.meshOf(topicId).length,
      serversKnown: () => network.dhtServersKnown,
      [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
    }
  }

  when<T>(promise: Promise<T>): Promise<T> {
    return this.#world.clock.until(promise, WAIT_MS_MAX)
  }

  until(condition: () => boolean): Promise<void> {
    return this.#world.clock.untilTrue(condition, WAIT_MS_MAX)
  }

  pass(ms: number): Promise<void> {
    return this.#world.clock.advance(ms)
  }

  nowMs(): number {
    return this.#world.clock.nowMs()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#nodes.disposeAsync()
  }
}

networkCompliance('virtual', () => new VirtualLab())
