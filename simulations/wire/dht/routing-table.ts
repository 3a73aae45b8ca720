/** Peers that answer lookups, in buckets by how many leading bits of their id are this node's own (Kademlia). */
import type { PeerId } from '../../../protocols/kernel/ids.ts'
import { commonBits, compareDistance } from './distance.ts'

/** Peers of one bucket, and holders of one record: Kademlia's k, as in kad-dht. */
export const BUCKET_SIZE = 20

export interface Contact {
  readonly peer: PeerId
  readonly id: Uint8Array
}

export class RoutingTable {
  readonly #self: Uint8Array
  readonly #buckets = new Map<number, Contact[]>()

  constructor(self: Uint8Array) {
    this.#self = self
  }

  get size(): number {
    let size = 0
    for (const bucket of this.#buckets.values()) size += bucket.length
    return size
  }

  /** A full bucket keeps whom it has: the longer a peer has been there, the longer it will be (Maymounkov, Mazieres 2002). */
  add(contact: Contact): void {
    const bits = commonBits(this.#self, contact.id)
    const bucket = this.#buckets.get(bits)
    if (bucket === undefined) this.#buckets.set(bits, [contact])
    else if (bucket.length < BUCKET_SIZE && !bucket.some(({ peer }) => peer === contact.peer)) bucket.push(contact)
  }

  /** It did not answer. */
  remove({ peer, id }: Contact): void {
    const bits = commonBits(this.#self, id)
    const bucket = this.#buckets.get(bits)?.filter((contact) => contact.peer !== peer)
    if (bucket !== undefined) this.#buckets.set(bits, bucket)
  }

  /** The nearest known ones, nearest first. */
  closest(target: Uint8Array, count: number): Contact[] {
    return [...this.#buckets.values()]
      .flat()
      .sort((a, b) => compareDistance(target, a.id, b.id))
      .slice(0, count)
  }
}
