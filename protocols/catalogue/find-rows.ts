/** Rows for who looks one up by words, as people type them: `rtx 40 laptop`, `7900xtx`, `apple m3 max`. */
import type { CardVendor } from '../rules/cards/card-facts.ts'
import { allRows } from './all-rows.ts'
import type { CatalogueRow } from './catalogue-row.ts'
import { normalName } from './printed-name.ts'

export interface RowFilter {
  /** All of them have to fit; none fits every row. */
  readonly words?: readonly string[]
  readonly vendor?: CardVendor | undefined
  /** A row whose memory is not known, or is the machine's, falls out. */
  readonly memoryGiBMin?: number | undefined
}

/** A row under its id, or under a name that it alone prints, is that row only, though others begin with the same words. */
export function findRows(filter: RowFilter, rows: readonly CatalogueRow[] = allRows): readonly CatalogueRow[] {
  const { words = [], vendor, memoryGiBMin } = filter
  const folded = words.flatMap((word) => word.toLowerCase().split(/\s+/)).filter((word) => word !== '')
  const kept = rows.filter(
    (row) =>
      (vendor === undefined || row.vendor === vendor) &&
      (memoryGiBMin === undefined || (row.memoryGiB ?? row.memoryGiBMax ?? 0) >= memoryGiBMin),
  )
  const whole = folded.join(' ')
  const named = kept.filter((row) => row.id === whole || normalName(row.name) === normalName(whole))
  if (named.length === 1) return named
  return kept.filter((row) => {
    const own = wordsOf(row)
    return folded.every((word) => own.starts.some((each) => each.startsWith(word)) || fitsWithin(own.joined, word))
  })
}

interface RowWords {
  readonly starts: readonly string[]
  readonly joined: string
}

const wordsOf = ({
  id,
  vendor,
  name,
  printed,
  architecture,
  form,
  gfx = '',
  chip = '',
  pci,
}: CatalogueRow): RowWords => ({
  starts: [
    ...[id, vendor, name, printed[0], architecture, form]
      .join(' ')
      .toLowerCase()
      .split(/[^a-z0-9.]+/),
    gfx,
    chip,
    ...(pci ?? []),
  ].filter((each) => each !== ''),
  joined: name.toLowerCase().replace(/[^a-z0-9]/g, ''),
})

/** `7900xtx` is two words written as one; shorter pieces lie in names by chance. */
const PIECE_LETTERS_MIN = 4
const fitsWithin = (joined: string, word: string): boolean =>
  word.length >= PIECE_LETTERS_MIN && joined.includes(word.replace(/[^a-z0-9]/g, '') || word)
