/** What went over the virtual wire: counted always, told one by one where somebody traces. */
import type { PeerId } from '../../protocols/kernel/ids.ts'

export type TrafficKind = 'connect' | 'stream' | 'gossip' | 'dht'

export interface WireEvent {
  readonly atMs: number
  readonly kind: TrafficKind
  /** `data`, `open`, `IHAVE`, `GET_VALUE` and the like. */
  readonly what: string
  readonly from: PeerId
  readonly to: PeerId
  readonly bytes: number
}

export interface Traffic {
  readonly messages: number
  readonly bytes: number
}

export class TrafficCounter {
  readonly #counts = new Map<TrafficKind, { messages: number; bytes: number }>()

  count({ kind, bytes }: WireEvent): void {
    const counted = this.#counts.get(kind)
    if (counted === undefined) this.#counts.set(kind, { messages: 1, bytes })
    else {
      counted.messages++
      counted.bytes += bytes
    }
  }

  /** Since the world began. */
  of(kind: TrafficKind): Traffic {
    return { ...(this.#counts.get(kind) ?? { messages: 0, bytes: 0 }) }
  }
}
