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

/** Each of which may be probed, in the order of the profile. */
export const claimedCards = (cards: readonly ClaimingCard[]): readonly ClaimedCard[] =>
  cards.flatMap(({ fp32Gflops, memoryBytes }, card) =>
    fp32Gflops === undefined || !(fp32Gflops > 0)
      ? []
      : [{ card, claim: { fp32Gflops, ...(memoryBytes === undefined ? {} : { memoryBytes }) } }],
  )
