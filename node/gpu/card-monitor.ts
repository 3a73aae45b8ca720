/** What the cards are doing now: asks their back ends again and again, and tells when a card is gone, or there again. */

import { abortable } from '../../protocols/kernel/abortable.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { asMeshError, type MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../protocols/rules/cards/card-reading.ts'
import { BACKEND_MS_MAX } from './detect-cards.ts'
import type { GpuBackend } from './gpu-backend.ts'
import { type MergedCard, mergeReadings } from './merge-sightings.ts'
import { powerLimitError } from './power-limit-error.ts'
import { toolError } from './tool-failure.ts'

/** Cool cards warm up slowly; who sees one that does not asks for more ({@link CardMonitor.everyMs}). */
export const PACE_MS = 10_000
/** More often costs the card what it earns: a tool wakes it. */
const PACE_MS_MIN = 500
/** A minute at one a second: enough for a mean over 10 s and a slope that looks 30 s ahead. */
export const READINGS_MAX = 60

export interface WatchedCard {
  readonly facts: CardFacts
  /** The newest last; none where no back end has sensors for this card. */
  readonly readings: readonly CardReading[]
  /** Of the newest reading. */
  readonly ageMs?: number
  readonly isGone: boolean
}

export interface CardMonitorNeeds {
  readonly backends: readonly GpuBackend[]
  readonly cards: readonly MergedCard[]
  readonly clock: Clock
  /** After every round, whatever came of it. */
  readonly onRound?: (cards: readonly WatchedCard[]) => void
  readonly onGone?: (facts: CardFacts) => void
  readonly onBack?: (facts: CardFacts) => void
  /** A back end that does not answer; told once until it answers again. Its cards' readings grow old meanwhile. */
  readonly onSilence?: (backend: string, error: MeshError) => void
}

interface Watch {
  readonly card: MergedCard
  readings: readonly CardReading[]
  isGone: boolean
}

interface Limiter {
  readonly backend: GpuBackend
  /** What it calls the card. */
  readonly key: string
}

type Answer = ReadonlyMap<string, CardReading> | undefined

/**
 * @example
 * const { cards } = await detectCards(backends, clock)
 * await using monitor = new CardMonitor({ backends, cards, clock, onGone })
 * monitor.start()
 */
export class CardMonitor implements AsyncDisposable {
  readonly #needs: CardMonitorNeeds
  readonly #watched: readonly Watch[]
  readonly #stop = new AbortController()
  readonly #silent = new Set<string>()
  #paceMs = PACE_MS
  #timer: Timer | undefined
  #round: Promise<void> | undefined
  #isStarted = false

  constructor(needs: CardMonitorNeeds) {
    this.#needs = needs
    this.#watched = needs.cards.map((card) => ({
      card,
      readings: card.reading === undefined ? [] : [card.reading],
      isGone: false,
    }))
  }

  /** Reads at its pace until it is disposed of. */
  start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#wait()
  }

  get everyMs(): number {
    return this.#paceMs
  }

  /** From the next reading on, which comes after this time at the latest. */
  set everyMs(paceMs: number) {
    this.#paceMs = Math.max(PACE_MS_MIN, paceMs)
    if (this.#timer !== undefined) this.#wait()
  }

  /** In the order of the detection. */
  cards(): readonly WatchedCard[] {
    const nowMs = this.#needs.clock.monotonicMs()
    return this.#watched.map(({ card, readings, isGone }) => {
      const last = readings.at(-1)
      return { facts: card.facts, readings, isGone, ...(last === undefined ? {} : { ageMs: nowMs - last.atMs }) }
    })
  }

  /** One round now, or the end of the one that runs. @throws MeshError CANCELLED */
  async readNow(signal?: AbortSignal): Promise<readonly WatchedCard[]> {
    throwIfAborted(signal)
    this.#round ??= this.#readAll().finally(() => {
      this.#round = undefined
      if (this.#isStarted && !this.#stop.signal.aborted) this.#wait()
    })
    await abortable(this.#round, signal)
    return this.cards()
  }

  /** A back end can set a limit on this card. */
  canLimit(key: string): boolean {
    return this.#limiter(key) !== undefined
  }

  /** The limit that was set on it, in watts. @throws MeshError POWER_LIMIT, CANCELLED */
  powerLimit(key: string, signal?: AbortSignal): Promise<number> {
    return this.#onLimit(key, signal, ({ backend, key: own }, until) => backend.powerLimit!(own, until))
  }

  /** @throws MeshError POWER_LIMIT, CANCELLED */
  setPowerLimit(key: string, limitW: number, signal?: AbortSignal): Promise<void> {
    return this.#onLimit(key, signal, ({ backend, key: own }, until) => backend.setPowerLimit!(own, limitW, until))
  }

  #limiter(key: string): Limiter | undefined {
    const { card } = this.#watched.find((watch) => watch.card.facts.key === key) ?? {}
    for (const source of card?.sources ?? []) {
      const backend = this.#needs.backends.find(({ name }) => name === source.backend)
      if (backend?.setPowerLimit !== undefined && backend.powerLimit !== undefined) return { backend, key: source.key }
    }
    return undefined
  }

  async #onLimit<T>(
    key: string,
    signal: AbortSignal | undefined,
    act: (limiter: Limiter, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const limiter = this.#limiter(key)
    if (limiter === undefined) throw powerLimitError('no back end', 'unable', 'it is not seen by one that can')
    const late = () => powerLimitError(limiter.backend.name, 'unknown', 'it does not answer')
    using deadline = new Deadline(this.#needs.clock, BACKEND_MS_MAX, late, signal)
    return await abortable(act(limiter, deadline.signal), deadline.signal)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#timer?.cancel()
    await this.#round
  }

  #wait(): void {
    this.#timer?.cancel()
    this.#timer = this.#needs.clock.after(this.#paceMs, () => {
      this.#timer = undefined
      // Back ends that fail were told of one by one (onSilence); a round that was cancelled is over with the monitor.
      this.readNow().catch(() => undefined)
    })
  }

  async #readAll(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = undefined
    const named = this.#readers()
    const asked = this.#needs.backends.filter(({ name }) => named.has(name))
    const answers = new Map(
      await Promise.all(asked.map(async (backend) => [backend.name, await this.#ask(backend)] as const)),
    )
    if (this.#stop.signal.aborted) return
    for (const watch of this.#watched) this.#take(watch, answers)
    this.#needs.onRound?.(this.cards())
  }

  /** Names of those that are asked: of each card all that can read it, and the costly ones where nobody else can. */
  #readers(): ReadonlySet<string> {
    const readers = new Map(
      this.#needs.backends.filter(({ read }) => read !== undefined).map((each) => [each.name, each]),
    )
    const ofCards = this.#watched.map(({ card }) => {
      const able = card.sources.flatMap(({ backend }) => readers.get(backend) ?? [])
      const cheap = able.filter(({ isCostly }) => isCostly !== true)
      return cheap.length > 0 ? cheap : able
    })
    return new Set(ofCards.flat().map(({ name }) => name))
  }

  async #ask(backend: GpuBackend): Promise<Answer> {
    const { clock, onSilence } = this.#needs
    const late = () => toolError(backend.name, 'it does not answer')
    using deadline = new Deadline(clock, BACKEND_MS_MAX, late, this.#stop.signal)
    try {
      const readings = await abortable(backend.read!(deadline.signal), deadline.signal)
      this.#silent.delete(backend.name)
      return readings
    } catch (error) {
      if (!this.#stop.signal.aborted && !this.#silent.has(backend.name)) {
        this.#silent.add(backend.name)
        onSilence?.(backend.name, asMeshError(error))
      }
      return undefined
    }
  }

  #take(watch: Watch, answers: ReadonlyMap<string, Answer>): void {
    const { card } = watch
    const answered = card.sources.filter(({ backend }) => answers.get(backend) !== undefined)
    const reading = mergeReadings(answered.flatMap(({ backend, key }) => answers.get(backend)!.get(key) ?? []))
    if (reading !== undefined) {
      watch.readings = [...watch.readings, reading].slice(-READINGS_MAX)
      if (watch.isGone) {
        watch.isGone = false
        this.#needs.onBack?.(card.facts)
      }
      // Only who used to tell of a card can say by silence that it is gone.
    } else if (answered.length > 0 && watch.readings.length > 0 && !watch.isGone) {
      watch.isGone = true
      this.#needs.onGone?.(card.facts)
    }
  }
}
