/** Why a job would ask the one miner and not the others: every term of every candidate, as people read it. */

import type { LatencySource } from '../../../protocols/rules/coordinates/latency-estimate.ts'
import type { Reason } from '../../../protocols/rules/routing/choose-miner.ts'
import { type TermName, termNames } from '../../../protocols/rules/routing/weigh-candidate.ts'
import { UNKNOWN } from '../screen/numbers.ts'
import { shortHex } from '../screen/short-hex.ts'
import { table } from '../screen/table.ts'
import type { QuoteJson } from './quote-command.ts'

type Offer = QuoteJson['offers'][number]

/** Terms that nearly always say nothing are shown where one says something. */
const ALWAYS: ReadonlySet<TermName> = new Set(['price', 'latency', 'quality'] as const)

export function explainText(quote: QuoteJson, width: number | undefined, dim: (text: string) => string): string {
  const { offers, weights } = quote
  if (offers.length === 0) return 'There is nothing to explain: nobody offers it.'
  const told = termNames.filter((name) => ALWAYS.has(name) || offers.some(({ terms }) => terms[name] !== 1))
  const rows = table(
    offers,
    [
      { title: 'MINER', cell: ({ miner }: Offer) => shortHex(miner) },
      { title: 'CHANCE', cell: ({ chance }: Offer) => chanceText(chance), align: 'right' as const },
      { title: 'COST', cell: ({ cost }: Offer) => cost.toFixed(1), align: 'right' as const },
      ...told.map((name) => ({
        title: name.toUpperCase(),
        cell: ({ terms }: Offer) => terms[name].toFixed(2),
        align: 'right' as const,
      })),
      { title: 'ABOUT', cell: latencyCell, align: 'right' as const },
      { title: 'SCORE', cell: scoreCell, align: 'right' as const },
      { title: 'WHY', cell: whyText },
    ],
    { width, styleTitle: dim },
  )
  const mean = `price^${weights.price} x latency^${weights.latency} x quality^${weights.quality}`
  return [`The cost is ${mean}, times what is held against a miner; the least is the best.`, rows].join('\n')
}

/** @example chanceText(0.947) === '94.7 %' */
export const chanceText = (chance: number): string => (chance === 0 ? '–' : `${(100 * chance).toFixed(1)} %`)

const latencyCell = ({ estimatedMs, latencySource }: Offer): string =>
  `${Math.round(estimatedMs)} ms ${sourceText[latencySource]}`

export const sourceText: Readonly<Record<LatencySource, string>> = {
  measured: 'measured',
  coordinates: 'by coordinates',
  geography: 'by the map',
  unknown: 'guessed',
}

const scoreCell = ({ score, confidence }: Offer): string =>
  score === undefined ? UNKNOWN : `${score.toFixed(2)} (${Math.round(100 * confidence)} %)`

const behindText: Readonly<Record<TermName, string>> = {
  price: 'dearer',
  latency: 'slower or farther',
  quality: 'lower or unknown score',
  failures: 'failed here lately',
  claims: 'false claims',
  audits: 'wrong answers in audits',
  reach: 'behind a relay',
}

export const reasonText: Readonly<Record<Reason, string>> = {
  best: 'the best',
  'near the best': 'as good as the best',
  warm: 'ran the last job of this model, and is as good as the best',
  newcomer: 'a newcomer: a small part of the jobs goes to those',
  'on trial': 'failed before, and is given one job to show that it is well',
  worse: 'worse',
  full: 'full: asked where nobody else is left',
  excluded: 'failed too often: asked where nobody else is left',
  'too dear': 'above the ceiling',
  'too slow': 'beyond the latency budget',
  unreachable: 'did not answer a dial just now: asked where nobody else is left',
}

function whyText({ reason, weakest }: Offer): string {
  const behind = weakest === undefined ? '' : behindText[weakest]
  if (reason === 'worse') return behind === '' ? 'worse by a little of everything' : behind
  return behind === '' || reason === 'best' ? reasonText[reason] : `${reasonText[reason]}; ${behind}`
}
