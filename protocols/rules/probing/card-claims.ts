/** What a profile claims that a probe can look at. */
import type { MeasuredFigures } from '../cards/measured-figures.ts'
import type { CardClaim } from './probe-size.ts'

/** A card as profiles list them; who claims no figure claims nothing that could be wrong. */
export type ClaimingCard = Partial<Pick<MeasuredFigures, 'fp32Gflops'>> & { readonly memoryBytes?: number }

export interface ClaimedCard {
  /** Its place in the profile. */
  readonly card: number
  readonly claim: CardClaim
}

/** The card with the highest claim: what a liar gains by is that one. */
export function highestClaim(cards: readonly ClaimingCard[]): ClaimedCard | undefined {
  const claimed = cards.flatMap(({ fp32Gflops, memoryBytes }, card) =>
    fp32Gflops === undefined || !(fp32Gflops > 0)
      ? []
      : [{ card, claim: { fp32Gflops, ...(memoryBytes === undefined ? {} : { memoryBytes }) } }],
  )
  return claimed.reduce<ClaimedCard | undefined>(
    (best, each) => (best === undefined || each.claim.fp32Gflops > best.claim.fp32Gflops ? each : best),
    undefined,
  )
}
