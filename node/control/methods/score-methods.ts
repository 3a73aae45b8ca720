/** `scores` and `review`: how good miners have been and what that is made of, and what this payer thinks of a job. */
import { z } from 'zod'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { componentNames, type Evidence, type MinerScore } from '../../../protocols/rules/qos/miner-score.ts'
import { STARS_MAX } from '../../../protocols/rules/qos/reviews.ts'
import type { MeshClient } from '../../client/mesh-client.ts'
import type { AttemptStory, JobStory } from '../../client/telling/job-story.ts'
import type { Rating } from '../../quality/others-word.ts'
import type { ScoreReport } from '../../quality/quality-book.ts'
import type { RunningNode } from '../../roles/start-node.ts'
import { parseParams } from './parse-params.ts'

export type ScoreMethodName = 'scores' | 'review'

/** Shown at once, the most looked at first. */
const SHOWN_MAX = 256
/** What a client owes is paid within this, or the review is for later. */
const PAY_MS_MAX = 3_000

const scoresSchema = z.strictObject({
  miner: z
    .string()
    .regex(/^0x[0-9a-fA-F]+$/, 'it is 0x and hexadecimal digits')
    .min(6)
    .max(42)
    .optional(),
})

export interface ShownComponent {
  /** Null: nothing was seen. */
  readonly points: number | null
  readonly confidence: number
  readonly count: number
}

export interface ShownScore {
  readonly miner: string
  readonly points: number | null
  readonly confidence: number
  readonly tier: string
  readonly components: Readonly<Record<string, ShownComponent>>
  readonly raters: number
  /** `stars`: their weighted mean, null where none weighs anything. */
  readonly reviews: { readonly count: number; readonly stars: number | null }
}

/** With a miner all that its score is made of. */
export interface ShownScoreInFull extends ShownScore {
  readonly own: Readonly<Record<string, { readonly points: number; readonly count: number }>>
  readonly ratings: readonly ShownRating[]
  readonly ownReviews: readonly { readonly attempt: string; readonly stars: number }[]
  readonly heardReviews: readonly {
    readonly rater: string
    readonly attempt: string
    readonly stars: number
    readonly weight: bigint
  }[]
}

export interface ShownRating {
  readonly rater: string
  /** Of its digest: same, different, away, or unchecked. */
  readonly standing: string
  readonly weight: bigint
  readonly jobs: number
  readonly feeBurned: bigint
  readonly points: number | null
  readonly components: Readonly<Record<string, { readonly points: number; readonly count: number }>>
  readonly heardAtMs: number
}

export interface ScoresReport {
  /** False: no chain settles, so nobody else's word weighs anything. */
  readonly weighs: boolean
  /** What this node sees is told to others. */
  readonly publishes: boolean
  readonly scores: readonly (ShownScore | ShownScoreInFull)[]
}

/** @throws MeshError USAGE, NOT_FOUND */
export function scoresOf(node: RunningNode, params: unknown): ScoresReport {
  const { miner: begins } = parseParams(scoresSchema, params)
  const { book, fees, publishes } = node.quality
  const known = book.miners().filter((miner) => begins === undefined || miner.startsWith(begins.toLowerCase()))
  if (begins !== undefined && known.length === 0) throw new MeshError('NOT_FOUND', { what: 'score of', id: begins })
  const reports = known.map((miner) => book.reportOf(miner))
  const byWhatIsKnown = reports.sort((a, b) => b.score.confidence - a.score.confidence).slice(0, SHOWN_MAX)
  const scores = byWhatIsKnown.map((report) => (begins === undefined ? shown(report) : inFull(report)))
  return { weighs: fees !== undefined, publishes, scores }
}

export interface ReviewReport {
  readonly attempt: string
  readonly miner: string
  readonly stars: number
  /** It goes to others with the next batch. */
  readonly publishes: boolean
}

const reviewSchema = z.strictObject({ id: z.string().min(4).max(80), stars: z.int().min(1).max(STARS_MAX) })

/** @throws MeshError NOT_FOUND, REVIEW_REFUSED, DISK_FULL */
export async function reviewJob(
  node: RunningNode,
  client: MeshClient,
  params: unknown,
  signal: AbortSignal,
): Promise<ReviewReport> {
  const { id, stars } = parseParams(reviewSchema, params)
  const found = receiptedIn(client.stories.find(id))
  if (found === undefined) throw new MeshError('NOT_FOUND', { what: 'job with a receipt', id })
  // A voucher follows when enough has come together.
  if (found.voucher === undefined) await client.settle(PAY_MS_MAX, signal, found.miner)
  const { attempt, miner, voucher } = receiptedIn(client.stories.find(id)) ?? found
  if (voucher === undefined) throw new MeshError('REVIEW_REFUSED', { attempt, why: 'it is not paid yet' })
  const { publishes } = await node.quality.review(miner, attempt, stars)
  return { attempt, miner, stars, publishes }
}

const receiptedIn = (story: JobStory | undefined): AttemptStory | undefined =>
  story?.attempts.find(({ receipt }) => receipt !== undefined)

/** How a miner stands with others, for its own status; absent for a node that mines nothing. */
export interface OwnStanding {
  readonly points: number | null
  readonly tier: string
  readonly confidence: number
  /** That say something of it, whatever they weigh. */
  readonly raters: number
  readonly weighs: boolean
}

export function ownStanding({ quality, operator }: RunningNode): OwnStanding | undefined {
  if (operator === undefined) return undefined
  const { score, raters } = quality.book.othersScoreOf(operator as Address)
  const { points = null, tier, confidence } = score
  return { points, tier, confidence, raters, weighs: quality.fees !== undefined }
}

function shown({ miner, score, ratings, reviews }: ScoreReport): ShownScore {
  const { points = null, confidence, tier } = score
  return {
    ...{ miner, points, confidence, tier, raters: ratings.length },
    components: componentsOf(score),
    reviews: { count: reviews.count, stars: reviews.meanCenti === undefined ? null : reviews.meanCenti / 100 },
  }
}

const inFull = (report: ScoreReport): ShownScoreInFull => ({
  ...shown(report),
  own: saidIn(report.own),
  ratings: report.ratings.map(ratingOf),
  ownReviews: report.ownReviews.map(({ attempt, stars }) => ({ attempt, stars })),
  heardReviews: report.heardReviews.map(({ rater, attempt, stars, weight }) => ({ rater, attempt, stars, weight })),
})

const ratingOf = ({ rater, standing, weight, row, heardAtMs, evidence }: Rating): ShownRating => ({
  ...{ rater, standing, weight, jobs: row.count, feeBurned: row.feeBurned, heardAtMs },
  points: row.centi === undefined ? null : row.centi / 100,
  components: saidIn(evidence),
})

const componentsOf = ({ components }: MinerScore) =>
  Object.fromEntries(
    componentNames.map((name) => {
      const { points = null, confidence, count } = components[name]
      return [name, { points, confidence, count }]
    }),
  )

const saidIn = (evidence: Evidence) =>
  Object.fromEntries(
    componentNames.flatMap((name) => {
      const known = evidence[name]
      return known === undefined ? [] : [[name, { points: known.centi / 100, count: known.count }]]
    }),
  )
