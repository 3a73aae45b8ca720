/** Between whom messages pass at all: cut links, partitions and machines that are off, as the simulation sets them. */
import type { PeerId } from '../../protocols/kernel/ids.ts'

/** The group of all nodes that no group names. */
const REST = -1

export class Reach {
  readonly #cut = new Set<string>()
  readonly #off = new Set<PeerId>()
  #groups = new Map<PeerId, number>()

  passes(a: PeerId, b: PeerId): boolean {
    if (this.#off.has(a) || this.#off.has(b)) return false
    if (this.#groups.size > 0 && (this.#groups.get(a) ?? REST) !== (this.#groups.get(b) ?? REST)) return false
    return this.#cut.size === 0 || !this.#cut.has(pairOf(a, b))
  }

  /** Nodes of different groups no longer hear each other; those in no group form one together. */
  partition(groups: readonly (readonly PeerId[])[]): void {
    this.#groups = new Map(groups.flatMap((group, i) => group.map((peer) => [peer, i] as const)))
  }

  cut(a: PeerId, b: PeerId): void {
    this.#cut.add(pairOf(a, b))
  }

  mend(a: PeerId, b: PeerId): void {
    this.#cut.delete(pairOf(a, b))
  }

  switchOff(peer: PeerId): void {
    this.#off.add(peer)
  }

  switchOn(peer: PeerId): void {
    this.#off.delete(peer)
  }

  /** All whose machine is on hear each other. */
  heal(): void {
    this.#groups.clear()
    this.#cut.clear()
  }
}

/** One name for two nodes, whoever is named first. */
export const pairOf = (a: PeerId, b: PeerId): string => (a < b ? `${a} ${b}` : `${b} ${a}`)
