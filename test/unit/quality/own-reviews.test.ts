import { describe, expect, it } from 'vitest'
import { OwnReviews } from '../../../node/quality/own-reviews.ts'
import type { KeptReview } from '../../../node/quality/quality-store.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, AttemptId } from '../../../protocols/kernel/ids.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const attempt = `0x${'1'.repeat(64)}` as AttemptId
const miner = `0x${'2'.repeat(40)}` as Address
const own = `0x${'3'.repeat(40)}` as Address

function open(earlier: readonly KeptReview[] = []) {
  const kept: KeptReview[] = []
  const disk = { failure: undefined as MeshError | undefined }
  const reviews = new OwnReviews(
    {
      clock: new ManualClock(),
      isOwn: (one) => one === own,
      keep: async (review) => {
        if (disk.failure !== undefined) throw disk.failure
        kept.push(review)
      },
    },
    earlier,
  )
  return { reviews, kept, disk }
}

describe('a review of the user of this node', () => {
  it('that the disk did not take was not given, and can be given again', async () => {
    const { reviews, kept, disk } = open()
    disk.failure = new MeshError('DISK_FULL', { path: 'scores.sqlite' })
    await expect(reviews.add(miner, attempt, 4)).rejects.toMatchObject({ code: 'DISK_FULL' })
    expect(reviews.all()).toEqual([])
    disk.failure = undefined
    const review = await reviews.add(miner, attempt, 5)
    expect(review).toMatchObject({ miner, attempt, stars: 5 })
    expect([reviews.all(), kept]).toEqual([[review], [review]])
  })

  it('is given once for each receipt, also where it is said twice at once, or was said before a restart', async () => {
    const { reviews } = open()
    const [first, second] = await Promise.allSettled([reviews.add(miner, attempt, 4), reviews.add(miner, attempt, 1)])
    expect([first.status, second.status]).toEqual(['fulfilled', 'rejected'])
    const later = open(reviews.all())
    await expect(later.reviews.add(miner, attempt, 1)).rejects.toMatchObject({ code: 'REVIEW_REFUSED' })
    expect(later.reviews.all().map(({ stars }) => stars)).toEqual([4])
  })

  it('has one to five stars, and is of nobody of its owner', async () => {
    const { reviews, kept } = open()
    for (const stars of [0, 6, 1.5, Number.NaN])
      await expect(reviews.add(miner, attempt, stars)).rejects.toMatchObject({ code: 'REVIEW_REFUSED' })
    await expect(reviews.add(own, attempt, 5)).rejects.toMatchObject({ code: 'REVIEW_REFUSED' })
    expect(kept).toEqual([])
  })
})
