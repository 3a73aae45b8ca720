import { describe, expect, it } from 'vitest'
import { type ScoresJson, scoresText, scoreText } from '../../../node/cli/market/scores-text.ts'
import type { AsJson } from '../../../node/control/as-json.ts'
import type { ShownScoreInFull } from '../../../node/control/methods/score-methods.ts'

const look = { width: undefined, dim: (text: string) => text }
const miner = `0x${'9a'.repeat(20)}`
const rater = `0x${'7e'.repeat(20)}`
const unknown = { points: null, confidence: 0, count: 0 }
const score: AsJson<ShownScoreInFull> = {
  miner,
  points: 91.5,
  confidence: 0.42,
  tier: 'A',
  components: {
    latency: { points: 98.13, confidence: 0.8, count: 40 },
    accuracy: unknown,
    uptime: { points: 0, confidence: 0.8, count: 40 },
    power: unknown,
    cost: unknown,
  },
  raters: 1,
  reviews: { count: 2, stars: null },
  own: { uptime: { points: 0, count: 12 } },
  ratings: [
    {
      rater,
      standing: 'same',
      weight: '1234',
      jobs: 28,
      feeBurned: '5000',
      points: 88,
      components: {},
      heardAtMs: 1_000,
    },
  ],
  ownReviews: [{ attempt: `0x${'1'.repeat(64)}`, stars: 1 }],
  heardReviews: [{ rater, attempt: `0x${'2'.repeat(64)}`, stars: 4, weight: '1234' }],
}
const all = (change: Partial<ScoresJson> = {}): ScoresJson => ({
  weighs: true,
  publishes: false,
  scores: [score],
  ...change,
})

describe('scores for people', () => {
  it('show what is unknown as a dash, and nothing as 0 that is not', () => {
    const [, line] = scoresText(all(), look).split('\n')
    expect(line!.split(/\s{2,}/)).toEqual([
      ...[miner, 'A', '91.50', '42 %', '98.13', '—', '0.00', '—', '—', '1', '— (2)'],
    ])
  })

  it('say that nobody weighs anything without a chain, and that the own word is told where it is', () => {
    expect(scoresText(all(), look)).not.toMatch(/chain|told/)
    expect(scoresText(all({ weighs: false, publishes: true }), look)).toMatch(
      /No chain settles here.*\n.*told to others/,
    )
    expect(scoresText(all({ scores: [] }), look)).toBe('Nothing is known of any miner yet: run a job.')
  })

  it('show every input of one: what was seen here, who rated, what it burned and weighs, and each review', () => {
    const text = scoreText(score, true, look, 61_000)
    expect(text).toContain('91.50 of 100, tier A, 42 % sure')
    expect(text).toMatch(/uptime +0\.00 +80 % +0\.00 +12/)
    expect(text).toMatch(new RegExp(`${rater} +88\\.00 +28 +0\\.005 +1234 +made again, the same`))
    expect(text).toContain('This node gave 1 star for attempt')
    expect(text).toContain('gave 4 stars for attempt')
    expect(scoreText({ ...score, ratings: [] }, true, look, 0)).toContain('Nobody else says anything of it.')
  })
})
