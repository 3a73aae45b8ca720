import { abortError, isMeshError, type MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import type { BackendFinding, GpuBackend, Sighting } from '../gpu-backend.ts'
import { powerLimitError } from '../power-limit-error.ts'
import type { SimulatedCard } from './simulated-card.ts'

export const SIMULATED = 'simulated'

/** Sees the simulated cards of this program as a tool of a vendor sees real ones. */
export class Simulated implements GpuBackend {
  readonly name = SIMULATED
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

  async powerLimit(key: string, signal?: AbortSignal): Promise<number> {
    throwIfAborted(signal)
    return this.#card(key).limitW
  }

  async setPowerLimit(key: string, limitW: number, signal?: AbortSignal): Promise<void> {
    throwIfAborted(signal)
    const card = this.#card(key)
    const { powerWMin = 0, powerWMax = 0 } = card.facts.limits
    if (!(limitW >= powerWMin && limitW <= powerWMax))
      throw powerLimitError(this.name, 'unable', `the card takes ${powerWMin} to ${powerWMax} W only`)
    if (card.faults.limit === 'refused') throw powerLimitError(this.name, 'denied', 'this user may not')
    if (card.faults.limit === 'hangs') await whenAborted(signal)
    card.limitTo(limitW)
  }

  #card(key: string): SimulatedCard {
    const card = this.#cards.find(({ facts, faults }) => facts.key === key && !faults.isGone)
    if (card === undefined) throw powerLimitError(this.name, 'unable', 'the card is gone')
    return card
  }

  async read(signal?: AbortSignal): Promise<ReadonlyMap<string, CardReading>> {
    throwIfAborted(signal)
    const readings = this.#cards.map((card) => [card.facts.key, card.read()] as const)
    return new Map(readings.filter((entry): entry is readonly [string, CardReading] => entry[1] !== undefined))
  }
}

/** A driver that never answers: whoever asks gives up. @throws MeshError CANCELLED, or what it was aborted with */
const whenAborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) => {
    signal?.addEventListener('abort', () => reject(reasonOf(signal)), { once: true })
  })

const reasonOf = (signal: AbortSignal): MeshError => (isMeshError(signal.reason) ? signal.reason : abortError(signal))
