/** Scores of miners for people: unknown is a dash, never 0, and what others said looks different from what was seen here. */
import { componentNames } from '../../../protocols/rules/qos/miner-score.ts'
import type { AsJson } from '../../control/as-json.ts'
import type { ScoresReport, ShownScore, ShownScoreInFull } from '../../control/methods/score-methods.ts'
import { unitsText } from '../screen/credit-amounts.ts'
import { durationText } from '../screen/durations.ts'
import { amountOf, countText, UNKNOWN } from '../screen/numbers.ts'
import { shortHex } from '../screen/short-hex.ts'
import { type Column, pairs, table } from '../screen/table.ts'

export type ScoresJson = AsJson<ScoresReport>
type ScoreJson = AsJson<ShownScore>
type ScoreInFullJson = AsJson<ShownScoreInFull>

interface Look {
  /** Absent off a terminal. */
  readonly width: number | undefined
  readonly dim: (text: string) => string
}

const pointsText = (points: number | null | undefined): string => (points == null ? UNKNOWN : points.toFixed(2))
const percentText = (share: number): string => `${Math.round(share * 100)} %`
const starsText = ({ count, stars }: ScoreJson['reviews']): string =>
  count === 0 ? UNKNOWN : `${stars === null ? UNKNOWN : stars.toFixed(2)} (${countText(count)})`

const COLUMNS: readonly Column<ScoreJson>[] = [
  { title: 'MINER', cell: ({ miner }) => miner, mayCut: true },
  { title: 'TIER', cell: ({ tier }) => tier },
  { title: 'POINTS', cell: ({ points }) => pointsText(points), align: 'right' },
  { title: 'SURE', cell: ({ confidence }) => percentText(confidence), align: 'right' },
  ...componentNames.map(
    (name): Column<ScoreJson> => ({
      title: name.toUpperCase(),
      cell: ({ components }) => pointsText(components[name]?.points),
      align: 'right',
    }),
  ),
  { title: 'RATERS', cell: ({ raters }) => countText(raters), align: 'right' },
  { title: 'REVIEWS', cell: ({ reviews }) => starsText(reviews), align: 'right' },
]

export function scoresText({ weighs, publishes, scores }: ScoresJson, { width, dim }: Look): string {
  if (scores.length === 0) return 'Nothing is known of any miner yet: run a job.'
  return [
    table(scores, COLUMNS, { width, styleTitle: dim }),
    ...(weighs ? [] : [NOBODY_WEIGHS]),
    ...(publishes ? ['What this node sees is told to others: aitbc config set publishScores off ends it.'] : []),
  ].join('\n')
}

const NOBODY_WEIGHS = 'No chain settles here: what others say is shown, and weighs nothing.'

/** One miner with all that its score is made of. */
export function scoreText(score: ScoreInFullJson, weighs: boolean, { width, dim }: Look, nowMs: number): string {
  const { miner, points, tier, confidence, components, own, ratings, reviews, ownReviews, heardReviews } = score
  const named = componentNames.map((name) => ({ name, all: components[name]!, own: own[name] }))
  const parts = [
    pairs(
      [
        ['miner', miner],
        ['score', `${pointsText(points)} of 100, tier ${tier}, ${percentText(confidence)} sure`],
        ['reviews', `${starsText(reviews)} of 5 stars`],
      ],
      { styleTitle: dim },
    ),
    table(
      named,
      [
        { title: 'COMPONENT', cell: ({ name }) => name },
        { title: 'POINTS', cell: ({ all }) => pointsText(all.points), align: 'right' },
        { title: 'SURE', cell: ({ all }) => percentText(all.confidence), align: 'right' },
        { title: 'SEEN HERE', cell: (each) => pointsText(each.own?.points), align: 'right' },
        { title: 'TIMES', cell: (each) => countText(each.own?.count), align: 'right' },
      ],
      { width, styleTitle: dim },
    ),
    ratings.length === 0
      ? 'Nobody else says anything of it.'
      : table(
          ratings,
          [
            { title: 'RATER', cell: ({ rater }) => rater, mayCut: true },
            { title: 'SAYS', cell: (each) => pointsText(each.points), align: 'right' },
            { title: 'JOBS', cell: ({ jobs }) => countText(jobs), align: 'right' },
            { title: 'BURNED', cell: ({ feeBurned }) => unitsText(BigInt(feeBurned)), align: 'right' },
            { title: 'WEIGHS', cell: ({ weight }) => weight, align: 'right' },
            { title: 'DIGEST', cell: ({ standing }) => STANDINGS[standing] ?? standing },
            {
              title: 'HEARD',
              cell: ({ heardAtMs }) => `${durationText(Math.max(0, nowMs - heardAtMs))} ago`,
              align: 'right',
            },
          ],
          { width, styleTitle: dim },
        ),
    ...ownReviews.map(
      ({ attempt, stars }) => `This node gave ${amountOf(stars, 'star')} for attempt ${shortHex(attempt)}.`,
    ),
    ...heardReviews.map(
      ({ rater, attempt, stars, weight }) =>
        `${shortHex(rater)} gave ${amountOf(stars, 'star')} for attempt ${shortHex(attempt)}, and weighs ${weight}.`,
    ),
    ...(weighs || ratings.length === 0 ? [] : [NOBODY_WEIGHS]),
  ]
  return parts.join('\n')
}

const STANDINGS: Readonly<Record<string, string>> = {
  same: 'made again, the same',
  different: 'NOT what its receipts say',
  away: 'its receipts cannot be had',
  unchecked: 'not made again yet',
}
