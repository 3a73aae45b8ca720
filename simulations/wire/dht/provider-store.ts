/** Who said that it has something under a key, for as long as that is believed. */
import type { Hash32, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'

/** kad-dht believes an announcement for this long; announcers repeat theirs much sooner. */
export const PROVIDER_LIFE_MS = 48 * 3_600_000
/** Of one key: no key may get hot. The one announced longest ago goes first. */
const PROVIDERS_MAX = 200
/** Keys that one server keeps: 64 of each of a thousand nodes. */
const KEYS_MAX = 65_536

export class ProviderStore {
  readonly #clock: Clock
  /** Monotonic times of announcing, the oldest first. */
  readonly #keys = new Map<Hash32, Map<PeerId, number>>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(key: Hash32, provider: PeerId): void {
    const providers = this.#keys.get(key) ?? new Map<PeerId, number>()
    this.#keys.delete(key)
    this.#keys.set(key, providers)
    if (this.#keys.size > KEYS_MAX) this.#keys.delete(this.#keys.keys().next().value!)
    providers.delete(provider)
    providers.set(provider, this.#clock.monotonicMs())
    if (providers.size > PROVIDERS_MAX) providers.delete(providers.keys().next().value!)
  }

  of(key: Hash32): PeerId[] {
    const providers = this.#keys.get(key)
    if (providers === undefined) return []
    const now = this.#clock.monotonicMs()
    for (const [peer, atMs] of providers) if (now - atMs >= PROVIDER_LIFE_MS) providers.delete(peer)
    return [...providers.keys()]
  }
}
