/**
 * A card that exists in this program only: it warms up by the work that a node really does, and can be broken. For tests, and to
 * show what a node does about heat on a machine without a card; marked wherever it shows.
 */
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import {
  type BodyState,
  bodyAfter,
  bodyAtRest,
  type CardBody,
  desktopBody,
  loadUnder,
  speedUnder,
} from './card-body.ts'

export interface CardFaults {
  readonly fanWorks: boolean
  readonly ambientC: number
  /** `lost`: the sensor says nothing; `stuck`: the same for ever. */
  readonly sensor: 'works' | 'lost' | 'stuck'
  /** Fallen off its bus. */
  readonly isGone: boolean
  /** False: its reading says nothing of what it draws. */
  readonly tellsPower: boolean
  /** What becomes of a limit that is set: it holds, the driver refuses it, does as if, or never answers. */
  readonly limit: 'works' | 'refused' | 'ignored' | 'hangs'
}

const noFaults: CardFaults = {
  fanWorks: true,
  ambientC: 25,
  sensor: 'works',
  isGone: false,
  tellsPower: true,
  limit: 'works',
}

/** Of its full clock, with nothing to do. */
const IDLE_CLOCK = 0.2

export interface SimulatedCardOptions {
  readonly key: string
  readonly clock: Clock
  readonly body?: CardBody
  /** Seconds of the card in one of ours; 1 where absent. Whoever judges its heat has to be told the same. */
  readonly timeScale?: number
}

export class SimulatedCard {
  readonly facts: CardFacts
  readonly #body: CardBody
  readonly #clock: Clock
  readonly #timeScale: number
  #faults: CardFaults = noFaults
  #state: BodyState
  #running = 0
  #limitW: number
  #atMs: number
  /** Of the card's time since the last reading. */
  #busyS = 0
  #passedS = 0
  #stuckC: number | undefined
  #worked = 0

  constructor({ key, clock, body = desktopBody, timeScale = 1 }: SimulatedCardOptions) {
    this.#body = body
    this.#clock = clock
    this.#timeScale = timeScale
    this.#state = bodyAtRest(body, noFaults.ambientC)
    this.#atMs = clock.monotonicMs()
    const { powerWMin, powerWMax, slowdownC, shutdownC } = body
    this.#limitW = powerWMax
    this.facts = {
      key,
      seenBy: ['simulated'],
      name: 'simulated card',
      form: 'virtual',
      platforms: {},
      limits: { powerWMin, powerWMax, powerWDefault: powerWMax, slowdownC, shutdownC },
      simulated: true,
    }
  }

  get faults(): CardFaults {
    return this.#faults
  }

  /** What it really is, whatever its sensor says: for who measures. */
  get coreC(): number {
    this.#passTime()
    return this.#state.coreC
  }

  /** What it really takes now. */
  get drawnW(): number {
    this.#passTime()
    return this.#state.powerW
  }

  /** Seconds of work at its full clock, done until now: for who measures. */
  get worked(): number {
    this.#passTime()
    return this.#worked
  }

  get limitW(): number {
    return this.#limitW
  }

  /** As its driver does; what lies outside of its range is not for it to judge. */
  limitTo(limitW: number): void {
    this.#passTime()
    if (this.#faults.limit === 'works') this.#limitW = limitW
  }

  /** From now on. */
  breaks(faults: Partial<CardFaults>): void {
    this.#passTime()
    this.#faults = { ...this.#faults, ...faults }
    this.#stuckC = this.#faults.sensor === 'stuck' ? (this.#stuckC ?? this.#state.coreC) : undefined
  }

  /** Work begins; what runs at once shares the card. */
  begins(): void {
    this.#passTime()
    this.#running++
  }

  ends(): void {
    this.#passTime()
    this.#running = Math.max(0, this.#running - 1)
  }

  /** Undefined where it is gone, or has turned itself off. */
  read(): CardReading | undefined {
    this.#passTime()
    const { coreC, powerW, fan, slowsDown, isOff } = this.#state
    if (this.#faults.isGone || isOff) return undefined
    const utilisation = this.#passedS > 0 ? this.#busyS / this.#passedS : this.#running > 0 ? 1 : 0
    this.#busyS = 0
    this.#passedS = 0
    return {
      atMs: this.#atMs,
      // Sensors of cards speak in whole degrees.
      temperaturesC: this.#faults.sensor === 'lost' ? {} : { edge: Math.round(this.#stuckC ?? coreC) },
      ...(this.#faults.tellsPower ? { powerW: Math.round(powerW) } : {}),
      powerLimitW: this.#limitW,
      coreMhz: Math.round(this.#body.coreMhz * (this.#running > 0 ? speedUnder(this.#body, this.#limitW) : IDLE_CLOCK)),
      utilisation,
      fan,
      throttled: slowsDown ? ['heat'] : [],
    }
  }

  #passTime(): void {
    const nowMs = this.#clock.monotonicMs()
    const seconds = (Math.max(0, nowMs - this.#atMs) / 1_000) * this.#timeScale
    this.#atMs = nowMs
    if (seconds === 0) return
    const load = this.#running > 0 ? loadUnder(this.#body, this.#limitW) : 0
    this.#busyS += this.#running > 0 ? seconds : 0
    if (this.#running > 0) this.#worked += seconds * speedUnder(this.#body, this.#limitW)
    this.#passedS += seconds
    const { ambientC, fanWorks } = this.#faults
    this.#state = bodyAfter(this.#body, this.#state, { load, ambientC, fanWorks }, seconds)
  }
}
