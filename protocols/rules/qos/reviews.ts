/** Reviews: what payers think of jobs that they paid for. Shown beside the score, and no part of it. */

export const STARS_MAX = 5

export interface WeighedReview {
  readonly stars: number
  /** What its payer's word weighs at this miner; an own one counts as the heaviest. */
  readonly weight: bigint
}

export interface ReviewSum {
  /** All that were heard, whatever they weigh. */
  readonly count: number
  /** Hundredths of a star, weighted; undefined where none weighs anything. */
  readonly meanCenti: number | undefined
}

export const isStars = (stars: number): boolean => Number.isInteger(stars) && stars >= 1 && stars <= STARS_MAX

export function reviewSum(reviews: readonly WeighedReview[]): ReviewSum {
  let [sum, total] = [0n, 0n]
  for (const { stars, weight } of reviews) {
    sum += BigInt(stars) * weight
    total += weight
  }
  const meanCenti = total === 0n ? undefined : Number((200n * sum + total) / (2n * total))
  return { count: reviews.length, meanCenti }
}
