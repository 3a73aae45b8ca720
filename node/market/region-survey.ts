/**
 * What there is in each region, and how far regions are from each other: offers by the regions' directories, profiles of some of their miners
 * by the DHT. Asked when somebody wants to see the map, and bounded by how many are asked, for it is a look at the whole network.
 */

import { MalformedError, UnsupportedError } from '../../protocols/kernel/cbor-reader.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { asMeshError, isMeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Address, PeerId } from '../../protocols/kernel/ids.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import {
  type LatencyReport,
  latencyMap,
  MAP_REGIONS_MAX,
  type MapCell,
  type RegionCoordinates,
} from '../../protocols/rules/geography/latency-map.ts'
import type { TypicalLatency } from '../../protocols/rules/line/typical-latencies.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import { askDirectory, DIRECTORY_OFFERS_MAX } from '../../protocols/wire/directory/directory-protocol.ts'
import { isExpired, type Offer, openOffer } from '../../protocols/wire/offer/offer.ts'
import { offeredCoordinates } from '../../protocols/wire/offer/offer-body.ts'
import { profileKey, profileSpace } from '../../protocols/wire/profile/profile.ts'
import type { ProfileBody } from '../../protocols/wire/profile/profile-body.ts'
import { DirectoryFinder } from '../client/finding/find-directories.ts'

/** What one of them hides, another names. */
const DIRECTORIES_ASKED = 2
/** Of a region, of different networks: the map's votes, five times what decides. */
const PROFILES_ASKED = 16
/** Regions side by side: a lookup each. */
const AT_ONCE = 4
/** What is known by then is shown. */
const SURVEY_MS_MAX = 30_000
/** One region: a lookup, two dials and some lookups side by side. */
const REGION_MS_MAX = 10_000

export interface RegionSurveyNeeds {
  readonly network: Network
  readonly domain: SigningDomain
  readonly clock: Clock
  /** Where this node is. */
  readonly region: string
  /** Networks that must speak of a pair. */
  readonly votersMin: number
  readonly networkOf: (peer: PeerId) => Promise<string | undefined>
  /** Live offers that this node knows anyway, of any region. */
  readonly known: () => Iterable<Offer>
  /** How far regions are from here, measured; empty where this node measures nothing. */
  readonly own: () => readonly TypicalLatency[]
}

export interface SurveyedRegion {
  readonly region: string
  /** Live offers, withdrawn ones not counted. */
  readonly miners: number
  /** Different models that they list. */
  readonly models: number
  /** Jobs that they would take now, by their own word. */
  readonly free: number
  /** Networks that they are in, as far as addresses say it. */
  readonly networks: number
  /** Cards that the profiles claim which were read, and how many profiles these were. */
  readonly cards: number
  readonly profiles: number
  /** Directories that answered for it. */
  readonly directories: number
}

export interface RegionSurvey {
  readonly here: string
  readonly regions: readonly SurveyedRegion[]
  readonly latencies: readonly MapCell[]
}

interface Surveyed {
  readonly offers: readonly (readonly [offer: Offer, voter: string])[]
  readonly profiles: readonly (readonly [body: ProfileBody, voter: string])[]
  readonly directories: number
}

/**
 * @param wanted regions that are asked for beside those that somebody names; a region that nobody serves is shown with no miner
 * @throws the signal's reason
 */
export async function surveyRegions(
  needs: RegionSurveyNeeds,
  wanted: readonly string[],
  signal: AbortSignal,
): Promise<RegionSurvey> {
  const found = new Map<string, Surveyed>()
  const asked = [needs.region, ...wanted, ...[...needs.known()].map(({ body }) => body.region)]
  const first = new Set([...asked, ...needs.own().map(({ region }) => region)])
  const untilMs = needs.clock.monotonicMs() + SURVEY_MS_MAX
  while (found.size < MAP_REGIONS_MAX && needs.clock.monotonicMs() < untilMs) {
    const next = nextOf(first, found).slice(0, Math.min(AT_ONCE, MAP_REGIONS_MAX - found.size))
    if (next.length === 0) break
    const looked = await Promise.all(next.map((region) => surveyOne(needs, region, signal)))
    for (const [i, region] of next.entries()) found.set(region, looked[i]!)
  }
  // What others only speak of is no region that serves anybody; what was asked for is shown all the same.
  const shown = [...found].filter(
    ([region, { offers }]) => offers.length > 0 || [needs.region, ...wanted].includes(region),
  )
  return {
    here: needs.region,
    regions: shown
      .map(([region, surveyed]) => summed(region, surveyed))
      .sort((one, other) => other.miners - one.miners || (one.region < other.region ? -1 : 1)),
    latencies: latencyMap({
      regions: shown.map(([region]) => region),
      own: needs
        .own()
        .map(({ region, latencyMs, voters }) => ({ from: needs.region, to: region, ms: latencyMs, voters })),
      reports: reportsOf(found),
      coordinates: coordinatesOf(found),
      votersMin: needs.votersMin,
    }),
  }
}

/** Those that this node knows of, then those that most networks speak of: one network cannot hide regions behind names that it invents. */
function nextOf(first: ReadonlySet<string>, found: ReadonlyMap<string, Surveyed>): readonly string[] {
  const own = [...first].filter((region) => !found.has(region))
  if (own.length > 0) return own
  const voters = new Map<string, Set<string>>()
  for (const { voter, to } of reportsOf(found)) {
    if (found.has(to)) continue
    const known = voters.get(to)
    if (known === undefined) voters.set(to, new Set([voter]))
    else known.add(voter)
  }
  return [...voters].sort((one, other) => other[1].size - one[1].size).map(([region]) => region)
}

function summed(region: string, { offers, profiles, directories }: Surveyed): SurveyedRegion {
  const bodies = offers.map(([{ body }]) => body)
  return {
    region,
    miners: bodies.length,
    models: new Set(bodies.flatMap(({ models }) => models.map(({ short }) => String(short)))).size,
    free: bodies.reduce((sum, { jobs, jobsMax }) => sum + Math.max(0, jobsMax - jobs), 0),
    networks: new Set(offers.map(([, voter]) => voter)).size,
    cards: profiles.reduce((sum, [{ gpus }]) => sum + gpus.length, 0),
    profiles: profiles.length,
    directories,
  }
}

function* reportsOf(found: ReadonlyMap<string, Surveyed>): Generator<LatencyReport> {
  for (const { profiles } of found.values())
    for (const [{ region, latencies = [] }, voter] of profiles)
      for (const { region: to, latencyMs } of latencies) yield { voter, from: region, to, ms: latencyMs }
}

const coordinatesOf = (found: ReadonlyMap<string, Surveyed>): ReadonlyMap<string, readonly RegionCoordinates[]> =>
  new Map(
    [...found].map(([region, { offers }]) => [
      region,
      offers.flatMap(([{ body }, voter]) => {
        const coordinates = offeredCoordinates(body)
        return coordinates === undefined ? [] : [{ voter, coordinates }]
      }),
    ]),
  )

async function surveyOne(needs: RegionSurveyNeeds, region: string, signal: AbortSignal): Promise<Surveyed> {
  using deadline = new Deadline(needs.clock, REGION_MS_MAX, 'the survey of a region', signal)
  deadline.throwIfGivenUp()
  const asked = await orNothing(askDirectories(needs, region, deadline.signal), { offers: [], directories: 0 }, signal)
  const offers = new Map<Address, Offer>()
  for (const offer of [...needs.known(), ...asked.offers]) {
    const { body, miner, head } = offer
    if (body.region !== region || body.paused === 1 || isExpired(offer, needs.clock.nowMs())) continue
    const before = offers.get(miner)
    if (before === undefined || before.head.sequence < head.sequence) offers.set(miner, offer)
  }
  const placed = await Promise.all(
    [...offers.values()].map(async (offer) => [offer, (await needs.networkOf(offer.peer)) ?? offer.peer] as const),
  )
  const profiles = await orNothing(readProfiles(needs, placed, deadline.signal), [], signal)
  return { offers: placed, profiles, directories: asked.directories }
}

/** A region whose directories are silent is a region of which little is known, and no failure of the look. @throws the signal's reason */
async function orNothing<T>(asking: Promise<T>, nothing: T, signal: AbortSignal): Promise<T> {
  try {
    return await asking
  } catch (error) {
    throwIfAborted(signal)
    if (asMeshError(error).fault === 'bug') throw error
    return nothing
  }
}

async function askDirectories(
  { network, clock, domain, networkOf }: RegionSurveyNeeds,
  region: string,
  signal: AbortSignal,
) {
  const finder = new DirectoryFinder(network, clock, domain.crypto, region, networkOf)
  const directories = (await finder.find(signal)).slice(0, DIRECTORIES_ASKED)
  const answers = await Promise.all(
    directories.map((directory) =>
      orNothing(
        askDirectory(network, directory, { region, offersMax: DIRECTORY_OFFERS_MAX }, { signal }),
        undefined,
        signal,
      ),
    ),
  )
  const answered = answers.filter((entries) => entries !== undefined)
  return { offers: answered.flat().flatMap(({ offer }) => opened(domain, offer)), directories: answered.length }
}

/** What no miner signed is left out, as is what only a later version knows. */
function opened(domain: SigningDomain, bytes: Uint8Array): readonly Offer[] {
  try {
    return [openOffer(domain, bytes)]
  } catch (error) {
    if (error instanceof MalformedError || error instanceof UnsupportedError || isMeshError(error)) return []
    throw error
  }
}

/** One of each network before a second of any. */
async function readProfiles(
  { network, domain }: RegionSurveyNeeds,
  placed: readonly (readonly [Offer, string])[],
  signal: AbortSignal,
): Promise<Surveyed['profiles']> {
  const first = [...new Map(placed.map((each) => [each[1], each])).values()]
  const chosen = [...first, ...placed.filter((each) => !first.includes(each))].slice(0, PROFILES_ASKED)
  const read = await Promise.all(
    chosen.map(async ([{ miner }, voter]) => {
      const profile = await orNothing(
        network.getRecord(profileSpace(domain), profileKey(miner), signal),
        undefined,
        signal,
      )
      return profile?.body === undefined ? [] : [[profile.body, voter] as const]
    }),
  )
  return read.flat()
}
