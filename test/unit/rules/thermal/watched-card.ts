/** A card under the watch on its heat, whose readings a test makes up. */
import type { CardReading } from '../../../../protocols/rules/cards/card-reading.ts'
import {
  type HeatConfig,
  type HeatEvent,
  type HeatOutcome,
  type HeatState,
  initialHeat,
  watchHeat,
} from '../../../../protocols/rules/thermal/heat-watch.ts'

const config: HeatConfig = { limits: {}, quiet: false }

/** Looked at when the rule wants to look. */
export class WatchedCard {
  state: HeatState = initialHeat
  last: HeatOutcome | undefined
  nowMs = 1_000
  readonly events: HeatEvent[] = []
  readonly #config: HeatConfig

  constructor(given: HeatConfig = config) {
    this.#config = given
  }

  look(reading: Partial<CardReading> | number | undefined, passedMs = this.last?.nextMs ?? 0): HeatOutcome {
    this.nowMs += passedMs
    const given = typeof reading === 'number' ? { temperaturesC: { edge: reading } } : reading
    const full = given === undefined ? undefined : { atMs: this.nowMs, temperaturesC: {}, ...given }
    this.last = watchHeat(this.state, { nowMs: this.nowMs, reading: full }, this.#config)
    this.state = this.last.state
    this.events.push(...this.last.events)
    return this.last
  }

  /** The same reading for so long. */
  hold(reading: Partial<CardReading> | number | undefined, ms: number): HeatOutcome {
    const untilMs = this.nowMs + ms
    let outcome = this.look(reading)
    while (this.nowMs < untilMs) outcome = this.look(reading)
    return outcome
  }
}
