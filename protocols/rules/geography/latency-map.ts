/**
 * How far all regions are from each other, as far as anybody knows. What this node measured stands as it is. Of others' words each network has
 * one, and the median of at least three decides, as with the figures themselves (rules/line): it takes half of the networks that speak of a
 * pair to move it. What nobody measured is estimated, and marked so.
 */

import { lowerMedian } from '../../kernel/lower-median.ts'
import { type Coordinates, distanceMs } from '../coordinates/coordinates.ts'
import { locationOfRegion } from './regions.ts'
import { wayLatency } from './way-latency.ts'

/** A round trip between peers of two regions, in somebody's words. */
export interface LatencyReport {
  /** The network that the author calls from; itself where its address names none. */
  readonly voter: string
  readonly from: string
  readonly to: string
  readonly ms: number
}

/** What miners of a region say of where they lie. */
export interface RegionCoordinates {
  readonly voter: string
  readonly coordinates: Coordinates
}

export interface LatencyMapFacts {
  /** Every region that the map shows. */
  readonly regions: readonly string[]
  /** This node's own: to each region, with the networks that were timed. */
  readonly own: readonly { readonly from: string; readonly to: string; readonly ms: number; readonly voters: number }[]
  readonly reports: Iterable<LatencyReport>
  readonly coordinates: ReadonlyMap<string, readonly RegionCoordinates[]>
  /** Fewer networks decide nothing. */
  readonly votersMin: number
}

export type MapSource = 'own' | 'others' | 'coordinates' | 'geography'

export interface MapCell {
  /** In the order of the alphabet; the same where it is within one region. */
  readonly from: string
  readonly to: string
  readonly ms: number
  readonly source: MapSource
  /** Networks that were timed, or that spoke of it; 0 of an estimate from places. */
  readonly voters: number
}

/** A table of so many still fits a page; the regions with most miners are shown. */
export const MAP_REGIONS_MAX = 32
/** Of one region, of different networks: the median moves no more with others. */
const PLACED_MAX = 16
/** Coordinates that say less than this are left out. */
const ERROR_MAX = 0.5
/** As a profile holds it. */
const MS_MAX = 0xffff

/** Pairs of which nothing is known are absent. */
export function latencyMap(facts: LatencyMapFacts): readonly MapCell[] {
  const regions = [...new Set(facts.regions)].slice(0, MAP_REGIONS_MAX).sort()
  const own = ownCells(facts)
  const votes = votesOf(facts.reports)
  const cells: MapCell[] = []
  for (const [i, from] of regions.entries()) {
    for (const to of regions.slice(i)) {
      const pair = keyOf(from, to)
      const found =
        own.get(pair) ?? byOthers(votes.get(pair), facts.votersMin) ?? estimated(from, to, facts.coordinates)
      if (found !== undefined)
        cells.push({ from, to, ...found, ms: Math.min(MS_MAX, Math.max(1, Math.round(found.ms))) })
    }
  }
  return cells
}

type Found = Omit<MapCell, 'from' | 'to'>

/** Both directions take the same way. A region holds no line break. */
const keyOf = (one: string, other: string): string => (one < other ? `${one}\n${other}` : `${other}\n${one}`)

function ownCells({ own }: LatencyMapFacts): ReadonlyMap<string, Found> {
  return new Map(own.map(({ from, to, ms, voters }) => [keyOf(from, to), { ms, voters, source: 'own' as const }]))
}

/** By pair and network: all that it said. */
function votesOf(reports: Iterable<LatencyReport>): ReadonlyMap<string, ReadonlyMap<string, readonly number[]>> {
  const votes = new Map<string, Map<string, number[]>>()
  for (const { voter, from, to, ms } of reports) {
    if (!(ms >= 0 && ms <= MS_MAX)) continue
    const pair = keyOf(from, to)
    const networks = votes.get(pair) ?? new Map<string, number[]>()
    votes.set(pair, networks)
    const said = networks.get(voter)
    if (said === undefined) networks.set(voter, [ms])
    else said.push(ms)
  }
  return votes
}

function byOthers(networks: ReadonlyMap<string, readonly number[]> | undefined, votersMin: number): Found | undefined {
  if (networks === undefined || networks.size < votersMin) return undefined
  return { ms: lowerMedian([...networks.values()].map(lowerMedian)), voters: networks.size, source: 'others' }
}

function estimated(from: string, to: string, placed: LatencyMapFacts['coordinates']): Found | undefined {
  const [some, others] = [spread(placed.get(from)), spread(placed.get(to))]
  const ways = some.flatMap((one) =>
    others.filter((other) => other.voter !== one.voter).map((other) => distanceMs(one.coordinates, other.coordinates)),
  )
  if (ways.length > 0) {
    const voters = new Set([...some, ...others].map(({ voter }) => voter)).size
    return { ms: lowerMedian(ways), voters, source: 'coordinates' }
  }
  const [here, there] = [locationOfRegion(from), locationOfRegion(to)]
  if (here === undefined || there === undefined) return undefined
  return { ms: wayLatency(here, there).ms, voters: 0, source: 'geography' }
}

/** One of each network: the surest of itself, for each is a claim all the same. */
function spread(placed: readonly RegionCoordinates[] = []): readonly RegionCoordinates[] {
  const surest = new Map<string, RegionCoordinates>()
  for (const each of placed) {
    const known = surest.get(each.voter)
    if (each.coordinates.error > ERROR_MAX) continue
    if (known === undefined || each.coordinates.error < known.coordinates.error) surest.set(each.voter, each)
  }
  return [...surest.values()].slice(0, PLACED_MAX)
}
