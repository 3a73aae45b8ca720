/** Rows by what a machine can say of a card: its PCI id, the name that its driver prints. */
import type { PciId } from '../rules/cards/card-facts.ts'
import { allRows } from './all-rows.ts'
import type { CatalogueRow } from './catalogue-row.ts'
import { namesFamilyOnly, normalName, withoutDriverNote } from './printed-name.ts'

export interface CatalogueIndex {
  /** All that share the device; the revision is not looked at. */
  byPci(pci: PciId): readonly CatalogueRow[]
  /** All that print exactly this name; none where it is the name of a family. */
  byName(printed: string): readonly CatalogueRow[]
}

export function indexRows(rows: readonly CatalogueRow[]): CatalogueIndex {
  const ids = new Map<string, CatalogueRow[]>()
  const names = new Map<string, CatalogueRow[]>()
  for (const row of rows) {
    for (const id of row.pci ?? []) add(ids, id, row)
    for (const name of new Set([row.name, ...row.printed].map(normalName))) {
      if (!namesFamilyOnly(name)) add(names, name, row)
    }
  }
  return {
    byPci: (pci) => ids.get(pciText(pci)) ?? [],
    byName: (printed) => {
      const name = normalName(printed)
      return names.get(name) ?? names.get(withoutDriverNote(name) ?? '') ?? []
    },
  }
}

function add(map: Map<string, CatalogueRow[]>, key: string, row: CatalogueRow): void {
  const rows = map.get(key)
  if (rows === undefined) map.set(key, [row])
  else rows.push(row)
}

/** `10de:2204`. */
export const pciText = ({ vendor, device }: Pick<PciId, 'vendor' | 'device'>): string =>
  `${hex(vendor, 4)}:${hex(device, 4)}`

/** `C8`, as rows write revisions. */
export const revisionText = (revision: number): string => hex(revision, 2).toUpperCase()

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0')

export const catalogue: CatalogueIndex = indexRows(allRows)
