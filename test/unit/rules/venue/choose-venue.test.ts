import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CREDITS_MAX, credits } from '../../../../protocols/kernel/money.ts'
import { routingPolicies } from '../../../../protocols/rules/routing/routing-policy.ts'
import {
  type CloudView,
  chooseVenue,
  cloudConsents,
  type EdgeView,
  FAILOVERS_MAX,
  heldBackMs,
  type VenueQuestion,
} from '../../../../protocols/rules/venue/choose-venue.ts'
import '../../../support/property-seed.ts'

const offer = { price: credits(1_000), estimatedMs: 50 }
const edge: EdgeView = { best: offer, nearest: undefined, failovers: 0, ended: undefined, spent: credits(0) }
const cloud: CloudView = { priceMax: credits(2_000), estimatedMs: 200, hindrance: undefined }
const question: VenueQuestion = {
  policy: 'latency',
  consent: 'fallback',
  isSensitive: false,
  priceMax: credits(10_000),
  deadlineMs: 60_000,
  deadlineLeftMs: 60_000,
  edge,
  cloud,
}
const nobody: EdgeView = { ...edge, best: undefined }

const amount = fc.bigInt({ min: 0n, max: CREDITS_MAX }).map(credits)
const few = fc.bigInt({ min: 0n, max: 5_000n }).map(credits)
const price = fc.oneof(amount, few)
const time = fc.oneof(fc.double({ min: 0, max: 100_000, noNaN: true }), fc.constant(Number.POSITIVE_INFINITY))
const offers = fc.record({ price, estimatedMs: time })
const anyQuestion: fc.Arbitrary<VenueQuestion> = fc.record({
  policy: fc.constantFrom(...routingPolicies),
  consent: fc.constantFrom(...cloudConsents),
  isSensitive: fc.boolean(),
  priceMax: price,
  deadlineMs: fc.integer({ min: 1, max: 3_600_000 }),
  deadlineLeftMs: fc.integer({ min: -1_000, max: 100_000 }),
  edge: fc.record({
    best: fc.option(offers, { nil: undefined }),
    nearest: fc.option(fc.constant('the cheapest asks for 1, and 0.5 are allowed'), { nil: undefined }),
    failovers: fc.integer({ min: 0, max: 8 }),
    ended: fc.option(fc.constantFrom('no peer was found', 'every miner refused'), { nil: undefined }),
    spent: price,
  }),
  cloud: fc.option(
    fc.record({
      priceMax: price,
      estimatedMs: fc.option(time, { nil: undefined }),
      hindrance: fc.option(fc.constant('its budget of the day is used up'), { nil: undefined, freq: 2 }),
    }),
    { nil: undefined },
  ),
})
describe('the venue of a job', () => {
  it('is the edge where an offer fits, with the cloud behind it', () => {
    expect(chooseVenue(question)).toEqual({ venue: 'edge', why: 'edge-first', fallBack: true, againAtLeftMs: 1_000 })
  })

  it('is the cloud where no offer fits, after two failovers, and where the edge is over', () => {
    expect(chooseVenue({ ...question, edge: nobody })).toMatchObject({ venue: 'cloud', why: 'no-offer-fits' })
    const failed = (failovers: number): VenueQuestion => ({ ...question, edge: { ...edge, failovers } })
    expect(chooseVenue(failed(FAILOVERS_MAX - 1))).toMatchObject({ venue: 'edge' })
    expect(chooseVenue(failed(FAILOVERS_MAX))).toMatchObject({ venue: 'cloud', why: 'failovers' })
    const ended = { ...nobody, ended: 'no peer was found' }
    expect(chooseVenue({ ...question, edge: ended })).toMatchObject({ venue: 'cloud', why: 'edge-ended' })
  })

  it('turns to the cloud when only so much of the deadline is left as that needs', () => {
    expect(chooseVenue({ ...question, deadlineLeftMs: 1_001 }).venue).toBe('edge')
    expect(chooseVenue({ ...question, deadlineLeftMs: 1_000 })).toMatchObject({ venue: 'cloud', why: 'late' })
    const closest = `an offer at 0.001, whose miner did not answer the job`
    const over = { ...question, deadlineLeftMs: 150, edge: { ...edge, ended: 'two miners failed' } }
    expect(chooseVenue(over)).toEqual({
      venue: 'none',
      edge: 'two miners failed',
      cloud: 'it needs about 200 ms, and 150 ms are left',
      closest,
    })
  })

  it('is by the policy where the job allows that, and where the cloud is clearly better', () => {
    const allowed: VenueQuestion = { ...question, consent: 'allowed' }
    const slow = { ...edge, best: { price: credits(1_000), estimatedMs: 1_000 } }
    const dear = { ...edge, best: { price: credits(9_000), estimatedMs: 50 } }
    const venue = (policy: VenueQuestion['policy'], view: EdgeView): string =>
      chooseVenue({ ...allowed, policy, edge: view }).venue
    expect([venue('latency', slow), venue('cost', slow), venue('balanced', slow)]).toEqual(['cloud', 'edge', 'cloud'])
    expect([venue('latency', dear), venue('cost', dear), venue('balanced', dear)]).toEqual(['edge', 'cloud', 'edge'])
    expect(chooseVenue({ ...question, edge: slow }).venue).toBe('edge')
  })

  it('stays at the edge where nobody knows how long the cloud takes, and where it is only a little better', () => {
    const unknown = { ...cloud, estimatedMs: undefined }
    const slow = { ...edge, best: { price: credits(1_000), estimatedMs: 1_000 } }
    const asked: VenueQuestion = { ...question, consent: 'allowed', edge: slow }
    expect(chooseVenue({ ...asked, cloud: unknown }).venue).toBe('edge')
    expect(chooseVenue({ ...asked, cloud: { ...cloud, estimatedMs: 800 } }).venue).toBe('edge')
    expect(chooseVenue({ ...asked, cloud: { ...cloud, estimatedMs: 799 } }).venue).toBe('cloud')
  })

  it('is nobody, with what came closest, where neither can', () => {
    const near = (view: Partial<EdgeView>, more: Partial<VenueQuestion> = {}) =>
      chooseVenue({ ...question, cloud: undefined, ...more, edge: { ...nobody, ended: 'none was found', ...view } })
    const none = { venue: 'none', edge: 'none was found', cloud: 'none is configured for this model' }
    expect(near({})).toEqual({ ...none, closest: 'nothing' })
    const dear = 'the cheapest asks for 0.02, and 0.01 are allowed'
    expect(near({ nearest: dear })).toEqual({ ...none, closest: dear })
    expect(near({}, { cloud, isSensitive: true })).toMatchObject({
      cloud: 'a sensitive job never leaves the edge',
      closest: 'the cloud for 0.002, which this job may not use',
    })
    expect(near({}, { cloud, consent: 'never' })).toMatchObject({ cloud: 'the job does not allow it' })
    expect(near({ spent: credits(9_000) }, { cloud })).toMatchObject({
      cloud: expect.stringContaining('it may cost 0.002, and 0.009 may be spent already, and the ceiling is 0.01'),
    })
  })

  it('leaves miners to be tried after two that failed where no cloud stands behind them', () => {
    const view = { ...edge, failovers: 5 }
    expect(chooseVenue({ ...question, edge: view, consent: 'never' })).toMatchObject({ venue: 'edge', fallBack: false })
    // It looks for others once more, before it says that there are none.
    expect(chooseVenue({ ...question, edge: nobody, cloud: undefined })).toMatchObject({
      venue: 'edge',
      why: 'no-cloud',
    })
  })

  it('keeps back of the deadline what the cloud may need, and at most half', () => {
    expect([heldBackMs(60_000, undefined), heldBackMs(8_000, undefined), heldBackMs(100, undefined)]).toEqual([
      10_000, 2_000, 50,
    ])
    expect([heldBackMs(60_000, 3_000), heldBackMs(60_000, 20), heldBackMs(1_000, 3_000)]).toEqual([6_000, 1_000, 500])
  })
})

describe('whatever is asked, the venue', () => {
  const holds = (property: (asked: VenueQuestion) => boolean): void =>
    fc.assert(fc.property(anyQuestion, property), { numRuns: 2_000 })

  it('of a sensitive job is never the cloud', () => {
    holds((asked) => chooseVenue({ ...asked, isSensitive: true }).venue !== 'cloud')
  })

  it('of a job that allows no cloud is never the cloud', () => {
    holds((asked) => chooseVenue({ ...asked, consent: 'never' }).venue !== 'cloud')
  })

  it('is the cloud only below the ceiling, with what the edge may have cost', () => {
    holds((asked) => {
      const isCloud = chooseVenue(asked).venue === 'cloud'
      return !isCloud || asked.edge.spent + asked.cloud!.priceMax <= asked.priceMax
    })
  })

  it('is never a cloud that takes nothing, or that has no time left', () => {
    holds((asked) => {
      if (chooseVenue(asked).venue !== 'cloud') return true
      const { hindrance, estimatedMs = 0 } = asked.cloud!
      return hindrance === undefined && estimatedMs < asked.deadlineLeftMs
    })
  })

  it('is the edge while it can, where the cloud is only the fall-back', () => {
    holds((asked) => {
      const { edge: view, deadlineMs, deadlineLeftMs, cloud: behind } = asked
      const isOpen = view.ended === undefined && view.best !== undefined && view.failovers < FAILOVERS_MAX
      const isInTime = deadlineLeftMs > heldBackMs(deadlineMs, behind?.estimatedMs)
      return !(isOpen && isInTime) || chooseVenue({ ...asked, consent: 'fallback' }).venue === 'edge'
    })
  })

  it('is somebody where there is an untried way, and says in words what stands in the way where there is none', () => {
    holds((asked) => {
      const verdict = chooseVenue(asked)
      if (verdict.venue !== 'none') return true
      const { edge: why, cloud: whyNot, closest } = verdict
      return (
        asked.edge.ended !== undefined &&
        [why, whyNot, closest].every((text) => text !== '' && !text.includes('undefined'))
      )
    })
  })
})
