/** What the classifier says of a card with all that it comes from, for people. */

import type { CardAssessment, ModelAdvice } from '../../../protocols/rules/classification/assess-card.ts'
import type { ScoredTerm } from '../../../protocols/rules/classification/edge-score.ts'
import {
  type ConsumerGpuProfile,
  type Figure,
  type FigureName,
  figureNames,
} from '../../../protocols/rules/classification/gpu-profile.ts'
import type { AssessedCard, CardsReport } from '../../gpu/cards-report.ts'
import { bytesText } from '../screen/byte-sizes.ts'
import { numberText, shareText, UNKNOWN } from '../screen/numbers.ts'
import { printable } from '../screen/printable.ts'
import { pairs, type TableOptions, table } from '../screen/table.ts'
import { formOf, MODEL_WORDS, scoreText } from './assessment-rows.ts'
import { backendsText, titleOf } from './cards-text.ts'

type Row = readonly [name: string, value: string]

/** Why each card is scored and advised as it is, and why each back end saw what it saw. */
export function whyText({ cards, backends }: CardsReport, options: TableOptions = {}): string {
  return [...cards.map((card) => cardWhy(card, options)), backendsText(backends, options)].join('\n\n')
}

function cardWhy(card: AssessedCard, options: TableOptions): string {
  const { profile, edge, advice } = card
  const figures = figureNames.map((name) => ({ name, figure: profile.figures[name] }))
  const ends = [['edge score', scoreText(edge)] as const]
  return [
    printable(titleOf(card)),
    pairs(traitRows(card), options),
    '',
    table(
      figures,
      [
        { title: 'FIGURE', cell: ({ name }) => FIGURES[name].label },
        { title: 'IS', cell: ({ name, figure }) => valueText(figure, FIGURES[name].unit), align: 'right' },
        { title: 'FROM', cell: ({ name, figure }) => originText(figure, FIGURES[name].unit), mayCut: true },
      ],
      options,
    ),
    '',
    table(edge.terms, TERM_COLUMNS, options),
    pairs(ends, options),
    '',
    ...(advice.length === 0
      ? ['Nothing here is known to run models on it: in which precision they should run is not known either.']
      : [
          table(advice, ADVICE_COLUMNS, options),
          ...advice.flatMap(({ model, rejected }) =>
            rejected.map(({ precision, why }) => `${MODEL_WORDS[model]} not in ${precision}: ${why}`),
          ),
        ]),
  ].join('\n')
}

const yesNo = (value: boolean | undefined): string => (value === undefined ? UNKNOWN : value ? 'yes' : 'no')

function traitRows({ profile, isMobile }: Pick<CardAssessment, 'profile' | 'isMobile'>): readonly Row[] {
  return [
    ['is', [profile.model ?? UNKNOWN, profile.architecture ?? UNKNOWN, profile.form ?? UNKNOWN].join(', ')],
    ['for consumers', yesNo(profile.consumerGrade)],
    ['made for the edge', yesNo(profile.edgeOptimised)],
    ['mobile or a board', yesNo(isMobile)],
    ['runs models', yesNo(profile.supportsEdgeInference)],
    ['quantised ones', yesNo(profile.supportsQuantisedModels)],
    ['in a handheld', yesNo(profile.supportsMobileDeployment)],
    ...waysRows(profile.ways),
  ]
}

function waysRows({ latencyMsByRegion = {}, upMbps, downMbps }: ConsumerGpuProfile['ways']): readonly Row[] {
  const regions = Object.entries(latencyMsByRegion).map(([region, ms]) => `${region} ${numberText(ms)} ms`)
  return [
    ...(regions.length === 0 ? [] : [['typical latency', regions.join(', ')] as const]),
    ...(upMbps === undefined && downMbps === undefined
      ? []
      : [['line', `${numberText(upMbps)} Mbit/s up, ${numberText(downMbps)} down`] as const]),
  ]
}

const FIGURES: Readonly<Record<FigureName, { readonly label: string; readonly unit: string }>> = {
  fp32Tflops: { label: 'fp32', unit: 'TFLOPS' },
  fp16Tflops: { label: 'fp16', unit: 'TFLOPS' },
  int8Tops: { label: 'int8', unit: 'TOPS' },
  tdpW: { label: 'power', unit: 'W' },
  memoryGiB: { label: 'memory', unit: 'GiB' },
  bandwidthGBps: { label: 'bandwidth', unit: 'GB/s' },
}

const valueText = (figure: Figure | undefined, unit: string): string =>
  figure === undefined ? UNKNOWN : `${numberText(figure.value)} ${unit}`

function originText(figure: Figure | undefined, unit: string): string {
  if (figure === undefined) return UNKNOWN
  const { origin, publishedValue } = figure
  const published = publishedValue === undefined ? '' : `; published are ${numberText(publishedValue)} ${unit}`
  switch (origin.kind) {
    case 'measured':
      return `measured by ${origin.engine}${published}`
    case 'reported':
      return `read here${published}`
    case 'catalogue':
      return `the catalogue, sureness ${origin.confidence}`
  }
}

const TERM_COLUMNS: Parameters<typeof table<ScoredTerm>>[1] = [
  { title: 'TERM', cell: ({ term }) => term },
  { title: 'WEIGHT', cell: ({ weight }) => shareText(weight), align: 'right' },
  { title: 'VALUE', cell: ({ value }) => (value === undefined ? UNKNOWN : value.toFixed(2)), align: 'right' },
  {
    title: 'SURE',
    cell: ({ value, confidence }) => (value === undefined ? UNKNOWN : shareText(confidence)),
    align: 'right',
  },
  { title: 'WHY', cell: ({ why }) => why, mayCut: true },
]

const ADVICE_COLUMNS: Parameters<typeof table<ModelAdvice>>[1] = [
  { title: 'MODELS', cell: ({ model, weights }) => `${MODEL_WORDS[model]}, ${weightsText(weights)} weights` },
  { title: 'IN', cell: formOf },
  { title: 'NEED', cell: (each) => (each.kind === 'take' ? bytesText(each.memoryBytes) : UNKNOWN), align: 'right' },
  {
    title: 'WHY',
    cell: (each) => (each.kind === 'take' ? each.reason : 'none fits, or is computed here'),
    mayCut: true,
  },
]

const weightsText = (weights: number): string =>
  weights >= 1e9 ? `${numberText(weights / 1e9)} billion` : `${numberText(weights / 1e6)} million`
