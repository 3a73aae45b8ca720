/** Who has what, as coarse keys in the DHT: this node announces itself and again until told to stop, and finds others. */

import type { KadDHT } from '@libp2p/kad-dht'
import { CID } from 'multiformats/cid'
import * as Digest from 'multiformats/hashes/digest'
import { fromHex } from '../../../protocols/kernel/bytes.ts'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { type Hash32, type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { AnnouncedKeys } from './announced-keys.ts'

const RAW_CODEC = 0x55
const SHA2_256 = 0x12

export interface DhtProvidersNeeds {
  readonly dht: KadDHT
  readonly clock: Clock
  readonly peers: () => number
  readonly queryMs: number
  readonly report: (error: MeshError) => void
}

export class DhtProviders implements Disposable {
  readonly #needs: DhtProvidersNeeds
  readonly #announced: AnnouncedKeys
  readonly #stopped = new AbortController()

  constructor(needs: DhtProvidersNeeds) {
    this.#needs = needs
    this.#announced = new AnnouncedKeys({
      clock: needs.clock,
      announce: (key, signal) => this.#announce(key, signal),
      forget: (key) => {
        needs.dht.cancelReprovide(cidOf(key)).catch((error: unknown) => needs.report(asMeshError(error)))
      },
      onFailure: (error) => {
        if (!this.#stopped.signal.aborted) needs.report(asMeshError(error))
      },
    })
  }

  /** @see AnnouncedKeys.provide */
  provide(key: Hash32, signal?: AbortSignal): Promise<Disposable> {
    return this.#announced.provide(key, signal)
  }

  /** Each peer once, as it is found. A hint: whoever acts on one asks the peer itself. */
  async *find(key: Hash32, signal?: AbortSignal): AsyncGenerator<PeerId, void> {
    const { dht, clock, queryMs } = this.#needs
    if (this.#needs.peers() === 0) return
    const seen = new Set<string>()
    using deadline = new Deadline(clock, queryMs, 'a lookup in the DHT', signal, this.#stopped.signal)
    try {
      for await (const event of dht.findProviders(cidOf(key), { signal: deadline.signal })) {
        if (event.name !== 'PROVIDER') continue
        for (const { id } of event.providers) {
          const text = id.toString()
          if (seen.has(text)) continue
          seen.add(text)
          yield peerId(text)
        }
      }
    } catch (error) {
      deadline.throwIfGivenUp()
      if (!deadline.isOver) this.#needs.report(asMeshError(error))
    }
  }

  [Symbol.dispose](): void {
    this.#stopped.abort(new MeshError('CANCELLED'))
    this.#announced[Symbol.dispose]()
  }

  async #announce(key: Hash32, signal: AbortSignal | undefined): Promise<number> {
    const { dht, clock, queryMs } = this.#needs
    let told = 0
    if (this.#needs.peers() > 0) {
      using deadline = new Deadline(clock, queryMs, 'an announcement to the DHT', signal, this.#stopped.signal)
      try {
        for await (const event of dht.provide(cidOf(key), { signal: deadline.signal })) {
          if (event.name === 'PEER_RESPONSE' && event.messageName === 'ADD_PROVIDER') told++
        }
      } catch (error) {
        deadline.throwIfGivenUp()
        if (!deadline.isOver) this.#needs.report(asMeshError(error))
      }
    }
    return told
  }
}

const cidOf = (key: Hash32): CID => CID.createV1(RAW_CODEC, Digest.create(SHA2_256, fromHex(key)!))
