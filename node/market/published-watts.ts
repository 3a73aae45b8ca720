/** What the catalogue says that a card draws which a profile names: watts that can be looked up, and not the miner's own. */
import { allRows } from '../../protocols/catalogue/all-rows.ts'
import type { ProfileGpu } from '../../protocols/wire/profile/profile-body.ts'

/** A card is published at its boost clock, and some are sold faster. */
const FASTER_THAN_PUBLISHED = 1.25

/**
 * The TDP of the model that a card is said to be; undefined where the catalogue has none, or that model cannot do what a probe has shown: who
 * passes for a card that draws little has to be as slow as one.
 */
export function publishedWatts(
  { catalogueId }: Pick<ProfileGpu, 'catalogueId'>,
  shownGflops: number,
): number | undefined {
  if (catalogueId === undefined) return undefined
  const row = allRows.find(({ id }) => id === catalogueId)
  if (row?.tdpW === undefined || row.fp32Tflops === undefined) return undefined
  return shownGflops <= 1_000 * FASTER_THAN_PUBLISHED * row.fp32Tflops ? row.tdpW : undefined
}
