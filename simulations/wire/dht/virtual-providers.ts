/** Provider keys over the virtual DHT: this node announces itself and again until told to stop, and finds others. */
import type { NetworkPreset } from '../../../node/network/network-preset.ts'
import { TimeBox } from '../../../node/network/time-box.ts'
import { fromHex } from '../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Hash32, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock, Hasher, Timer } from '../../../protocols/kernel/ports.ts'
import type { ProviderStore } from './provider-store.ts'
import type { VirtualDht } from './virtual-dht.ts'

/** All as in node/network/dht-providers.ts. */
const AGAIN_MS = 25 * 60_000
const RETRY_MS = 30_000
const KEYS_MAX = 64

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

interface Announced {
  timer: Timer | undefined
  users: number
}

export class VirtualProviders implements Disposable {
  readonly #needs: VirtualProvidersNeeds
  readonly #announced = new Map<Hash32, Announced>()
  readonly #stopped = new AbortController()

  constructor(needs: VirtualProvidersNeeds) {
    this.#needs = needs
  }

  /** Resolves after the first attempt; one that reached nobody is repeated soon. @throws MeshError LIMIT, CANCELLED */
  async provide(key: Hash32, signal?: AbortSignal): Promise<Disposable> {
    if (this.#announced.size >= KEYS_MAX && !this.#announced.has(key))
      throw new MeshError('LIMIT', { what: 'keys announced', max: KEYS_MAX })
    const announced = this.#announced.get(key) ?? { timer: undefined, users: 0 }
    this.#announced.set(key, announced)
    announced.users++
    let mine = true
    const release = (): void => {
      if (mine && --announced.users === 0) this.#forget(key, announced)
      mine = false
    }
    try {
      if (announced.users === 1) await this.#announce(key, announced, signal)
    } catch (error) {
      release()
      throw error
    }
    return { [Symbol.dispose]: release }
  }

  /** Each peer once, as it is found. A hint: whoever acts on one asks the peer itself. */
  async *find(key: Hash32, signal?: AbortSignal): AsyncGenerator<PeerId, void> {
    const { dht, store, clock, preset, peers, learn } = this.#needs
    if (peers() === 0) return
    const left = new AbortController()
    using box = new TimeBox(clock, preset.queryMs, signal, this.#stopped.signal, left.signal)
    const found = new Set<PeerId>(store.of(key))
    let wake: () => void = () => undefined
    let over = false
    const target = this.#target(key)
    const walk = dht.walk(target, { what: 'GET_PROVIDERS', target, key }, box.signal, ({ providers }) => {
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
      box.throwIfGivenUp()
    } finally {
      left.abort()
    }
  }

  [Symbol.dispose](): void {
    this.#stopped.abort(new MeshError('CANCELLED'))
    for (const { timer } of this.#announced.values()) timer?.cancel()
    this.#announced.clear()
  }

  async #announce(key: Hash32, announced: Announced, signal?: AbortSignal): Promise<void> {
    const { self, dht, store, clock, preset, peers } = this.#needs
    if (dht.isServer) store.add(key, self)
    let told = 0
    if (peers() > 0) {
      using box = new TimeBox(clock, preset.queryMs, signal, this.#stopped.signal)
      box.throwIfGivenUp()
      const target = this.#target(key)
      const nearest = await dht.walk(target, { what: 'FIND_NODE', target }, box.signal)
      box.throwIfGivenUp()
      const answers = await Promise.all(
        nearest.map((contact) => dht.ask(contact, { what: 'ADD_PROVIDER', key }, box.signal)),
      )
      box.throwIfGivenUp()
      told = answers.filter((answer) => answer !== undefined).length
    }
    if (this.#announced.get(key) !== announced) return
    announced.timer = clock.after(told > 0 ? AGAIN_MS : RETRY_MS, () => {
      // Only a node that stops gives this up.
      this.#announce(key, announced).catch(() => undefined)
    })
  }

  /** There is no un-provide: others remember us for a while, and who asks us then hears that we do not. */
  #forget(key: Hash32, announced: Announced): void {
    announced.timer?.cancel()
    this.#announced.delete(key)
  }

  #target(key: Hash32): Uint8Array {
    return this.#needs.hasher.sha256(fromHex(key)!)
  }
}
