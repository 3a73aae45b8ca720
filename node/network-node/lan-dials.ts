/** Dials the peers that answer in the LAN, few at a time: anybody there can make up as many answers as it likes. */

import { networkInterfaces } from 'node:os'
import type { Multiaddr } from '@multiformats/multiaddr'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import type { PeerId } from '../../protocols/kernel/ids.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { RateTable } from '../network/peers/rate-table.ts'
import type { LanAnswer } from './lan-service.ts'

/** Beyond, gossip and the DHT know the rest of the LAN. A node that only dials asks a few and leaves. */
const CONNECTED_MAX = 32
const CONNECTED_LIGHT_MAX = 4
/** New names from one machine: more nodes than a rack of cards runs on one; a liar uses up its own share. */
const NAMES_PER_MACHINE_MAX = 16
const NAMES_PER_MACHINE_MS = 60_000
const MACHINES_MAX = 256
/** A name is dialled again after this: its owner may have come back. */
const AGAIN_MS = 60_000
const NAMES_MAX = 512
const QUEUE_MAX = 64
const AT_ONCE = 4
const DIAL_MS_MAX = 5_000
const ADDRESSES_MAX = 4

export interface LanDialsNeeds {
  readonly clock: Clock
  /** Does not listen. */
  readonly isLight: boolean
  /** IP addresses of this machine. */
  readonly own?: () => ReadonlySet<string>
}

interface Waiting {
  readonly peer: PeerId
  readonly addresses: readonly string[]
}

export class LanDials implements Disposable {
  readonly #needs: LanDialsNeeds
  readonly #stop = new AbortController()
  readonly #machines = new RateTable(NAMES_PER_MACHINE_MAX, NAMES_PER_MACHINE_MS, MACHINES_MAX)
  readonly #names = new RateTable(1, AGAIN_MS, NAMES_MAX)
  readonly #queue: Waiting[] = []
  #network: Pick<Network, 'self' | 'connect' | 'connectedPeers'> | undefined
  #underWay = 0

  constructor(needs: LanDialsNeeds) {
    this.#needs = needs
  }

  /** The service that finds peers is a part of the network that dials them, so it is there before. */
  begin(network: Pick<Network, 'self' | 'connect' | 'connectedPeers'>): void {
    this.#network = network
  }

  take({ peer, addresses, source }: LanAnswer): void {
    const network = this.#network
    const now = this.#needs.clock.monotonicMs()
    if (network === undefined || this.#stop.signal.aborted) return
    if (peer === network.self || this.#queue.length >= QUEUE_MAX) return
    const connected = network.connectedPeers()
    const connectedMax = this.#needs.isLight ? CONNECTED_LIGHT_MAX : CONNECTED_MAX
    if (connected.length >= connectedMax || connected.includes(peer)) return
    if (!this.#machines.allows(source, now) || !this.#names.allows(peer, now)) return
    const useful = addresses.filter((address) => this.#isOf(address, source)).slice(0, ADDRESSES_MAX)
    if (useful.length === 0) return
    this.#queue.push({ peer, addresses: useful.map(String) })
    this.#next()
  }

  [Symbol.dispose](): void {
    this.#stop.abort()
    this.#queue.length = 0
  }

  #next(): void {
    while (this.#underWay < AT_ONCE && this.#queue.length > 0) {
      this.#underWay++
      void this.#dial(this.#queue.shift()!).finally(() => {
        this.#underWay--
        this.#next()
      })
    }
  }

  async #dial({ peer, addresses }: Waiting): Promise<void> {
    using deadline = new Deadline(this.#needs.clock, DIAL_MS_MAX, 'a dial on the LAN', this.#stop.signal)
    // Away, or nobody's name: it is dialled again when it answers again.
    await this.#network!.connect(peer, addresses, deadline.signal).catch(() => undefined)
  }

  /** Believed for the machine that it came from: or an answer could aim this node at anything. */
  #isOf(address: Multiaddr, source: string): boolean {
    const [first] = address.getComponents()
    if (first === undefined || (first.name !== 'ip4' && first.name !== 'ip6')) return false
    if (first.value === source) return true
    const own = (this.#needs.own ?? ownAddresses)()
    return own.has(source) && own.has(first.value ?? '')
  }
}

function ownAddresses(): ReadonlySet<string> {
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? [])
  return new Set(all.map(({ address }) => address))
}
