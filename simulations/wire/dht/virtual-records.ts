/** Records over the virtual DHT: put to the k nearest servers, read until a quorum has answered. */

import { QUORUM, recordKey } from '../../../node/network/dht/dht-law.ts'
import type { NetworkPreset } from '../../../node/network/network-preset.ts'
import { Deadline } from '../../../protocols/kernel/deadline.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Clock, Hasher } from '../../../protocols/kernel/ports.ts'
import type { RecordSpace } from '../../../protocols/kernel/record-space.ts'
import type { RecordStore } from './record-store.ts'
import type { VirtualDht } from './virtual-dht.ts'

export interface VirtualRecordsNeeds {
  readonly dht: VirtualDht
  readonly store: RecordStore
  readonly clock: Clock
  readonly hasher: Pick<Hasher, 'sha256'>
  readonly preset: NetworkPreset
  readonly peers: () => number
}

export class VirtualRecords {
  readonly #needs: VirtualRecordsNeeds

  constructor(needs: VirtualRecordsNeeds) {
    this.#needs = needs
  }

  hold<T>(law: RecordSpace<T>): Disposable {
    return this.#needs.store.hold(law)
  }

  /** @throws MeshError NO_PEERS where nobody who answers lookups took it; USAGE where it is too long */
  async put<T>(law: RecordSpace<T>, value: T, bytes: Uint8Array, signal?: AbortSignal): Promise<void> {
    const { dht, store, clock, preset, peers } = this.#needs
    if (bytes.length > law.bytesMax)
      throw new MeshError('USAGE', { what: `a record of ${bytes.length} bytes, at most ${law.bytesMax}` })
    const own = bytes.slice()
    store.own(law, value, dht.isServer ? own : undefined)
    let holders = dht.isServer ? 1 : 0
    if (peers() > 0) {
      using deadline = new Deadline(clock, preset.queryMs, 'a record to the DHT', signal)
      const key = law.keyOf(value)
      const target = this.#target(law, key)
      const nearest = await dht.walk(target, { what: 'FIND_NODE', target }, deadline.signal)
      deadline.throwIfGivenUp()
      const answers = await Promise.all(
        nearest.map((contact) =>
          dht.ask(contact, { what: 'PUT_VALUE', space: law.name, key, bytes: own }, deadline.signal),
        ),
      )
      deadline.throwIfGivenUp()
      for (const answer of answers) if (answer?.taken) holders++
    }
    if (holders === 0) throw new MeshError('NO_PEERS', { network: law.name })
  }

  async get<T>(law: RecordSpace<T>, key: Uint8Array, signal?: AbortSignal): Promise<T | undefined> {
    const { dht, store, clock, preset, peers } = this.#needs
    let best = store.known(law, key)
    if (peers() === 0) return best
    let answers = 0
    using deadline = new Deadline(clock, preset.queryMs, 'a lookup in the DHT', signal)
    deadline.throwIfGivenUp()
    const target = this.#target(law, key)
    await dht.walk(target, { what: 'GET_VALUE', target, space: law.name, key }, deadline.signal, ({ record }) => {
      const value = record === undefined ? undefined : store.judge(law, key, record)
      if (value === undefined) return false
      if (best === undefined || law.newer(value, best)) best = value
      return ++answers >= QUORUM
    })
    deadline.throwIfGivenUp()
    return best
  }

  #target(law: { readonly name: string }, key: Uint8Array): Uint8Array {
    return this.#needs.hasher.sha256(recordKey(law, key))
  }
}
