/**
 * The profile of a card: what the card itself was measured to do or reports, then what the catalogue says of its model. Where several
 * models fit, only what all of them share is taken; where none fits, nothing is guessed.
 */
import type { CatalogueRow } from '../../catalogue/catalogue-row.ts'
import type { CardMatch } from '../../catalogue/match-card.ts'
import type { CardFacts, CardPlatform } from '../cards/card-facts.ts'
import type { MeasuredFigures } from '../cards/measured-figures.ts'
import { architectureOf } from './architecture-of.ts'
import type { ConsumerGpuProfile, Figure, FigureName, FigureOrigin, MeasuredWays } from './gpu-profile.ts'

const GIB = 2 ** 30
/** A network of 25 million weights in fp32 with its activations, and the runtime beside it. */
const MEMORY_GIB_MIN = 2
/** What a slot gives without a cable. */
const SLOT_W = 75

export interface ClassifyNeeds {
  readonly facts: CardFacts
  readonly match: CardMatch
  readonly measured?: MeasuredFigures
  readonly ways?: MeasuredWays
}

export function classifyCard({ facts, match, measured, ways = {} }: ClassifyNeeds): ConsumerGpuProfile {
  const rows = match.kind === 'row' ? [match.row] : match.kind === 'several' ? match.rows : []
  const isCpu = facts.form === 'cpu' || facts.vendor === 'cpu'
  const form: ConsumerGpuProfile['form'] = isCpu ? 'cpu' : common(rows, (row) => row.form)
  const figures = figuresOf(rows, facts, measured)
  const platforms = Object.keys(facts.platforms) as CardPlatform[]
  const sharesMemory = facts.sharesMemory ?? (isCpu || form === 'apu' || form === 'soc' || form === 'embedded')
  const known = { form, figures, platforms, sharesMemory, isCpu }
  return {
    ...given('model', rows.length === 1 ? rows[0]!.name : facts.name),
    ...given('vendor', facts.vendor ?? common(rows, (row) => row.vendor)),
    ...given('architecture', common(rows, (row) => row.architecture) ?? architectureOf(facts)),
    ...given('form', form),
    rows: rows.map(({ id }) => id),
    matchedBy: match.reasons,
    ...given(
      'consumerGrade',
      common(rows, (row) => row.consumer),
    ),
    ...given('edgeOptimised', edgeOptimised(known)),
    figures,
    platforms,
    sharesMemory,
    ...given('supportsEdgeInference', supportsInference(known)),
    ...given('supportsQuantisedModels', supportsQuantised(known, rows)),
    ...given(
      'supportsMobileDeployment',
      common(rows, (row) => row.supportsMobile),
    ),
    ways,
    ...(facts.simulated === true ? { simulated: true as const } : {}),
  }
}

const given = <K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: V }

/** What every row says alike; `undefined` where one is silent or says something else. */
function common<T>(rows: readonly CatalogueRow[], of: (row: CatalogueRow) => T | undefined): T | undefined {
  const first = rows.length === 0 ? undefined : of(rows[0]!)
  return rows.every((row) => of(row) === first) ? first : undefined
}

function figuresOf(
  rows: readonly CatalogueRow[],
  { memoryBytes, limits }: CardFacts,
  measured: MeasuredFigures | undefined,
): ConsumerGpuProfile['figures'] {
  const published = (of: (row: CatalogueRow) => number | undefined): Figure | undefined => {
    const value = plausible(common(rows, of))
    return value === undefined ? undefined : { value, origin: catalogueOrigin(rows) }
  }
  const byCard = (value: number | undefined, origin: FigureOrigin | undefined): Figure | undefined => {
    const sane = plausible(value)
    return sane === undefined || origin === undefined ? undefined : { value: sane, origin }
  }
  const benchmark: FigureOrigin | undefined = measured && {
    kind: 'measured',
    engine: measured.engine,
    atMs: measured.measuredAtMs,
  }
  const reported: FigureOrigin = { kind: 'reported' }
  const thousandth = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : value / 1_000

  const all: Record<FigureName, Figure | undefined> = {
    fp32Tflops: first(
      byCard(thousandth(measured?.fp32Gflops), benchmark),
      published((row) => row.fp32Tflops),
    ),
    fp16Tflops: first(byCard(thousandth(measured?.fp16Gflops), benchmark), published(fp16Tflops)),
    int8Tops: first(
      byCard(thousandth(measured?.int8Gops), benchmark),
      published((row) => row.int8Tops),
    ),
    tdpW: first(
      byCard(limits.powerWDefault ?? limits.powerWMax, reported),
      published((row) => row.tdpW),
    ),
    memoryGiB: first(
      byCard(memoryBytes === undefined ? undefined : memoryBytes / GIB, reported),
      published((row) => row.memoryGiB),
    ),
    bandwidthGBps: first(
      byCard(thousandth(measured?.memoryMBps), benchmark),
      published((row) => row.bandwidthGBps),
    ),
  }
  return Object.fromEntries(Object.entries(all).filter(([, figure]) => figure !== undefined)) as Record<
    FigureName,
    Figure
  >
}

/** What a broken sensor or benchmark says is not known. */
const plausible = (value: number | undefined): number | undefined =>
  value !== undefined && Number.isFinite(value) && value > 0 ? value : undefined

const first = (own: Figure | undefined, published: Figure | undefined): Figure | undefined =>
  own === undefined || published === undefined ? (own ?? published) : { ...own, publishedValue: published.value }

/** With sums in FP32, as engines keep them. */
const fp16Tflops = ({
  fp16Tflops: shaders,
  fp16TensorTflops: matrix,
  tensorFp32AccumulateRatio: ratio = 1,
}: CatalogueRow): number | undefined => (matrix === undefined ? shaders : matrix * ratio)

function catalogueOrigin(rows: readonly CatalogueRow[]): FigureOrigin {
  return {
    kind: 'catalogue',
    rows: rows.map(({ id }) => id),
    sources: [...new Set(rows.flatMap(({ source }) => source))],
    confidence: rows.reduce<CatalogueRow['confidence']>(
      (worst, { confidence }) => (confidence > worst ? confidence : worst),
      'A',
    ),
  }
}

interface Known {
  readonly form: ConsumerGpuProfile['form']
  readonly figures: ConsumerGpuProfile['figures']
  readonly platforms: readonly CardPlatform[]
  readonly sharesMemory: boolean
  readonly isCpu: boolean
}

function edgeOptimised({ form, figures: { tdpW } }: Known): boolean | undefined {
  if (form === 'apu' || form === 'soc' || form === 'embedded') return true
  return tdpW === undefined ? undefined : tdpW.value <= SLOT_W
}

function supportsInference({ figures: { memoryGiB }, platforms, sharesMemory }: Known): boolean | undefined {
  if (platforms.length === 0) return undefined
  if (memoryGiB === undefined) return sharesMemory ? true : undefined
  return sharesMemory || memoryGiB.value >= MEMORY_GIB_MIN
}

function supportsQuantised({ figures, isCpu }: Known, rows: readonly CatalogueRow[]): boolean | undefined {
  // Products of 8-bit numbers are in every processor that an engine runs on.
  if (isCpu || figures.int8Tops !== undefined || figures.fp16Tflops !== undefined) return true
  return rows.length > 0 && rows.every(({ fp16Tflops: rate }) => rate !== undefined) ? true : undefined
}
