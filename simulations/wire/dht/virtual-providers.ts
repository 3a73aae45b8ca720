/** Provider keys over the virtual DHT: this node announces itself and again until told to stop, and finds others. */

import { AnnouncedKeys } from '../../../node/network/dht/announced-keys.ts'
import type { NetworkPreset } from '../../../node/network/network-preset.ts'
import { fromHex } from '../../../protocols/kernel/bytes.ts'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Hash32, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock, Hasher } from '../../../protocols/kernel/ports.ts'
import type { ProviderStore } from './provider-store.ts'
import type { VirtualDht } from './virtual-dht.ts'

export interface VirtualProvidersNeeds {
  readonly self: PeerId
  readonly dht: VirtualDht
  readonly store: ProviderStore
  readonly clock: Clock
  readonly hasher: Pick<Hasher, 'sha256'>
  readonly preset: NetworkPreset
  readonly peers: () => number
  readonly learn: (peer: PeerId) => void
}

export class VirtualProviders implements Disposable {
  readonly #needs: VirtualProvidersNeeds
  readonly #announced: AnnouncedKeys
  readonly #stopped = new AbortController()

  constructor(needs: VirtualProvidersNeeds) {
    this.#needs = needs
    this.#announced = new AnnouncedKeys({
      clock: needs.clock,
      announce: (key, signal) => this.#announce(key, signal),
      forget: () => undefined,
      // Only a node that stops gives a repetition up.
      onFailure: () => undefined,
    })
  }

  /** @see AnnouncedKeys.provide */
  provide(key: Hash32, signal?: AbortSignal): Promise<Disposable> {
    return this.#announced.provide(key, signal)
  }

  /** Each peer once, as it is found. A hint: whoever acts on one asks the peer itself. */
  async *find(key: Hash32, signal?: AbortSignal): AsyncGenerator<PeerId, void> {
    const { dht, store, clock, preset, peers, learn } = this.#needs
    if (peers() === 0) return
    const left = new AbortController()
    using deadline = new Deadline(
      clock,
      preset.queryMs,
      'a lookup in the DHT',
      signal,
      this.#stopped.signal,
      left.signal,
    )
    const found = new Set<PeerId>(store.of(key))
    let wake: () => void = () => undefined
    let over = false
    const target = this.#target(key)
    const walk = dht.walk(target, { what: 'GET_PROVIDERS', target, key }, deadline.signal, ({ providers }) => {
      for (const peer of providers) {
        learn(peer)
        found.add(peer)
      }
      wake()
      return false
    })
    void walk.then(() => {
      over = true
      wake()
    })
    try {
      const told = new Set<PeerId>()
      for (;;) {
        for (const peer of found) {
          if (told.has(peer)) continue
          told.add(peer)
          yield peer
        }
        if (over) break
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      deadline.throwIfGivenUp()
    } finally {
      left.abort()
    }
  }

  [Symbol.dispose](): void {
    this.#stopped.abort(new MeshError('CANCELLED'))
    this.#announced[Symbol.dispose]()
  }

  async #announce(key: Hash32, signal: AbortSignal | undefined): Promise<number> {
    const { self, dht, store, clock, preset, peers } = this.#needs
    if (dht.isServer) store.add(key, self)
    let told = 0
    if (peers() > 0) {
      using deadline = new Deadline(clock, preset.queryMs, 'an announcement to the DHT', signal, this.#stopped.signal)
      deadline.throwIfGivenUp()
      const target = this.#target(key)
      const nearest = await dht.walk(target, { what: 'FIND_NODE', target }, deadline.signal)
      deadline.throwIfGivenUp()
      const answers = await Promise.all(
        nearest.map((contact) => dht.ask(contact, { what: 'ADD_PROVIDER', key }, deadline.signal)),
      )
      deadline.throwIfGivenUp()
      told = answers.filter((answer) => answer !== undefined).length
    }
    return told
  }

  #target(key: Hash32): Uint8Array {
    return this.#needs.hasher.sha256(fromHex(key)!)
  }
}
