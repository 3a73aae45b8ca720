import { describe, expect, it } from 'vitest'
import { ASKED_AT_ONCE, DistanceConfirmer } from '../../../../node/client/finding/confirm-distances.ts'
import { OfferBook } from '../../../../node/client/finding/offer-book.ts'
import { noWatch } from '../../../../node/client/miner-watch.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import type { PeerId } from '../../../../protocols/kernel/ids.ts'
import { offerOf } from '../../../support/offers.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { model } from '../../../support/wire-vectors/job-samples.ts'

/** Miners by number: how far each says that it is, and how far it is; `undefined` never answers. */
function clientOf(
  miners: Readonly<Record<number, readonly [saidMs: number | undefined, isMs: number | undefined]>>,
  unreachable: readonly number[] = [],
) {
  const clock = new ManualClock()
  const numberOf = (peer: PeerId): number => Number(peer.split(' ')[1])
  const book = new OfferBook(clock, {
    ...noWatch,
    distanceOf: ({ peer }) => {
      const [ms] = miners[numberOf(peer)]!
      return ms === undefined ? undefined : { ms, source: 'coordinates' }
    },
    reachOf: (peer) => (unreachable.includes(numberOf(peer)) ? 'unreachable' : undefined),
  })
  for (const miner of Object.keys(miners)) book.put(offerOf({ miner: Number(miner), nowMs: clock.nowMs() }))
  const pinged: number[] = []
  const confirmer = new DistanceConfirmer({
    clock,
    book,
    ping: async (peer) => {
      pinged.push(numberOf(peer))
      const [, ms] = miners[numberOf(peer)]!
      if (ms === undefined) return new Promise<never>(() => undefined)
      if (Number.isNaN(ms)) throw new MeshError('TIMEOUT', { what: 'a ping', ms: 5_000 })
      return ms
    },
  })
  const { signal } = new AbortController()
  const measured = () => Object.fromEntries(book.live().map(({ offer, rttMs }) => [numberOf(offer.peer), rttMs]))
  return { clock, confirm: (ms = 100) => confirmer.confirm(model, ms, signal), confirmer, pinged, measured }
}

describe('a client with a job in a hurry', () => {
  it('measures the miners that seem nearest before it believes them, and no others', async () => {
    const { confirm, pinged, measured } = clientOf({
      1: [90, 95],
      2: [10, 12],
      3: [40, 300],
      4: [20, 22],
      5: [undefined, 105],
    })
    await confirm()
    expect(pinged).toEqual([2, 4, 3])
    expect(measured()).toEqual({ 1: undefined, 2: 12, 3: 300, 4: 22, 5: undefined })
  })

  it('measures miners that say nothing of where they lie, for a guess is worth less than an estimate', async () => {
    const { confirm, measured } = clientOf({ 1: [undefined, 7], 2: [120, 130] })
    await confirm()
    expect(measured()).toEqual({ 1: 7, 2: 130 })
  })

  it('does not wait for one that did not answer a dial just now', async () => {
    const { confirm, pinged } = clientOf({ 1: [5, 5], 2: [20, 22] }, [1])
    await confirm()
    expect(pinged).toEqual([2])
  })

  it('asks nobody again within a minute', async () => {
    const { confirm, pinged, clock } = clientOf({ 1: [10, 12] })
    await confirm()
    await confirm()
    expect(pinged).toEqual([1])
    clock.advance(60_000)
    await confirm()
    expect(pinged).toEqual([1, 1])
  })

  it('looks at the next ones where none of the first is as near as it said, once', async () => {
    const liars = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [i + 1, [i, 400] as const]))
    const { confirm, pinged } = clientOf(liars)
    await confirm()
    expect(pinged).toHaveLength(2 * ASKED_AT_ONCE)
  })

  it('asks once for jobs that come together', async () => {
    const { confirm, pinged } = clientOf({ 1: [10, 12] })
    await Promise.all([confirm(), confirm(), confirm()])
    expect(pinged).toEqual([1])
  })

  it('waits for half of its budget at most, and goes on without those that do not answer', async () => {
    const { confirm, clock, measured } = clientOf({ 1: [10, undefined], 2: [20, Number.NaN] })
    const confirmed = confirm(100)
    let isOver = false
    void confirmed.then(() => {
      isOver = true
    })
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    clock.advance(49)
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    expect(isOver).toBe(false)
    clock.advance(1)
    await confirmed
    expect(measured()).toEqual({ 1: undefined, 2: undefined })
  })

  it.each(['CANCELLED', 'TIMEOUT'] as const)('ends with the job, where that ends by %s', async (code) => {
    const { confirmer } = clientOf({ 1: [10, undefined] })
    const job = new AbortController()
    const confirmed = confirmer.confirm(model, 100, job.signal)
    job.abort(new MeshError(code, { what: 'the job', ms: 100 }))
    await expect(confirmed).rejects.toMatchObject({ code, facts: { what: 'the job' } })
  })
})
