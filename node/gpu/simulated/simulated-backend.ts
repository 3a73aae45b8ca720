import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import type { BackendFinding, GpuBackend, Sighting } from '../gpu-backend.ts'
import type { SimulatedCard } from './simulated-card.ts'

/** Sees the simulated cards of this program as a tool of a vendor sees real ones. */
export class SimulatedBackend implements GpuBackend {
  readonly name = 'simulated'
  readonly #cards: readonly SimulatedCard[]

  constructor(cards: readonly SimulatedCard[]) {
    this.#cards = cards
  }

  async detect(signal?: AbortSignal): Promise<BackendFinding> {
    throwIfAborted(signal)
    if (this.#cards.length === 0) return { kind: 'absent', why: 'no card is simulated' }
    const cards = this.#cards.flatMap((card): readonly Sighting[] => {
      const reading = card.read()
      return reading === undefined ? [] : [{ facts: card.facts, reading }]
    })
    return { kind: 'seen', cards }
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    throwIfAborted(signal)
    const readings = this.#cards.map((card) => [card.facts.key, card.read()] as const)
    return new Map(readings.filter((entry): entry is readonly [string, CardReading] => entry[1] !== undefined))
  }
}
