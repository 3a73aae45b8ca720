/** The node's cards: looked for while models are loaded, watched from then on. A tool that hangs holds up nothing. */
import { abortable } from '../../../protocols/kernel/abortable.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { EventBus } from '../../events/event-bus.ts'
import type { CardMonitor, WatchedCard } from '../../gpu/card-monitor.ts'
import { type CardsReport, cardsReport, type ReportedCard, reportedCard } from '../../gpu/cards-report.ts'
import type { BackendReport } from '../../gpu/detect-cards.ts'
import { labelIn } from '../../gpu/find-card.ts'
import type { GpuBackend } from '../../gpu/gpu-backend.ts'
import type { Parts } from '../parts.ts'
import { systemClock } from '../system-clock.ts'

/** A start waits no longer than this for cards; those that are found later are told of later. */
const START_MS_MAX = 5_000

export class NodeCards implements AsyncDisposable {
  readonly #stop = new AbortController()
  readonly #bus: EventBus
  readonly #backends: readonly GpuBackend[] | undefined
  #found: Promise<void> | undefined
  readonly #listeners = new Set<() => void>()
  #monitor: CardMonitor | undefined
  #reports: readonly BackendReport[] = []

  /** @param backends those of this machine where absent */
  constructor(bus: EventBus, backends?: readonly GpuBackend[]) {
    this.#bus = bus
    this.#backends = backends
  }

  /** Looks for them, once. */
  begin(): void {
    const bus = this.#bus
    this.#found ??= this.#look(bus).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) bus.trouble('looking for cards')(error)
    })
  }

  /** Cards that were found until now; the processor last. */
  cards(): readonly WatchedCard[] {
    return this.#monitor?.cards() ?? []
  }

  facts(): readonly CardFacts[] {
    return this.cards()
      .filter(({ isGone }) => !isGone)
      .map(({ facts }) => facts)
  }

  /** `undefined` until they were looked for. */
  get monitor(): CardMonitor | undefined {
    return this.#monitor
  }

  /**
   * @param measuredOf what the benchmark saw of a card
   * @param ways what was measured between this node and others
   */
  report(measuredOf?: Parameters<typeof cardsReport>[3], ways?: Parameters<typeof cardsReport>[4]): CardsReport {
    return cardsReport('node', this.cards(), this.#reports, measuredOf, ways)
  }

  reported(): readonly ReportedCard[] {
    return this.cards().map(reportedCard)
  }

  /** Called when cards were found, one is gone, or is there again. @returns what ends it */
  listen(call: () => void): Disposable {
    this.#listeners.add(call)
    return { [Symbol.dispose]: () => this.#listeners.delete(call) }
  }

  /** Until they were looked for: each back end has its deadline. @throws MeshError CANCELLED */
  async found(signal?: AbortSignal): Promise<readonly CardFacts[]> {
    this.begin()
    await abortable(this.#found!, signal)
    return this.facts()
  }

  /** Until they were looked for, or for as long as a start may take. @throws MeshError CANCELLED */
  async ready(signal?: AbortSignal): Promise<void> {
    this.begin()
    const late = new AbortController()
    const timer = systemClock.after(START_MS_MAX, () => late.abort())
    try {
      await abortable(
        Promise.race([
          this.#found,
          new Promise<void>((resolve) => late.signal.addEventListener('abort', () => resolve())),
        ]),
        signal,
      )
    } finally {
      timer.cancel()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#found
    await this.#monitor?.[Symbol.asyncDispose]()
  }

  async #look(bus: EventBus): Promise<void> {
    const { signal } = this.#stop
    const [{ detectCards }, { CardMonitor }] = await Promise.all([
      import('../../gpu/detect-cards.ts'),
      import('../../gpu/card-monitor.ts'),
    ])
    const backends = this.#backends ?? (await ofThisMachine())
    const { cards, reports } = await detectCards(backends, systemClock, { signal })
    if (signal.aborted) return
    this.#reports = reports
    const all = cards.map(({ facts }) => facts)
    const tell = (kind: 'card:gone' | 'card:back') => (facts: CardFacts) => {
      bus.emit({ kind, ...wordsOf(facts, all) })
      this.#changed()
    }
    const trouble = (backend: string, error: MeshError): void =>
      bus.emit({ kind: 'trouble', during: `asking ${backend} for cards`, error })
    for (const { backend, finding } of reports) if (finding.kind === 'failed') trouble(backend, finding.error)
    this.#monitor = new CardMonitor({
      backends,
      cards,
      clock: systemClock,
      onGone: tell('card:gone'),
      onBack: tell('card:back'),
      onSilence: trouble,
    })
    for (const facts of all) bus.emit({ kind: 'card:found', ...wordsOf(facts, all), seenBy: facts.seenBy })
    this.#monitor.start()
    this.#changed()
  }

  #changed(): void {
    for (const call of this.#listeners) call()
  }
}

const wordsOf = ({ key, memoryBytes, simulated }: CardFacts, all: readonly CardFacts[]) => ({
  card: labelIn(all, key),
  ...(memoryBytes === undefined ? {} : { memoryBytes }),
  ...(simulated === undefined ? {} : { simulated }),
})

/** Loaded when somebody looks: what reads tools and drivers is a tenth of a light peer's modules, and most such never look. */
async function ofThisMachine(): Promise<readonly GpuBackend[]> {
  const [{ allBackends }, { SystemMachine }] = await Promise.all([
    import('../../gpu/all-backends.ts'),
    import('../../gpu/system-machine.ts'),
  ])
  return allBackends(new SystemMachine(systemClock))
}

/**
 * @param begins at once; a light peer that lives for one job has its cards looked for when somebody asks
 * @param backends those of this machine unless given
 */
export const startCards = (
  parts: Parts,
  bus: EventBus,
  begins: boolean,
  backends?: readonly GpuBackend[],
): Promise<NodeCards> =>
  parts.start('cards', () => {
    const cards = new NodeCards(bus, backends)
    if (begins) cards.begin()
    return cards
  })
