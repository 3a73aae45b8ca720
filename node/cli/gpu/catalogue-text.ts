/** Rows of the catalogue as people and programs read them. */
import type { CatalogueRow } from '../../../protocols/catalogue/catalogue-row.ts'
import { findRows, type RowFilter } from '../../../protocols/catalogue/find-rows.ts'
import { type CatalogueSource, catalogueSources } from '../../../protocols/catalogue/sources.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { assessCard, type CardAssessment } from '../../../protocols/rules/classification/assess-card.ts'
import { nearestName } from '../../config/nearest-name.ts'
import type { Output } from '../frame/output.ts'
import { amountOf, numberText, UNKNOWN } from '../screen/numbers.ts'
import { type Column, pairs, table } from '../screen/table.ts'
import { assessmentRows } from './assessment-rows.ts'

type Look = Pick<Output, 'width' | 'style'>

/** With every field, so that what is not known is null and not a field that one has to think of. */
export function cardsJson(rows: readonly CatalogueRow[]) {
  const used = new Set(rows.flatMap(({ source }) => source))
  const sources: Record<string, CatalogueSource> = {}
  for (const key of used) sources[key] = catalogueSources[key]
  return { cards: rows.map((row) => ({ ...cardJson(row), ...classifierJson(row) })), sources }
}

/** As if one stood here that is what its maker says: without measurement, at rest. */
const assessed = (row: CatalogueRow): CardAssessment =>
  assessCard({
    facts: {
      key: row.id,
      seenBy: [],
      vendor: row.vendor,
      platforms: Object.fromEntries(row.platforms.map((platform) => [platform, true as const])),
      limits: {},
    },
    match: { kind: 'row', row, how: 'name', certainty: 'certain', reasons: [] },
  })

function classifierJson(row: CatalogueRow) {
  const { profile, edge, isMobile, advice } = assessed(row)
  const { edgeOptimised, supportsEdgeInference, supportsQuantisedModels } = profile
  return { edgeOptimised, supportsEdgeInference, supportsQuantisedModels, isMobile, edge, advice }
}

const cardJson = (row: CatalogueRow): Record<keyof CatalogueRow, unknown> => ({
  id: row.id,
  vendor: row.vendor,
  name: row.name,
  form: row.form,
  architecture: row.architecture,
  year: row.year,
  memoryGiB: row.memoryGiB,
  memoryGiBMax: row.memoryGiBMax,
  memoryType: row.memoryType,
  busBits: row.busBits,
  bandwidthGBps: row.bandwidthGBps,
  fp32Tflops: row.fp32Tflops,
  fp16Tflops: row.fp16Tflops,
  fp16TensorTflops: row.fp16TensorTflops,
  tensorFp32AccumulateRatio: row.tensorFp32AccumulateRatio,
  int8Tops: row.int8Tops,
  tdpW: row.tdpW,
  shaders: row.shaders,
  cores: row.cores,
  boostMhz: row.boostMhz,
  computeCapability: row.computeCapability,
  gfx: row.gfx,
  chip: row.chip,
  pci: row.pci,
  revisions: row.revisions,
  printed: row.printed,
  platforms: row.platforms,
  supportsMobile: row.supportsMobile,
  consumer: row.consumer,
  confidence: row.confidence,
  source: row.source,
  notes: row.notes,
})

const MAKERS: Readonly<Record<CatalogueRow['vendor'], string>> = {
  nvidia: 'NVIDIA',
  amd: 'AMD',
  intel: 'Intel',
  apple: 'Apple',
  qualcomm: 'Qualcomm',
  arm: 'Arm',
  samsung: 'Samsung',
  broadcom: 'Broadcom',
  imagination: 'Imagination',
}

/** `Apple M3 Max` says it already. */
const fullName = ({ vendor, name }: CatalogueRow): string =>
  name.startsWith(MAKERS[vendor]) ? name : `${MAKERS[vendor]} ${name}`

const withUnit = (value: number | undefined, unit: string): string =>
  value === undefined ? UNKNOWN : `${numberText(value)} ${unit}`

function memoryText({ memoryGiB, memoryGiBMax }: CatalogueRow): string {
  if (memoryGiB !== undefined) return withUnit(memoryGiB, 'GiB')
  return memoryGiBMax === undefined ? UNKNOWN : `≤ ${withUnit(memoryGiBMax, 'GiB')}`
}

/** With sums in FP32, as engines keep them. */
const fp16Of = ({ fp16Tflops, fp16TensorTflops, tensorFp32AccumulateRatio = 1 }: CatalogueRow): number | undefined =>
  fp16TensorTflops === undefined ? fp16Tflops : fp16TensorTflops * tensorFp32AccumulateRatio

const figure = (title: string, of: (row: CatalogueRow) => number | undefined): Column<CatalogueRow> => ({
  title,
  cell: (row) => numberText(of(row)),
  align: 'right',
})

export function cardsText(rows: readonly CatalogueRow[], { width, style }: Look): string {
  const list = table(
    rows,
    [
      { title: 'MODEL', cell: fullName, mayCut: true },
      { title: 'FORM', cell: ({ form }) => form },
      { title: 'MEMORY', cell: memoryText, align: 'right' },
      figure('GB/s', ({ bandwidthGBps }) => bandwidthGBps),
      figure('FP32', ({ fp32Tflops }) => fp32Tflops),
      figure('FP16', fp16Of),
      figure('INT8', ({ int8Tops }) => int8Tops),
      figure('WATT', ({ tdpW }) => tdpW),
      { title: 'EDGE', cell: (row) => assessed(row).edge.score?.toFixed(2) ?? UNKNOWN, align: 'right' },
      { title: 'SURE', cell: ({ confidence }) => confidence },
    ],
    { width, styleTitle: style.dim },
  )
  const count = amountOf(rows.length, 'model')
  return `${list}\n${count}; FP32 and FP16 in TFLOPS, INT8 in TOPS, EDGE the score from 0 to 1. More about one: aitbc gpu catalogue ${rows[0]!.id}`
}

const SURENESS: Readonly<Record<CatalogueRow['confidence'], string>> = {
  A: 'A: independent sources agree',
  B: 'B: one good source',
  C: 'C: derived, or from memory; measure first',
}

export function cardText(row: CatalogueRow, { width, style }: Look): string {
  const { tensorFp32AccumulateRatio: ratio, pci, revisions, gfx, chip, computeCapability } = row
  const words = (list: readonly string[] | undefined, gap = ', '): string => list?.join(gap) ?? UNKNOWN
  const facts = pairs(
    [
      ['id', row.id],
      ['form', row.form],
      ['architecture', [row.architecture, computeCapability ?? gfx ?? chip].filter(Boolean).join(', ')],
      ['year', String(row.year)],
      ['memory', [memoryText(row), row.memoryType].filter(Boolean).join(' ')],
      ['bus', withUnit(row.busBits, 'bit')],
      ['bandwidth', withUnit(row.bandwidthGBps, 'GB/s')],
      ['lanes', numberText(row.shaders)],
      ...(row.cores === undefined ? [] : [['cores', numberText(row.cores)] as const]),
      ['boost clock', withUnit(row.boostMhz, 'MHz')],
      ['fp32', withUnit(row.fp32Tflops, 'TFLOPS')],
      ['fp16, shaders', withUnit(row.fp16Tflops, 'TFLOPS')],
      ['fp16, matrix', withUnit(row.fp16TensorTflops, 'TFLOPS') + (ratio === 0.5 ? ', half with sums in FP32' : '')],
      ['int8', withUnit(row.int8Tops, 'TOPS')],
      ['power', withUnit(row.tdpW, 'W')],
      ['driven by', words(row.platforms)],
      ['handheld', row.supportsMobile ? 'yes' : 'no'],
      ['for consumers', row.consumer ? 'yes' : 'no'],
      ['PCI', words(pci) + (revisions === undefined ? '' : `, revision ${revisions.join(', ')}`)],
      ['printed as', words(row.printed, '; ')],
      ...assessmentRows(assessed(row)),
      ['sureness', SURENESS[row.confidence]],
    ],
    { width, styleTitle: style.dim },
  )
  const notes = (row.notes ?? []).map((note) => `- ${note}`)
  const sources = row.source.map((key) => {
    const { title, licence, origin } = catalogueSources[key]
    return `- ${title} (${licence})\n  ${origin}`
  })
  return [
    style.bold(fullName(row)),
    facts,
    ...(notes.length === 0 ? [] : ['', 'To know before it is used:', ...notes]),
    '',
    'From:',
    ...sources,
  ].join('\n')
}

/** Named after what was asked, with the model that was probably meant. */
export function noSuchCard(words: readonly string[], filter: Omit<RowFilter, 'words'>): MeshError {
  const wanted = words.join(' ')
  const limits = [
    ...(filter.vendor === undefined ? [] : [`of ${filter.vendor}`]),
    ...(filter.memoryGiBMin === undefined ? [] : [`with ${filter.memoryGiBMin} GiB or more`]),
  ]
  const what = [...(wanted === '' ? [] : [`called ${wanted}`]), ...limits].join(' ')
  return new MeshError('CARD_UNKNOWN', { what, next: suggestion(wanted, filter) })
}

function suggestion(wanted: string, filter: Omit<RowFilter, 'words'>): string {
  if (wanted !== '' && Object.values(filter).some((each) => each !== undefined)) {
    const without = findRows({ words: [wanted] })
    if (without.length > 0)
      return `There are ${amountOf(without.length, 'model')} of that name without the other limits.`
  }
  const near =
    wanted === ''
      ? undefined
      : nearestName(
          wanted,
          findRows({}).flatMap(({ name, id }) => [name, id]),
        )
  return near === undefined ? 'aitbc gpu catalogue lists all.' : `Did you mean ${near}?`
}
