/** Looks at the cards as often as the heat rule wants, and tells what it makes of them. */
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../../protocols/rules/cards/card-reading.ts'
import type { CareVerdict } from '../../../protocols/rules/care/care-verdict.ts'
import {
  type HeatEvent,
  type HeatEvidence,
  type HeatState,
  heatEvidence,
  initialHeat,
  watchHeat,
} from '../../../protocols/rules/thermal/heat-watch.ts'
import type { Holder } from '../caretaker.ts'
import { Poll } from '../poll.ts'

/** A card as it was found at one look. */
export interface CardLook {
  readonly facts: CardFacts
  /** Undefined where it did not answer, or has nothing to say. */
  readonly reading: CardReading | undefined
  readonly isGone: boolean
}

/** What a card shows, for status and metrics. */
export interface KeptCard {
  readonly facts: CardFacts
  readonly reading: CardReading | undefined
  readonly step: HeatState['step']
  readonly evidence: HeatEvidence
}

export interface HeatKeeperNeeds {
  readonly clock: Clock
  /** Asks all cards now. @throws MeshError CANCELLED */
  readonly look: (signal: AbortSignal) => Promise<readonly CardLook[]>
  readonly quiet: boolean
  /** Seconds of the cards in one of ours: 1 but for simulated ones. */
  readonly timeScale: number
  readonly tell: (holder: Holder, verdict: CareVerdict | undefined) => void
  readonly onEvent: (card: CardFacts, event: HeatEvent) => void
  readonly onFailure: (error: MeshError) => void
}

const GONE: CareVerdict = {
  admits: false,
  loadShare: 0,
  stopsRunning: true,
  reasons: [{ cause: 'card', text: 'the card is gone' }],
}
const FAILED_MS = 1_000
/** Before any card was found. */
const CALM_MS = 10_000

interface Kept {
  facts: CardFacts
  heat: HeatState
  reading: CardReading | undefined
}

export class HeatKeeper implements AsyncDisposable {
  readonly #needs: HeatKeeperNeeds
  /** As many as cards were ever found here. */
  readonly #kept = new Map<string, Kept>()
  readonly #poll: Poll

  constructor(needs: HeatKeeperNeeds) {
    this.#needs = needs
    const { clock, timeScale, onFailure } = needs
    const failedMs = FAILED_MS / timeScale
    this.#poll = new Poll({ clock, look: (signal) => this.#look(signal), onFailure, failedMs })
  }

  cards(): readonly KeptCard[] {
    return [...this.#kept.values()].map(({ facts, heat, reading }) => {
      return { facts, reading, step: heat.step, evidence: heatEvidence(heat, reading) }
    })
  }

  /** Cards came or went. */
  lookNow(): void {
    this.#poll.now()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#poll[Symbol.asyncDispose]()
  }

  async #look(signal: AbortSignal): Promise<number> {
    const found = await this.#needs.look(signal)
    return Math.min(CALM_MS, ...found.map((look) => this.#judge(look))) / this.#needs.timeScale
  }

  #judge({ facts, reading, isGone }: CardLook): number {
    const { clock, quiet, timeScale, tell, onEvent } = this.#needs
    const kept = this.#kept.get(facts.key) ?? { facts, heat: initialHeat, reading: undefined }
    this.#kept.set(facts.key, kept)
    kept.reading = reading
    // In the time of the card, in which the rule has its seconds.
    const scaled = reading === undefined ? undefined : { ...reading, atMs: reading.atMs * timeScale }
    const outcome = watchHeat(
      kept.heat,
      { nowMs: clock.monotonicMs() * timeScale, reading: scaled },
      { limits: facts.limits, quiet, ...(facts.form === undefined ? {} : { form: facts.form }) },
    )
    kept.heat = outcome.state
    for (const event of outcome.events) onEvent(facts, event)
    tell(`card/${facts.key}`, isGone ? GONE : undefined)
    tell(`heat/${facts.key}`, outcome.verdict)
    return outcome.nextMs
  }
}
