/** Which card each place of a published profile is: who probes one has read a profile that may be some puts old. */
import type { ProbeRefusal } from '../../protocols/wire/probe/probe-messages.ts'

/** Changes are told once a minute, and a prober asks within seconds of reading: holders that missed some puts are allowed for. */
const PROFILES_MAX = 32

export class PublishedClaims {
  /** By sequence, oldest first: the key of the card at each place, where it is a seat. */
  readonly #cards = new Map<bigint, readonly (string | undefined)[]>()

  /** Before it is put. */
  note(sequence: bigint, cards: readonly (string | undefined)[]): void {
    this.#cards.set(sequence, cards)
    if (this.#cards.size > PROFILES_MAX) this.#cards.delete(this.#cards.keys().next().value!)
  }

  /** @returns its key; or a refusal: a run remembers what it has published itself */
  cardAt(sequence: bigint, place: number): { readonly card: string } | Extract<ProbeRefusal, 'profile' | 'card'> {
    const cards = this.#cards.get(sequence)
    if (cards === undefined) return 'profile'
    const card = cards[place]
    return card === undefined ? 'card' : { card }
  }
}
