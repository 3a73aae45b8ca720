/** What this node's user said of miners: one review for each paid attempt. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, AttemptId } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { isStars } from '../../protocols/rules/qos/reviews.ts'
import type { KeptReview } from './quality-store.ts'

export interface OwnReviewsNeeds {
  readonly clock: Clock
  readonly isOwn: (miner: Address) => boolean
  /** Resolves when it is on the disk. */
  readonly keep: (review: KeptReview) => Promise<void>
}

export class OwnReviews {
  readonly #needs: OwnReviewsNeeds
  /** As many as users write. */
  readonly #reviews: Map<AttemptId, KeptReview>
  /** On their way to the disk: what is said twice at once is said once. */
  readonly #keeping = new Set<AttemptId>()

  constructor(needs: OwnReviewsNeeds, earlier: readonly KeptReview[] = []) {
    this.#needs = needs
    this.#reviews = new Map(earlier.map((review) => [review.attempt, review]))
  }

  all(): readonly KeptReview[] {
    return [...this.#reviews.values()]
  }

  /** One that could not be kept was not given: it can be given again. @throws MeshError REVIEW_REFUSED; what keeping throws */
  async add(miner: Address, attempt: AttemptId, stars: number): Promise<KeptReview> {
    const refused = (why: string): MeshError => new MeshError('REVIEW_REFUSED', { attempt, why })
    if (!isStars(stars)) throw refused('it has 1 to 5 stars')
    if (this.#reviews.has(attempt) || this.#keeping.has(attempt))
      throw refused('its receipt was used for a review before')
    if (this.#needs.isOwn(miner)) throw refused('nobody rates itself')
    const review = { attempt, miner, stars, atS: Math.trunc(this.#needs.clock.nowMs() / 1_000) }
    this.#keeping.add(attempt)
    try {
      await this.#needs.keep(review)
      this.#reviews.set(attempt, review)
    } finally {
      this.#keeping.delete(attempt)
    }
    return review
  }
}
