/** What is published of a card's power, and how much to count for one of which nothing is. */
import { allRows } from '../../../protocols/catalogue/all-rows.ts'
import type { CatalogueRow, ModelForm } from '../../../protocols/catalogue/catalogue-row.ts'
import { matchCard } from '../../../protocols/catalogue/index.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { PublishedPower } from '../../../protocols/rules/power/seat-curve.ts'

/** No desktop's processor draws more for a thread, and no socket more in all; the catalogue has no processors. */
const PROCESSOR_THREAD_W = 25
const PROCESSOR_W_MAX = 500

/** Of several models that a card may be, the largest TDP and the lowest rate: what errs on the side of the budget. */
export function publishedPower(facts: CardFacts): PublishedPower {
  const match = facts.form === 'cpu' ? undefined : matchCard(facts)
  const rows = match?.kind === 'row' ? [match.row] : match?.kind === 'several' ? match.rows : []
  const tdpW = every(rows, (row) => row.tdpW)
  const tflops = every(rows, (row) => row.fp32Tflops)
  return {
    worstW: worstOf(facts),
    ...(tdpW === undefined ? {} : { tdpW: Math.max(...tdpW) }),
    ...(tflops === undefined ? {} : { fp32Gflops: 1_000 * Math.min(...tflops) }),
  }
}

/** `undefined` where one of them does not tell. */
function every(
  rows: readonly CatalogueRow[],
  of: (row: CatalogueRow) => number | undefined,
): readonly number[] | undefined {
  const values = rows.flatMap((row) => of(row) ?? [])
  return values.length === rows.length && rows.length > 0 ? values : undefined
}

/** A card that is held out would earn nothing for what nobody knows; counted so, it cannot draw more than is counted. */
function worstOf({ form, cores }: CardFacts): number {
  if (form === 'cpu') return Math.min(PROCESSOR_W_MAX, PROCESSOR_THREAD_W * (cores ?? PROCESSOR_W_MAX))
  return form === 'integrated'
    ? worst('apu', 'soc', 'embedded')
    : worst('desktop', 'laptop', 'workstation', 'apu', 'soc', 'embedded')
}

const worst = (...forms: readonly ModelForm[]): number =>
  allRows.reduce((most, { form, tdpW = 0 }) => (forms.includes(form) ? Math.max(most, tdpW) : most), 0)
