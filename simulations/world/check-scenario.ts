/** Holds a scenario to what can be run: figures that are figures, names that are somebody's, sizes that a machine can hold. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import { PPM } from '../../protocols/rules/auditing/audit-share.ts'
import { PRICE_MAX, REGION_BYTES_MAX, SHARD_WORD } from '../../protocols/wire/offer/offer-body.ts'
import type { ClientPlan, MinerPlan, Outage, Region, Resident, Scenario } from './scenario.ts'

/** A process holds a virtual node in some 100 kB, and every one of them is worth watching. */
const NODES_MAX = 1_000
/** Longer than any window of a rule, and what a day of a small market costs is some minutes of a machine. */
const HOURS_MAX = 24 * 31
const DIRECTORIES_MAX = 8
const REGIONS_MAX = 32
const OUTAGES_MAX = 64
/** One way, of a line that is still one. */
const MILE_MS_MAX = 2_000
const JOB_MS_MAX = 600_000
const JOBS_MAX = 1_024
/** A client that asks more often than this is a load test. */
const JOBS_PER_HOUR_MAX = 36_000
const LATENCY_MS_MAX = 60_000
const NAME_CHARS_MAX = 64
/** So that all escrows together stay inside uint64. */
const ESCROW_MAX = 10n ** 16n

/** @throws MeshError SCENARIO_INVALID that names the first place where it does not hold */
export function checkScenario(scenario: Scenario): void {
  const { name, hours, regions, directoriesPerRegion, miners, clients, outages = [] } = scenario
  text('name', name)
  text('seed', scenario.seed)
  within('hours', hours, 0, HOURS_MAX, false)
  if (regions.length === 0) refuse('regions', 'there is none')
  within('regions', regions.length, 1, REGIONS_MAX)
  whole('directoriesPerRegion', directoriesPerRegion, 1, DIRECTORIES_MAX)
  within('miners and clients', miners.length + clients.length, 0, NODES_MAX)
  within('outages', outages.length, 0, OUTAGES_MAX)
  for (const [i, region] of regions.entries()) checkRegion(`regions[${i}]`, region)
  requireOnce('regions', regions)
  const named = new Set(regions.map((region) => region.name))
  for (const [i, miner] of miners.entries()) checkMiner(`miners[${i}]`, miner, named, hours)
  for (const [i, client] of clients.entries()) checkClient(`clients[${i}]`, client, named, hours)
  requireOnce('miners and clients', [...miners, ...clients])
  for (const [i, outage] of outages.entries()) checkOutage(`outages[${i}]`, outage, named, hours)
}

function checkRegion(at: string, { name, latitude, longitude }: Region): void {
  if (!SHARD_WORD.test(name) || name.length > REGION_BYTES_MAX)
    refuse(`${at}.name`, `it is ${JSON.stringify(name)}, and a region is a word of small letters, digits and hyphens`)
  within(`${at}.latitude`, latitude, -90, 90)
  within(`${at}.longitude`, longitude, -180, 180)
}

function checkResident(at: string, resident: Resident, regions: ReadonlySet<string>, hours: number): void {
  text(`${at}.name`, resident.name)
  if (!regions.has(resident.region)) refuse(`${at}.region`, `there is no region ${JSON.stringify(resident.region)}`)
  within(`${at}.lastMileMs`, resident.lastMileMs, 0, MILE_MS_MAX)
  if (resident.fromHour !== undefined) within(`${at}.fromHour`, resident.fromHour, 0, hours)
}

function checkMiner(at: string, miner: MinerPlan, regions: ReadonlySet<string>, hours: number): void {
  checkResident(at, miner, regions, hours)
  within(`${at}.jobMs`, miner.jobMs, 0, JOB_MS_MAX, false)
  whole(`${at}.jobsMax`, miner.jobsMax, 1, JOBS_MAX)
  amount(`${at}.base`, miner.base, PRICE_MAX)
  for (const bound of ['min', 'max'] as const) {
    const limit = miner.pricing?.[bound]
    if (limit !== undefined) amount(`${at}.pricing.${bound}`, limit, PRICE_MAX)
  }
  if (miner.conduct?.slowness !== undefined) within(`${at}.conduct.slowness`, miner.conduct.slowness, 0, 1_000, false)
}

function checkClient(at: string, client: ClientPlan, regions: ReadonlySet<string>, hours: number): void {
  checkResident(at, client, regions, hours)
  within(`${at}.jobsPerHour`, client.jobsPerHour, 0, JOBS_PER_HOUR_MAX, false)
  within(`${at}.latencyMsMax`, client.latencyMsMax, 1, LATENCY_MS_MAX)
  whole(`${at}.auditShare`, client.auditShare, 0, PPM)
  amount(`${at}.escrow`, client.escrow, ESCROW_MAX)
  amount(`${at}.priceMax`, client.priceMax, PRICE_MAX)
}

function checkOutage(at: string, outage: Outage, regions: ReadonlySet<string>, hours: number): void {
  if (!regions.has(outage.region)) refuse(`${at}.region`, `there is no region ${JSON.stringify(outage.region)}`)
  within(`${at}.fromHour`, outage.fromHour, 0, hours)
  within(`${at}.hours`, outage.hours, 0, hours, false)
}

function requireOnce(where: string, among: readonly { readonly name: string }[]): void {
  const seen = new Set<string>()
  for (const { name } of among) {
    if (seen.has(name)) refuse(where, `${JSON.stringify(name)} is there twice`)
    seen.add(name)
  }
}

function text(at: string, value: string): void {
  if (typeof value !== 'string' || value.length === 0 || value.length > NAME_CHARS_MAX)
    refuse(at, `it is a text of 1 to ${NAME_CHARS_MAX} characters`)
}

function amount(at: string, value: bigint, max: bigint): void {
  if (typeof value !== 'bigint' || value < 0n || value > max) refuse(at, `it is ${value}, of 0 to ${max} credits`)
}

function whole(at: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value)) refuse(at, `it is ${value}, and a whole number is wanted`)
  within(at, value, min, max)
}

/** False for what is no number: every comparison with NaN is. */
function within(at: string, value: number, min: number, max: number, withMin = true): void {
  const isAbove = withMin ? value >= min : value > min
  if (typeof value !== 'number' || !isAbove || !(value <= max))
    refuse(at, `it is ${value}, of ${withMin ? '' : 'more than '}${min} to ${max}`)
}

function refuse(at: string, why: string): never {
  throw new MeshError('SCENARIO_INVALID', { at, why })
}
