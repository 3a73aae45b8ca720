/** Records that this node keeps for others, and the newest of each key that it has seen. Judged by their space on the way in. */
import { NEWEST_MAX } from '../../../node/network/dht/dht-law.ts'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { openNewest, type RecordSpace } from '../../../protocols/kernel/record-space.ts'

interface Kept {
  readonly value: unknown
  /** Undefined where only its value was seen: it is not given to others. */
  readonly bytes: Uint8Array | undefined
}

interface Space {
  readonly law: RecordSpace<unknown>
  holders: number
  readonly kept: Map<string, Kept>
}

export class RecordStore {
  readonly #clock: Clock
  readonly #spaces = new Map<string, Space>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  hold<T>(law: RecordSpace<T>): Disposable {
    const space = this.#know(law)
    space.holders++
    let held = true
    return {
      [Symbol.dispose]: () => {
        if (held) space.holders--
        held = false
      },
    }
  }

  /** Takes a stranger's bytes; false where this node does not hold the space, or the record is not valid or not the newest. */
  take(name: string, key: Uint8Array, bytes: Uint8Array): boolean {
    const space = this.#spaces.get(name)
    if (space === undefined || space.holders === 0) return false
    const value = this.#open(space, key, bytes)
    if (value === undefined) return false
    this.#keep(space, toHex(key), { value, bytes })
    return true
  }

  /** Bytes for a peer that asks; undefined where there are none that still count. */
  give(name: string, key: Uint8Array): Uint8Array | undefined {
    const space = this.#spaces.get(name)
    if (space === undefined) return undefined
    const kept = this.#valid(space, toHex(key))
    return kept?.bytes
  }

  /** What this node itself knows. */
  known<T>(law: RecordSpace<T>, key: Uint8Array): T | undefined {
    return this.#valid(this.#know(law), toHex(key))?.value as T | undefined
  }

  /** Judges what a peer answered: the record, which is remembered; undefined where it is none, has expired or is outdated. */
  judge<T>(law: RecordSpace<T>, key: Uint8Array, bytes: Uint8Array): T | undefined {
    const space = this.#know(law)
    const value = this.#open(space, key, bytes)
    if (value !== undefined) this.#keep(space, toHex(key), { value, bytes: undefined })
    return value as T | undefined
  }

  /** This node's own record. `bytes` undefined where it does not answer lookups. */
  own<T>(law: RecordSpace<T>, value: T, bytes: Uint8Array | undefined): void {
    this.#keep(this.#know(law), toHex(law.keyOf(value)), { value, bytes })
  }

  #know<T>(law: RecordSpace<T>): Space {
    const known = this.#spaces.get(law.name)
    if (known !== undefined) return known
    const space: Space = { law: law as RecordSpace<unknown>, holders: 0, kept: new Map() }
    this.#spaces.set(law.name, space)
    return space
  }

  #open({ law, kept }: Space, key: Uint8Array, bytes: Uint8Array): unknown {
    return openNewest(law, key, bytes, kept.get(toHex(key))?.value, this.#clock.nowMs())
  }

  #keep({ law, kept }: Space, name: string, fresh: Kept): void {
    const known = kept.get(name)
    if (known !== undefined && law.newer(known.value, fresh.value)) return
    const isSame = known !== undefined && !law.newer(fresh.value, known.value)
    kept.delete(name)
    kept.set(name, isSame ? { value: known.value, bytes: known.bytes ?? fresh.bytes } : fresh)
    if (kept.size > NEWEST_MAX) kept.delete(kept.keys().next().value!)
  }

  /** An expired record is still remembered, so that an older one does not come back after it. */
  #valid({ law, kept }: Space, name: string): Kept | undefined {
    const known = kept.get(name)
    return known === undefined || law.expiresAtMs(known.value) <= this.#clock.nowMs() ? undefined : known
  }
}
