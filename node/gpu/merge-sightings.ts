/**
 * One list of the cards of a machine out of what several back ends saw. Pure.
 *
 * A place on the bus is one card, and so is a UUID that names one place. Who tells neither is compared by its PCI id, then by its
 * vendor, with the cards that are known: as many of a kind are the same cards in the same order; fewer are some of them, nobody can
 * tell which, and add nothing; what is over is more cards. So none is doubled by a back end that sees it darkly, and none is lost.
 */
import { known } from '../../protocols/kernel/known.ts'
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import type { CardReading } from '../../protocols/rules/cards/card-reading.ts'
import type { Sighting } from './gpu-backend.ts'
import { keyOfPlace } from './pci-words.ts'

export interface SightedBy {
  readonly backend: string
  readonly cards: readonly Sighting[]
}

export interface MergedCard {
  readonly facts: CardFacts
  readonly reading?: CardReading
  /** What each back end calls it; the one whose word counts first stands first. */
  readonly sources: readonly CardSource[]
}

export interface CardSource {
  readonly backend: string
  readonly key: string
}

interface Seen extends Sighting {
  readonly backend: string
  /** The word of the lower one counts first. */
  readonly rank: number
}

/** All that is known to be one card. */
type Group = Seen[]

/**
 * The cards of the machine, the processor last. A rasteriser on the processor is none.
 * @param all in the order in which their word counts, as all-backends.ts lists them
 */
export function mergeSightings(all: readonly SightedBy[]): readonly MergedCard[] {
  const seen = all
    .flatMap(({ backend, cards }, rank) => cards.map((card): Seen => ({ ...card, backend, rank })))
    .filter(({ facts }) => facts.form !== 'software')
  const { groups, others } = byPlaceAndUuid(seen)
  for (const backend of new Set(others.map((one) => one.backend))) {
    place(
      groups,
      others.filter((one) => one.backend === backend),
    )
  }
  const ranks = new Map(all.map(({ backend }, rank) => [backend, rank]))
  const rankOf = ({ sources }: MergedCard): number => ranks.get(sources[0]!.backend)!
  return distinct(groups.map(mergedCard)).sort(
    (a, b) =>
      Number(a.facts.form === 'cpu') - Number(b.facts.form === 'cpu') ||
      rankOf(a) - rankOf(b) ||
      (a.facts.key < b.facts.key ? -1 : 1),
  )
}

function byPlaceAndUuid(seen: readonly Seen[]): { readonly groups: Group[]; readonly others: readonly Seen[] } {
  const groups: Group[] = []
  const others: Seen[] = []
  const places = new Map<string, Group>()
  for (const one of seen) if (one.facts.busAddress !== undefined) join(groups, places, one.facts.busAddress, one)
  const names = namingUuids(seen)
  const uuids = new Map<string, Group>()
  for (const group of groups)
    for (const { facts } of group) if (facts.uuid !== undefined) uuids.set(plain(facts.uuid), group)
  for (const one of seen) {
    if (one.facts.busAddress !== undefined) continue
    const uuid = one.facts.uuid === undefined ? undefined : plain(one.facts.uuid)
    // Who tells two cards apart knows more than a UUID that says they are one.
    const isTaken = uuid === undefined || uuids.get(uuid)?.some(({ backend }) => backend === one.backend)
    if (uuid !== undefined && !isTaken && names.has(uuid)) join(groups, uuids, uuid, one)
    else others.push(one)
  }
  return { groups, others }
}

function join(groups: Group[], index: Map<string, Group>, key: string, one: Seen): void {
  const group = index.get(key)
  if (group !== undefined) group.push(one)
  else {
    const own = [one]
    index.set(key, own)
    groups.push(own)
  }
}

/** `GPU-…` of nvidia-smi is the bare UUID of Vulkan. */
const plain = (uuid: string): string => uuid.toLowerCase().replace(/^gpu-/, '')

/** Masked by whoever published a recording, or by a hypervisor, one UUID may stand at two places, or twice in one answer. */
function namingUuids(seen: readonly Seen[]): ReadonlySet<string> {
  const told = seen.filter(({ facts }) => facts.uuid !== undefined)
  return new Set(
    told
      .map(({ facts }) => plain(facts.uuid!))
      .filter((uuid) => {
        const same = told.filter(({ facts }) => plain(facts.uuid!) === uuid)
        const places = new Set(same.flatMap(({ facts }) => facts.busAddress ?? []))
        return places.size <= 1 && new Set(same.map(({ backend }) => backend)).size === same.length
      }),
  )
}

/** Cards of one back end that tells neither place nor UUID of them. */
function place(groups: Group[], cards: readonly Seen[]): void {
  const kinds = Map.groupBy(cards, ({ facts }) => kindOf(facts))
  /** Of its cards those that are some of the known ones, nobody can tell which: each of those stands for one of them only. */
  let untold = 0
  for (const [kind, same] of [...kinds].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const others = groups.filter((group) => group.every(({ backend }) => backend !== same[0]!.backend))
    const fitting = others.filter((group) => fits(group, same[0]!.facts))
    // A name, where both print it, tells more than a vendor.
    const namesakes = fitting.filter((group) => group.some(({ facts }) => facts.name === same[0]!.facts.name))
    const candidates = namesakes.length === same.length ? namesakes : fitting
    const room = Math.min(candidates.length, others.length - untold)
    const isSure = room === same.length && candidates.length === same.length && (isPci(kind) || same.length === 1)
    if (isSure) for (const [index, one] of same.entries()) candidates[index]!.push(one)
    else {
      untold += Math.min(room, same.length)
      groups.push(...same.slice(room).map((one) => [one]))
    }
  }
}

const isPci = (kind: string): boolean => kind.startsWith('pci ')

const kindOf = ({ pci, vendor }: CardFacts): string =>
  pci === undefined ? (vendor ?? 'unknown') : `pci ${pci.vendor}:${pci.device}`

function fits(group: Group, facts: CardFacts): boolean {
  const pci = group.find((one) => one.facts.pci !== undefined)?.facts.pci
  if (pci !== undefined && facts.pci !== undefined)
    return pci.vendor === facts.pci.vendor && pci.device === facts.pci.device
  const vendor = group.find((one) => one.facts.vendor !== undefined)?.facts.vendor
  // The processor is never taken for a card that nobody knows.
  if (vendor === 'cpu' || facts.vendor === 'cpu') return vendor === facts.vendor
  return vendor === undefined || facts.vendor === undefined || vendor === facts.vendor
}

function mergedCard(group: Group): MergedCard {
  const words = group.toSorted((a, b) => a.rank - b.rank)
  const all = words.map(({ facts }) => facts)
  const first = <K extends keyof CardFacts>(key: K): CardFacts[K] | undefined =>
    all.find((facts) => facts[key] !== undefined)?.[key]
  const busAddress = first('busAddress')
  const platforms = all.flatMap((facts) => Object.entries(facts.platforms))
  const facts: CardFacts = {
    key: busAddress === undefined ? all[0]!.key : keyOfPlace(busAddress),
    seenBy: [...new Set(words.map(({ backend }) => backend))],
    // The first that tells a version; else that it is there.
    platforms: Object.fromEntries(
      platforms.map(([name]) => [
        name,
        platforms.find(([other, version]) => other === name && version !== true)?.[1] ?? true,
      ]),
    ),
    limits: Object.assign({}, ...all.map((facts) => facts.limits).reverse()),
    ...known<Partial<CardFacts>>({
      vendor: first('vendor'),
      name: first('name'),
      pci: all.map((facts) => facts.pci).sort(bySubsystem)[0],
      busAddress,
      uuid: first('uuid'),
      form: first('form'),
      memoryBytes: first('memoryBytes'),
      sharesMemory: first('sharesMemory'),
      cores: first('cores'),
      driver: first('driver'),
      computeCapability: first('computeCapability'),
      gfx: first('gfx'),
      slices: first('slices'),
      simulated: first('simulated'),
    }),
  }
  const reading = mergeReadings(words.flatMap(({ reading }) => reading ?? []))
  const sources = words.map(({ backend, facts }) => ({ backend, key: facts.key }))
  return { facts, sources, ...(reading === undefined ? {} : { reading }) }
}

/** Who tells the board, or the revision, knows more than who tells the chip only. */
const bySubsystem = (a: CardFacts['pci'], b: CardFacts['pci']): number =>
  (b === undefined ? -1 : Object.keys(b).length) - (a === undefined ? -1 : Object.keys(a).length)

/** Field by field the first that tells; as old as the oldest of them. */
export function mergeReadings(readings: readonly CardReading[]): CardReading | undefined {
  if (readings.length < 2) return readings[0]
  return {
    ...Object.assign({}, ...[...readings].reverse()),
    atMs: Math.min(...readings.map(({ atMs }) => atMs)),
    temperaturesC: Object.assign({}, ...readings.map(({ temperaturesC }) => temperaturesC).reverse()),
  }
}

/** Two back ends may call different cards by one key. */
function distinct(cards: readonly MergedCard[]): MergedCard[] {
  return cards.map((card) => {
    const isShared = cards.some((other) => other !== card && other.facts.key === card.facts.key)
    return isShared ? { ...card, facts: { ...card.facts, key: `${card.sources[0]!.backend}/${card.facts.key}` } } : card
  })
}
