/** Keeps the cards that models run on within the owner's budget: looks at what they draw, and tells what it makes of it. */
import { asMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import type { CareVerdict } from '../../../protocols/rules/care/care-verdict.ts'
import {
  initialPower,
  type PowerEvent,
  type PowerOutcome,
  type PowerState,
  watchPower,
} from '../../../protocols/rules/power/power-watch.ts'
import { limitToTry, type PublishedPower, recordAfter, seatCurve } from '../../../protocols/rules/power/seat-curve.ts'
import type { SeatPower } from '../../../protocols/rules/power/seat-power.ts'
import type { WatchedSeat } from '../../../protocols/rules/power/watched-seat.ts'
import type { Holder } from '../caretaker.ts'
import type { CardLook } from '../heat/heat-keeper.ts'
import { Poll } from '../poll.ts'
import type { LimitKeeper } from './limit-keeper.ts'
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
  /** GFLOP/s that a watt has to bring to be worth its price; absent where its owner names no price of energy. */
  readonly perWattMin?: () => number | undefined
  readonly file: PowerFile
  /** Absent where its owner lets it set none. */
  readonly limits?: LimitKeeper | undefined
  /** Seconds of the cards in one of ours: 1 but for simulated ones. */
  readonly timeScale: number
  readonly tell: (holder: Holder, verdict: CareVerdict | undefined) => void
  readonly onEvent: (event: PowerEvent) => void
  readonly onFailure: (error: MeshError) => void
}

const FAILED_MS = 2_000
const BUSY_SHARE = 0.9
/** Ten readings, the first two of which may still be of the limit before. */
const TRY_MS = 20_000
/** Others are tried in between; twice is enough for each, and what was learned is kept. */
const TRY_AGAIN_MS = 120_000
/** Less is not worth a tool that runs. */
const RANGE_W_MIN = 5
/** What is learned between two writes is learned again. */
const WRITE_MS = 300_000

interface Kept {
  readonly facts: CardFacts
  readonly published: PublishedPower
  reading: CardReading | undefined
  /** Under which it works by its owner's will. */
  limitW: number | undefined
  minW: number
  /** Before that nothing more is tried on it. */
  tryAfterMs: number
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
  #trying: { readonly key: string; readonly limitW: number; readonly untilMs: number } | undefined
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
    const cards = this.#seats.map(({ key, shareW, throttle: { loadShare }, drawnW, text }): PoweredCard => {
      const limitW = this.#limitSet(key)
      const figures = { ...(limitW === undefined ? {} : { limitW }), ...(drawnW === undefined ? {} : { drawnW }) }
      return { key, shareW, loadShare, ...figures, why: text }
    })
    return { budgetW: this.#needs.budgetW, drawnW: this.#drawnW, cards }
  }

  /** The first look is over: from then on each card is held to its share. */
  get ready(): Promise<void> {
    return this.#poll.first
  }

  /** Cards came or went. */
  lookNow(): void {
    this.#poll.now()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#poll[Symbol.asyncDispose]()
    this.#write()
  }

  /** As it stands, which is less than granted while something is tried; none where its owner's holds. */
  #limitSet(key: string): number | undefined {
    const { limits } = this.#needs
    const setW = limits?.setW(key)
    return setW !== undefined && setW < (limits?.earlierW(key) ?? setW) ? setW : undefined
  }

  /** In the time of the cards, in which the rule has its seconds. */
  #nowMs(): number {
    return this.#needs.clock.monotonicMs() * this.#needs.timeScale
  }

  async #look(signal: AbortSignal): Promise<number> {
    const { seats, budgetW, perWattMin, timeScale, tell, onEvent } = this.#needs
    const looks = await this.#needs.look(signal)
    const keys = seats()
    const seated = looks.filter(({ facts }) => keys.includes(facts.key))
    const judge = (): PowerOutcome =>
      watchPower(
        this.#state,
        seated.map((look) => this.#seat(look)),
        { nowMs: this.#nowMs(), budgetW, perWattMin: perWattMin?.() },
      )
    let outcome = judge()
    // A card that takes no limit is kept by load at once, and others may get what it cannot use; each fails once in a look.
    for (const _ of seated) {
      if (await this.#setLimits(outcome.seats, signal)) break
      outcome = judge()
    }
    const gone = this.#seats.filter(({ key }) => !outcome.seats.some((seat) => seat.key === key))
    this.#state = outcome.state
    this.#seats = outcome.seats
    this.#drawnW = outcome.drawnW
    for (const { key } of gone) tell(`power/${key}`, undefined)
    for (const { key, verdict } of outcome.seats) tell(`power/${key}`, verdict)
    for (const event of outcome.events) onEvent(event)
    if (this.#learned && this.#nowMs() - this.#writtenAtMs >= WRITE_MS) this.#write()
    return outcome.nextMs / timeScale
  }

  /** Less before more, so that both together are never too much. @returns false where a card took none */
  async #setLimits(seats: readonly SeatPower[], signal: AbortSignal): Promise<boolean> {
    const { limits } = this.#needs
    if (limits === undefined) return true
    const wanted = seats.flatMap(({ key, throttle }) => {
      const { facts, limitW: ownW = Number.POSITIVE_INFINITY } = this.#kept.get(key)!
      const limitW = throttle.limitW === undefined ? undefined : this.#tried(key, throttle.limitW, throttle.loadShare)
      return limitW === undefined ? [] : [{ facts, limitW, isLess: limitW < (limits.setW(key) ?? ownW) }]
    })
    const apply = (isLess: boolean): Promise<readonly boolean[]> =>
      Promise.all(
        wanted.filter((each) => each.isLess === isLess).map(({ facts, limitW }) => limits.apply(facts, limitW, signal)),
      )
    return [...(await apply(true)), ...(await apply(false))].every((isKept) => isKept)
  }

  /** Less than it may have, on one card at a time and while it works, where too little is known of what it does with less. */
  #tried(key: string, limitW: number, loadShare: number): number {
    const kept = this.#kept.get(key)!
    const nowMs = this.#nowMs()
    const running = this.#trying !== undefined && nowMs < this.#trying.untilMs ? this.#trying : undefined
    if (running?.key === key) return Math.min(limitW, running.limitW)
    const isBusy = loadShare === 1 && (kept.reading?.utilisation ?? 0) >= BUSY_SHARE
    if (running !== undefined || !isBusy || nowMs < kept.tryAfterMs) return limitW
    const triedW = limitToTry(this.#needs.file.of(kept.facts), kept.minW, limitW)
    if (triedW === undefined) return limitW
    kept.tryAfterMs = nowMs + TRY_AGAIN_MS
    this.#trying = { key, limitW: triedW, untilMs: nowMs + TRY_MS }
    return triedW
  }

  #seat({ facts, reading, isGone }: CardLook): WatchedSeat {
    const { published, gflops, isHot, file, limits: limiter } = this.#needs
    const { key, limits } = facts
    const kept = this.#kept.get(key) ?? {
      facts,
      published: published(facts),
      reading: undefined,
      limitW: undefined,
      minW: 0,
      tryAfterMs: 0,
    }
    this.#kept.set(key, kept)
    const known = file.of(facts)
    const record = this.#learn(kept, reading)
    kept.reading = reading ?? kept.reading
    if (reading !== undefined) limiter?.see(facts, reading)
    const mayLimit = limiter?.isKept(key) === true
    kept.limitW = (mayLimit ? limiter.earlierW(key) : undefined) ?? reading?.powerLimitW ?? kept.limitW
    const { curve, basis } = seatCurve({
      limits,
      limitW: kept.limitW,
      published: kept.published,
      gflops: gflops(facts),
      record,
      byLimit: mayLimit,
    })
    kept.minW = curve.minW
    return {
      key,
      curve,
      // Without a range there is nothing to set.
      byLimit: mayLimit && curve.maxW - curve.minW > RANGE_W_MIN,
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
