/** An honest market of three regions, drawn from a seed: what adversaries are put into, and what they are held against. */
import { credits } from '../../protocols/kernel/money.ts'
import { SHARE_STANDARD } from '../../protocols/rules/auditing/audit-share.ts'
import { SeededRandom } from '../clock/seeded-random.ts'
import type { ClientPlan, MinerPlan, Region, Scenario } from './scenario.ts'

export const regions: readonly Region[] = [
  { name: 'eu-west', latitude: 52.4, longitude: 4.9 },
  { name: 'us-east', latitude: 40.7, longitude: -74 },
  { name: 'asia-south', latitude: 19.1, longitude: 72.9 },
]

export interface MarketSize {
  readonly seed: string
  readonly hours: number
  readonly miners: number
  readonly clients: number
  /** Of all clients together. */
  readonly jobsPerHour: number
  /** Parts of a million; the default of a node where absent. */
  readonly auditShare?: number
}

/** Homes with a fast line and those with a slow one. */
const LAST_MILE_MS = { min: 2, max: 20 }
/** From a card of this year to one of six years ago. */
const JOB_MS = { min: 20, max: 80 }
const JOBS_MAX = 8
/** Credits: the plan's 0.001 of the token's unit, and a third to either side of it. */
const BASE = { min: 700, max: 1_300 }
const PRICE_MAX = 5_000n
const LATENCY_MS_MAX = 400
/** More than any client of these sizes spends. */
const ESCROW = 1_000_000_000n

export function smallMarket({
  seed,
  hours,
  miners,
  clients,
  jobsPerHour,
  auditShare = SHARE_STANDARD,
}: MarketSize): Scenario {
  const random = new SeededRandom(`small market ${seed}`)
  return {
    name: 'small market',
    seed,
    hours,
    regions,
    directoriesPerRegion: 1,
    miners: Array.from({ length: miners }, (_, i) => honestMiner(`miner ${i}`, random.fork(`miner ${i}`), i)),
    clients: Array.from({ length: clients }, (_, i) => ({
      ...honestClient(`client ${i}`, random.fork(`client ${i}`), i, jobsPerHour / clients),
      auditShare,
    })),
  }
}

export const honestMiner = (name: string, random: SeededRandom, place: number): MinerPlan => ({
  name,
  region: regionOf(place),
  lastMileMs: between(random, LAST_MILE_MS),
  jobMs: between(random, JOB_MS),
  jobsMax: JOBS_MAX,
  ...priceOf(BigInt(Math.round(between(random, BASE))), place),
})

/** One of three lets its price follow demand, within a fifth of where it begins. */
const priceOf = (base: bigint, place: number): Pick<MinerPlan, 'base' | 'pricing'> =>
  place % 3 === 2
    ? { base, pricing: { strategy: 'demand', min: credits((base * 4n) / 5n), max: credits((base * 6n) / 5n) } }
    : { base }

const honestClient = (name: string, random: SeededRandom, place: number, jobsPerHour: number): ClientPlan => ({
  name,
  region: regionOf(place),
  lastMileMs: between(random, LAST_MILE_MS),
  jobsPerHour,
  escrow: ESCROW,
  priceMax: PRICE_MAX,
  latencyMsMax: LATENCY_MS_MAX,
  auditShare: SHARE_STANDARD,
})

const regionOf = (place: number): string => regions[place % regions.length]!.name

const between = (random: SeededRandom, { min, max }: { readonly min: number; readonly max: number }): number =>
  min + (max - min) * random.fraction()
