/**
 * Which model a card is: by its PCI id first, else by exactly the name that its driver prints, and then by memory, cores and
 * generation among those that share both. What contradicts every row matches none: a measured profile is better than a guess.
 */
import type { CardFacts } from '../rules/cards/card-facts.ts'
import { type CatalogueIndex, catalogue, pciText, revisionText } from './catalogue-index.ts'
import type { CatalogueRow } from './catalogue-row.ts'
import { namesFamilyOnly, namesShareOfCard, normalName } from './printed-name.ts'

export type CardMatch =
  | {
      readonly kind: 'row'
      readonly row: CatalogueRow
      readonly how: 'pci' | 'name'
      /** `certain`: the chip itself says so; `likely`: a name says so, or an id that unlisted models may share. */
      readonly certainty: 'certain' | 'likely'
      readonly reasons: readonly string[]
    }
  /** All of them fit, and nothing that the machine says tells them apart. */
  | {
      readonly kind: 'several'
      readonly rows: readonly CatalogueRow[]
      readonly how: 'pci' | 'name'
      readonly reasons: readonly string[]
    }
  | { readonly kind: 'none'; readonly reasons: readonly string[] }

export function matchCard(facts: CardFacts, index: CatalogueIndex = catalogue): CardMatch {
  const refusal = noWholeCard(facts)
  if (refusal !== undefined) return { kind: 'none', reasons: [refusal] }
  const sharing = facts.pci === undefined ? [] : index.byPci(facts.pci)
  return sharing.length > 0 ? matchById(sharing, facts, index) : matchByName(facts, index)
}

function noWholeCard({ form, vendor, name }: CardFacts): string | undefined {
  if (form === 'software') return 'it is a rasteriser on the processor, no card'
  if (form === 'cpu' || vendor === 'cpu') return 'it is the processor, no card'
  if (form === 'virtual' || (name !== undefined && namesShareOfCard(normalName(name)))) {
    return 'it is a share of a card, which has not the figures of the whole'
  }
  return undefined
}

function matchById(sharing: readonly CatalogueRow[], facts: CardFacts, index: CatalogueIndex): CardMatch {
  const { name, pci } = facts
  const reasons = [`PCI id ${pciText(pci!)}`]
  const named = name === undefined ? [] : index.byName(name)
  const prints = (row: CatalogueRow): boolean =>
    // The name of a family picks no row, but it does not speak against one that prints it either.
    named.includes(row) || (name !== undefined && row.printed.some((each) => normalName(each) === normalName(name)))

  const revision = pci!.revision === undefined ? undefined : revisionText(pci!.revision)
  let rows = sharing.filter((row) => revision === undefined || (row.revisions?.includes(revision) ?? true))
  const byRevision = revision !== undefined && rows.some((row) => row.revisions !== undefined)
  if (byRevision) reasons.push(`revision ${revision}`)
  if (rows.length === 0) {
    // The driver may know a revision that the table lacks.
    rows = sharing.filter((row) => named.includes(row))
    if (rows.length === 0) return none(reasons, `revision ${revision} is a model that is not listed`)
  }
  // AMD sells one device as many models; without their revisions in the table only the name says that it is this one.
  const settled = rows.filter((row) => row.vendor !== 'amd' || row.revisions !== undefined || prints(row))
  if (settled.length === 0) return none(reasons, 'models that are not listed share it, and the name is none of these')

  const alsoNamed = settled.filter(prints)
  const contradicted = alsoNamed.length === 0 && named.length > 0
  if (contradicted) reasons.push(`though the driver prints ${name}`)
  const told = tellApart(alsoNamed.length > 0 ? alsoNamed : settled, facts)
  const certain = !contradicted && (byRevision || settled.every(({ vendor }) => vendor !== 'amd'))
  return verdict(told, 'pci', certain ? 'certain' : 'likely', reasons)
}

function matchByName(facts: CardFacts, index: CatalogueIndex): CardMatch {
  const { name, vendor, pci } = facts
  const reasons = pci === undefined ? [] : [`PCI id ${pciText(pci)} is not listed`]
  if (name === undefined) return none(reasons, 'its driver prints no name')
  if (namesFamilyOnly(normalName(name))) return none(reasons, `many models print ${name}`)
  const rows = index.byName(name).filter((row) => vendor === undefined || row.vendor === vendor)
  if (rows.length === 0) return none(reasons, `no model that is listed prints ${name}`)
  return verdict(tellApart(rows, facts), 'name', 'likely', [...reasons, `name ${name}`])
}

interface ToldApart {
  readonly rows: readonly CatalogueRow[]
  readonly reasons: readonly string[]
  readonly contradiction?: string
}

/** What a row says of something, held against what the card says of it: `undefined` where one of them is silent. */
interface Trait {
  readonly of: (facts: CardFacts) => string
  readonly agrees: (row: CatalogueRow, facts: CardFacts) => boolean | undefined
}

const GIB = 2 ** 30
/** Drivers keep memory back: a Tesla T4 of 16 GiB shows 15, an A10G of 24 shows 22.5. */
const MEMORY_SHARE_MIN = 0.9
/** More than the label is another card, not a rounding. */
const MEMORY_SHARE_MAX = 1.05
const THOR_BEFORE_CUDA_13 = '10.1'
const THOR = '11.0'

const traits: readonly Trait[] = [
  {
    of: ({ memoryBytes = 0 }) => `${(memoryBytes / GIB).toFixed(1)} GiB`,
    agrees({ form, memoryGiB, memoryGiBMax }, { memoryBytes, slices }) {
      // Cut in slices, a card shows what is left of its memory.
      if (memoryBytes === undefined || (slices !== undefined && slices.length > 0)) return undefined
      const gib = memoryBytes / GIB
      if (memoryGiBMax !== undefined) return gib <= memoryGiBMax * MEMORY_SHARE_MAX
      // Of a console's shared memory the driver shows what the firmware set aside.
      if (memoryGiB === undefined || form === 'apu' || form === 'soc') return undefined
      return gib >= memoryGiB * MEMORY_SHARE_MIN && gib <= memoryGiB * MEMORY_SHARE_MAX
    },
  },
  {
    of: ({ cores }) => `${cores} cores`,
    agrees: (row, { cores }) => (row.cores === undefined || cores === undefined ? undefined : row.cores === cores),
  },
  {
    of: ({ computeCapability }) => `compute capability ${computeCapability}`,
    agrees(row, { computeCapability: given }) {
      if (row.computeCapability === undefined || given === undefined) return undefined
      return row.computeCapability === (given === THOR_BEFORE_CUDA_13 ? THOR : given)
    },
  },
  {
    of: ({ gfx }) => `${gfx}`,
    agrees: (row, { gfx }) => (row.gfx === undefined || gfx === undefined ? undefined : row.gfx === gfx),
  },
]

function tellApart(candidates: readonly CatalogueRow[], facts: CardFacts): ToldApart {
  let rows = candidates
  const reasons: string[] = []
  for (const { of, agrees } of traits) {
    const agreeing = rows.filter((row) => agrees(row, facts) !== false)
    if (agreeing.length === 0) return { rows, reasons, contradiction: `${of(facts)} is none of theirs` }
    if (agreeing.length < rows.length) reasons.push(of(facts))
    rows = agreeing
  }
  return { rows, reasons }
}

function verdict(
  { rows, reasons, contradiction }: ToldApart,
  how: 'pci' | 'name',
  certainty: 'certain' | 'likely',
  before: readonly string[],
): CardMatch {
  const all = [...before, ...reasons]
  if (contradiction !== undefined) return none([...all, rows.map(({ name }) => name).join(', ')], contradiction)
  return rows.length === 1
    ? { kind: 'row', row: rows[0]!, how, certainty, reasons: all }
    : { kind: 'several', rows, how, reasons: all }
}

const none = (before: readonly string[], why: string): CardMatch => ({ kind: 'none', reasons: [...before, why] })
