/** What a card draws at work beyond what it draws at rest, which its owner pays anyway. */
import type { CardReading } from '../../protocols/rules/cards/card-reading.ts'

/** Of its time, by its own word. */
const RESTS_BELOW = 0.1
const WORKS_ABOVE = 0.6
/** Weight of the newest reading: about the last ten count. */
const NEWEST = 0.2
/** More cards than any machine has; what is gone makes room. */
const CARDS_MAX = 64

interface Drawn {
  restW?: number
  workW?: number
}

export class DrawnWatts {
  readonly #cards = new Map<string, Drawn>()

  see(card: string, { powerW, utilisation }: CardReading): void {
    if (powerW === undefined || utilisation === undefined) return
    const drawn = this.#cards.get(card) ?? {}
    this.#cards.delete(card)
    if (this.#cards.size >= CARDS_MAX) this.#cards.delete(this.#cards.keys().next().value!)
    this.#cards.set(card, drawn)
    if (utilisation < RESTS_BELOW) drawn.restW = mean(drawn.restW, powerW)
    else if (utilisation > WORKS_ABOVE) drawn.workW = mean(drawn.workW, powerW)
  }

  /** `undefined` until it was seen both at rest and at work. */
  beyondRest(card: string): number | undefined {
    const { restW, workW } = this.#cards.get(card) ?? {}
    return restW === undefined || workW === undefined ? undefined : Math.max(0, workW - restW)
  }
}

const mean = (known: number | undefined, next: number): number =>
  known === undefined ? next : known + NEWEST * (next - known)
