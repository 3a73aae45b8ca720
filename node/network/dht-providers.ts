/** Who has what, as coarse keys in the DHT: this node announces itself and again until told to stop, and finds others. */
import type { KadDHT } from '@libp2p/kad-dht'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { fromHex } from '../../protocols/kernel/bytes.ts'
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import { type Hash32, type PeerId, peerId } from '../../protocols/kernel/ids.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { TimeBox } from './time-box.ts'

/** Servers forget a provider's addresses after an hour by default, while they keep its record for 48: said again well before. */
const AGAIN_MS = 25 * 60_000
/** After an announcement that reached nobody. */
const RETRY_MS = 30_000
/** Coarse keys of one node: its card's classes and its cached models. */
const KEYS_MAX = 64
const RAW_CODEC = 0x55
const SHA2_256 = 0x12

export interface DhtProvidersNeeds {
  readonly dht: KadDHT
  readonly clock: Clock
  readonly peers: () => number
  readonly queryMs: number
  readonly report: (error: MeshError) => void
}

interface Announced {
  timer: Timer | undefined
  users: number
}

export class DhtProviders implements Disposable {
  readonly #needs: DhtProvidersNeeds
  readonly #announced = new Map<Hash32, Announced>()
  readonly #stopped = new AbortController()

  constructor(needs: DhtProvidersNeeds) {
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
    const { dht, clock, queryMs } = this.#needs
    if (this.#needs.peers() === 0) return
    const seen = new Set<string>()
    using scope = new TimeBox(clock, queryMs, signal, this.#stopped.signal)
    try {
      for await (const event of dht.findProviders(cidOf(key), { signal: scope.signal })) {
        if (event.name !== 'PROVIDER') continue
        for (const { id } of event.providers) {
          const text = id.toString()
          if (seen.has(text)) continue
          seen.add(text)
          yield peerId(text)
        }
      }
    } catch (error) {
      scope.throwIfGivenUp()
      if (!scope.timedOut) this.#needs.report(asMeshError(error))
    }
  }

  [Symbol.dispose](): void {
    this.#stopped.abort(new MeshError('CANCELLED'))
    for (const { timer } of this.#announced.values()) timer?.cancel()
    this.#announced.clear()
  }

  async #announce(key: Hash32, announced: Announced, signal?: AbortSignal): Promise<void> {
    const { dht, clock, queryMs } = this.#needs
    let told = 0
    if (this.#needs.peers() > 0) {
      using scope = new TimeBox(clock, queryMs, signal, this.#stopped.signal)
      try {
        for await (const event of dht.provide(cidOf(key), { signal: scope.signal })) {
          if (event.name === 'PEER_RESPONSE' && event.messageName === 'ADD_PROVIDER') told++
        }
      } catch (error) {
        scope.throwIfGivenUp()
        if (!scope.timedOut) this.#needs.report(asMeshError(error))
      }
    }
    if (this.#announced.get(key) !== announced) return
    announced.timer = clock.after(told > 0 ? AGAIN_MS : RETRY_MS, () => {
      this.#announce(key, announced).catch((error: unknown) => {
        if (!this.#stopped.signal.aborted) this.#needs.report(asMeshError(error))
      })
    })
  }

  /** There is no un-provide: others remember us for a while, and who asks us then hears that we do not. */
  #forget(key: Hash32, announced: Announced): void {
    announced.timer?.cancel()
    this.#announced.delete(key)
    this.#needs.dht.cancelReprovide(cidOf(key)).catch((error: unknown) => this.#needs.report(asMeshError(error)))
  }
}

const cidOf = (key: Hash32): CID => CID.createV1(RAW_CODEC, Digest.create(SHA2_256, fromHex(key)!))
