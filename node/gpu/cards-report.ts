/** What a machine's cards are and do, as `aitbc gpu` prints it, with what each back end said. Plain JSON. */
import { matchCard } from '../../protocols/catalogue/index.ts'
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../protocols/rules/cards/card-reading.ts'
import type { MeasuredFigures } from '../../protocols/rules/cards/measured-figures.ts'
import { architectureOf } from '../../protocols/rules/classification/architecture-of.ts'
import { assessCard, type CardAssessment } from '../../protocols/rules/classification/assess-card.ts'
import type { MeasuredWays } from '../../protocols/rules/classification/gpu-profile.ts'
import type { PowerReport } from '../care/power/power-keeper.ts'
import type { ShownCare } from '../care/shown-holds.ts'
import type { WatchedCard } from './card-monitor.ts'
import type { BackendReport } from './detect-cards.ts'

export interface ReportedCard extends CardFacts {
  /** Absent where no back end can tell what it is doing. */
  readonly reading?: Omit<CardReading, 'atMs'> & { readonly ageMs: number }
  /** Rows of the catalogue that it can be, and why those; the processor has none. */
  readonly model?: { readonly rows: readonly string[]; readonly architecture?: string; readonly why: readonly string[] }
  /** It was there when the node started. */
  readonly isGone: boolean
}

/** With the classifier's word on it, which status leaves out. */
export interface AssessedCard extends ReportedCard, CardAssessment {}

/** What was measured of a card, where it was. */
type MeasuredOf = (facts: CardFacts) => MeasuredFigures | undefined

export interface ReportedBackend {
  readonly backend: string
  readonly state: 'seen' | 'absent' | 'failed'
  /** Cards that it sees, rasterisers on the processor among them. */
  readonly cards?: number
  readonly why?: string
  readonly tookMs: number
}

export interface CardsReport {
  /** `node`: what a running node watches; `machine`: asked for this once. */
  readonly via: 'node' | 'machine'
  /** `care`: of a miner, how each stands. */
  readonly cards: readonly (AssessedCard & { readonly care?: ShownCare })[]
  readonly backends: readonly ReportedBackend[]
  /** Of a miner whose owner set a budget. */
  readonly power?: PowerReport
}

export function cardsReport(
  via: CardsReport['via'],
  cards: readonly WatchedCard[],
  reports: readonly BackendReport[],
  measuredOf: MeasuredOf = () => undefined,
  ways: MeasuredWays = {},
): CardsReport {
  const assessed = cards.map((card) => ({ ...reportedCard(card), ...assessment(card, measuredOf(card.facts), ways) }))
  return { via, cards: assessed, backends: reports.map(reportedBackend) }
}

/** A core that is busy for less of the time than this is not as warm as work makes it. */
const AT_WORK = 0.5

function assessment(
  { facts, readings }: WatchedCard,
  measured: MeasuredFigures | undefined,
  ways: MeasuredWays,
): CardAssessment {
  const { utilisation = 0, temperaturesC } = readings.at(-1) ?? {}
  return assessCard({
    facts,
    match: matchCard(facts),
    ways,
    ...(measured === undefined ? {} : { measured }),
    ...(utilisation < AT_WORK || temperaturesC?.edge === undefined ? {} : { temperatureC: temperaturesC.edge }),
  })
}

export function reportedCard({ facts, readings, ageMs, isGone }: WatchedCard): ReportedCard {
  const last = readings.at(-1)
  const card = { ...facts, ...modelOf(facts), isGone }
  if (last === undefined || ageMs === undefined) return card
  const { atMs: _, ...figures } = last
  return { ...card, reading: { ...figures, ageMs } }
}

function modelOf(facts: CardFacts): Pick<ReportedCard, 'model'> {
  if (facts.form === 'cpu') return {}
  const match = matchCard(facts)
  const rows = match.kind === 'row' ? [match.row] : match.kind === 'several' ? match.rows : []
  const generations = new Set(rows.map(({ architecture }) => architecture))
  const architecture = generations.size === 1 ? [...generations][0] : architectureOf(facts)
  return {
    model: {
      rows: rows.map(({ id }) => id),
      ...(architecture === undefined ? {} : { architecture }),
      why: match.reasons,
    },
  }
}

function reportedBackend({ backend, finding, tookMs }: BackendReport): ReportedBackend {
  const about = { backend, state: finding.kind, tookMs }
  switch (finding.kind) {
    case 'absent':
      return { ...about, why: finding.why }
    case 'failed':
      return { ...about, why: `${finding.error.message}. ${finding.error.hint}` }
    case 'seen': {
      const rasterisers = finding.cards.filter(({ facts }) => facts.form === 'software').length
      const why =
        rasterisers === 0 ? {} : { why: `${rasterisers} of them a rasteriser on the processor, which is no card` }
      return { ...about, cards: finding.cards.length, ...why }
    }
  }
}
