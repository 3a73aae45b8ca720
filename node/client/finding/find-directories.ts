/** Directories of a region, found through the DHT: full nodes announce themselves there. */
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import type { Network } from '../../../protocols/kernel/network.ts'
import type { Clock, Hasher } from '../../../protocols/kernel/ports.ts'
import { directoryKey } from '../../../protocols/wire/directory/directory-key.ts'
import { type NetworkOf, spreadNetworks } from './spread-networks.ts'

/** Several times what is asked (`find-offers.ts`), should some have gone. */
const KNOWN_MAX = 16
/** A lookup's answer is believed for this long. */
const FRESH_MS = 60_000

export class DirectoryFinder {
  readonly #network: Network
  readonly #clock: Clock
  readonly #networkOf: NetworkOf
  readonly #key: ReturnType<typeof directoryKey>
  #known: readonly PeerId[] = []
  #foundAtMs = Number.NEGATIVE_INFINITY

  /** @param networkOf so that the first ones are not all of one network; nothing is known of it where absent */
  constructor(
    network: Network,
    clock: Clock,
    hasher: Pick<Hasher, 'keccak256'>,
    region: string,
    networkOf: NetworkOf = async () => undefined,
  ) {
    this.#networkOf = networkOf
    this.#network = network
    this.#clock = clock
    this.#key = directoryKey(hasher, network.tag, region)
  }

  /**
   * Connected ones first, and one of each network before a second of any; may be empty. A directory that failed is dropped with {@link forget}. Where the DHT knows none, those
   * that are connected may be: a network of two nodes has nobody who would keep the key.
   */
  async find(signal?: AbortSignal): Promise<readonly PeerId[]> {
    if (this.#known.length === 0 || this.#clock.monotonicMs() - this.#foundAtMs > FRESH_MS) {
      await this.#look(signal)
    }
    const connected = new Set(this.#network.connectedPeers())
    if (this.#known.length === 0) return [...connected].slice(0, KNOWN_MAX)
    const known = this.#known.toSorted((a, b) => Number(connected.has(b)) - Number(connected.has(a)))
    return spreadNetworks(known, this.#networkOf)
  }

  forget(peer: PeerId): void {
    this.#known = this.#known.filter((known) => known !== peer)
  }

  async #look(signal: AbortSignal | undefined): Promise<void> {
    const found = new Set<PeerId>()
    for await (const peer of this.#network.findProviders(this.#key, signal)) {
      if (peer !== this.#network.self) found.add(peer)
      if (found.size >= KNOWN_MAX) break
    }
    if (found.size === 0) return
    this.#known = [...found]
    this.#foundAtMs = this.#clock.monotonicMs()
  }
}
