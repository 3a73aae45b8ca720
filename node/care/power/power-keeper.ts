/** Keeps the cards that models run on within the owner's budget: looks at what they draw, and tells what it makes of it. */
import { asMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import type { CareVerdict } from '../../../protocols/rules/care/care-verdict.ts'
import {
  initialPower,
  type PowerEvent,
  type PowerState,
  type SeatPower,
  type WatchedSeat,
  watchPower,
} from '../../../protocols/rules/power/power-watch.ts'
import { type PublishedPower, recordAfter, seatCurve } from '../../../protocols/rules/power/seat-curve.ts'
import type { Holder } from '../caretaker.ts'
import type { CardLook } from '../heat/heat-keeper.ts'
import { Poll } from '../poll.ts'
import type { PowerFile } from './power-file.ts'

/** One card under the budget, for status and metrics. */
export interface PoweredCard {
  readonly key: string
  /** Watts of the budget. */
  readonly shareW: number
  /** Set by this node. */
  readonly limitW?: number
  /** 0 to 1; 0: off. */
  readonly loadShare: number
  readonly drawnW?: number
  /** With the figures. */
  readonly why: string
}

export interface PowerReport {
  readonly budgetW: number
  /** By all cards under the budget, as far as they tell; else what they were granted. */
  readonly drawnW: number
  readonly cards: readonly PoweredCard[]
}

export interface PowerKeeperNeeds {
  readonly clock: Clock
  /** Asks all cards now. @throws MeshError CANCELLED */
  readonly look: (signal: AbortSignal) => Promise<readonly CardLook[]>
  /** Keys of the cards that models run on; what others draw is their owner's business. */
  readonly seats: () => readonly string[]
  readonly budgetW: number
  readonly published: (facts: CardFacts) => PublishedPower
  /** By its benchmark. */
  readonly gflops: (facts: CardFacts) => number | undefined
  /** It is too hot for new jobs. */
  readonly isHot: (key: string) => boolean
  readonly file: PowerFile
  /** Seconds of the cards in one of ours: 1 but for simulated ones. */
  readonly timeScale: number
  readonly tell: (holder: Holder, verdict: CareVerdict | undefined) => void
  readonly onEvent: (event: PowerEvent) => void
  readonly onFailure: (error: MeshError) => void
}

const FAILED_MS = 2_000
/** What is learned between two writes is learned again. */
const WRITE_MS = 300_000

interface Kept {
  readonly facts: CardFacts
  readonly published: PublishedPower
  reading: CardReading | undefined
  /** Under which it works by its owner's will. */
  limitW: number | undefined
}

export class PowerKeeper implements AsyncDisposable {
  readonly #needs: PowerKeeperNeeds
  /** As many as cards were ever found here. */
  readonly #kept = new Map<string, Kept>()
  readonly #poll: Poll
  #state: PowerState
  #seats: readonly SeatPower[] = []
  #drawnW = 0
  #learned = false
  #writtenAtMs: number

  constructor(needs: PowerKeeperNeeds) {
    this.#needs = needs
    this.#state = initialPower(needs.budgetW)
    const { clock, timeScale, onFailure } = needs
    this.#writtenAtMs = this.#nowMs()
    const failedMs = FAILED_MS / timeScale
    this.#poll = new Poll({ clock, look: (signal) => this.#look(signal), onFailure, failedMs })
  }

  report(): PowerReport {
    const cards = this.#seats.map(({ key, shareW, throttle: { limitW, loadShare }, drawnW, text }): PoweredCard => {
      const figures = { ...(limitW === undefined ? {} : { limitW }), ...(drawnW === undefined ? {} : { drawnW }) }
      return { key, shareW, loadShare, ...figures, why: text }
    })
    return { budgetW: this.#needs.budgetW, drawnW: this.#drawnW, cards }
  }

  /** Cards came or went. */
  lookNow(): void {
    this.#poll.now()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#poll[Symbol.asyncDispose]()
    this.#write()
  }

  /** In the time of the cards, in which the rule has its seconds. */
  #nowMs(): number {
    return this.#needs.clock.monotonicMs() * this.#needs.timeScale
  }

  async #look(signal: AbortSignal): Promise<number> {
    const { seats, budgetW, timeScale, tell, onEvent } = this.#needs
    const looks = await this.#needs.look(signal)
    const keys = seats()
    const watched = looks.filter(({ facts }) => keys.includes(facts.key)).map((look) => this.#seat(look))
    const outcome = watchPower(this.#state, watched, { nowMs: this.#nowMs(), budgetW })
    const gone = this.#seats.filter(({ key }) => !watched.some((seat) => seat.key === key))
    this.#state = outcome.state
    this.#seats = outcome.seats
    this.#drawnW = outcome.drawnW
    for (const { key } of gone) tell(`power/${key}`, undefined)
    for (const { key, verdict } of outcome.seats) tell(`power/${key}`, verdict)
    for (const event of outcome.events) onEvent(event)
    if (this.#learned && this.#nowMs() - this.#writtenAtMs >= WRITE_MS) this.#write()
    return outcome.nextMs / timeScale
  }

  #seat({ facts, reading, isGone }: CardLook): WatchedSeat {
    const { published, gflops, isHot, file } = this.#needs
    const { key, limits } = facts
    const kept = this.#kept.get(key) ?? { facts, published: published(facts), reading: undefined, limitW: undefined }
    this.#kept.set(key, kept)
    const known = file.of(facts)
    const record = this.#learn(kept, reading)
    kept.reading = reading ?? kept.reading
    kept.limitW = reading?.powerLimitW ?? kept.limitW
    const { curve, basis } = seatCurve({
      limits,
      limitW: kept.limitW,
      published: kept.published,
      gflops: gflops(facts),
      record,
      byLimit: false,
    })
    return {
      key,
      curve,
      byLimit: false,
      powerW: reading?.powerW,
      toldBefore: known.told,
      isOut: isGone || isHot(key),
      basis,
    }
  }

  #learn({ facts, reading: before }: Kept, reading: CardReading | undefined) {
    const known = this.#needs.file.of(facts)
    if (reading === undefined) return known
    const limitChanged = before?.powerLimitW !== reading.powerLimitW
    const record = recordAfter(known, before, reading, limitChanged)
    const told = known.told || reading.powerW !== undefined
    if (record === known && told === known.told) return known
    this.#learned = true
    const learned = { ...record, told }
    this.#needs.file.keep(facts, learned)
    return learned
  }

  #write(): void {
    if (!this.#learned) return
    this.#learned = false
    this.#writtenAtMs = this.#nowMs()
    try {
      this.#needs.file.write()
    } catch (error) {
      this.#needs.onFailure(asMeshError(error))
    }
  }
}
