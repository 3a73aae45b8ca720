/** The map of regions as people and spreadsheets read it. */
import type { MapCell } from '../../../protocols/rules/geography/latency-map.ts'
import type { DistanceHint } from '../../../protocols/rules/routing/candidate.ts'
import type { RegionSurvey, SurveyedRegion } from '../../market/region-survey.ts'
import { amountOf, countText, UNKNOWN } from '../screen/numbers.ts'
import { type Column, table } from '../screen/table.ts'

export type MapJson = RegionSurvey

interface SeenRegion extends SurveyedRegion {
  readonly awayMs: number | null
  readonly awaySource: MapCell['source'] | null
}

export interface SeenMap extends Omit<MapJson, 'regions'> {
  readonly regions: readonly SeenRegion[]
}

/** Columns that a screen has room for; the rest is left to `--json` and `--csv`. */
const COLUMNS_MAX = 8

/** @param place how far regions are from it; from this node's own where absent */
export function seenFrom(
  map: MapJson,
  place: ((of: { readonly region: string }) => DistanceHint | undefined) | undefined,
): SeenMap {
  const fromHere = (region: string) => cellOf(map.latencies, map.here, region)
  return {
    ...map,
    regions: map.regions.map((each) => {
      const away = place === undefined ? fromHere(each.region) : place(each)
      return { ...each, awayMs: away === undefined ? null : Math.round(away.ms), awaySource: away?.source ?? null }
    }),
  }
}

const cellOf = (cells: readonly MapCell[], one: string, other: string): MapCell | undefined =>
  cells.find(({ from, to }) => (from === one && to === other) || (from === other && to === one))

/** A region has neither commas nor quotes. */
export const mapCsv = ({ latencies }: Pick<MapJson, 'latencies'>): string =>
  [
    'from,to,ms,source,voters',
    ...latencies.map(({ from, to, ms, source, voters }) => [from, to, ms, source, voters].join()),
  ]
    .map((line) => `${line}\n`)
    .join('')

export function mapText(map: SeenMap, width: number | undefined, dim: (text: string) => string): string {
  const { regions, latencies, here } = map
  const options = { width, styleTitle: dim }
  const served = regions.filter(({ miners }) => miners > 0).length
  const head = `${amountOf(served, 'region')} served; this node is in ${here}.`
  const shown = regions.slice(0, COLUMNS_MAX)
  const matrix: readonly Column<SeenRegion>[] = [
    { title: 'LATENCY', cell: ({ region }) => region, mayCut: true },
    ...shown.map(({ region: to }) => ({
      title: to,
      cell: ({ region }: SeenRegion) => latencyText(cellOf(latencies, region, to)),
      align: 'right' as const,
    })),
  ]
  const left = regions.length - shown.length
  return [
    head,
    '',
    table(regions, REGION_COLUMNS, options),
    '',
    table(regions, matrix, options),
    ...(left > 0 ? [`${amountOf(left, 'column')} more with --json or --csv.`] : []),
  ].join('\n')
}

const REGION_COLUMNS: readonly Column<SeenRegion>[] = [
  { title: 'REGION', cell: ({ region }) => region, mayCut: true },
  { title: 'MINERS', cell: ({ miners }) => countText(miners), align: 'right' },
  { title: 'FREE', cell: ({ free }) => countText(free), align: 'right' },
  { title: 'MODELS', cell: ({ models }) => countText(models), align: 'right' },
  {
    title: 'CARDS',
    cell: ({ cards, profiles, miners }) => (profiles === 0 ? UNKNOWN : `${countText(cards)} of ${profiles}/${miners}`),
    align: 'right',
  },
  { title: 'NETWORKS', cell: ({ networks }) => countText(networks), align: 'right' },
  { title: 'AWAY', cell: ({ awayMs, awaySource }) => msText(awayMs, awaySource), align: 'right' },
]

const latencyText = (cell: MapCell | undefined): string =>
  cell === undefined
    ? UNKNOWN
    : `${msText(cell.ms, cell.source)}${cell.source === 'own' || cell.source === 'others' ? ` (${cell.voters})` : ''}`

/** What nobody measured is marked. */
function msText(ms: number | null, source: MapCell['source'] | null): string {
  if (ms === null) return UNKNOWN
  return `${source === 'own' || source === 'others' ? '' : '~'}${ms} ms`
}
