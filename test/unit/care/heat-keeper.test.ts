import { describe, expect, it } from 'vitest'
import { type CardLook, HeatKeeper } from '../../../node/care/heat/heat-keeper.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { CareVerdict } from '../../../protocols/rules/care/care-verdict.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const facts = (key: string): CardFacts => ({ key, seenBy: ['test'], platforms: {}, limits: {}, form: 'discrete' })
const settled = () => new Promise((resolve) => setImmediate(resolve))

function keeping(timeScale = 1) {
  const clock = new ManualClock()
  /** Celsius by card; `silent` and `gone` as they are called. */
  const cards = new Map<string, number | 'silent' | 'gone'>([['a', 50]])
  const said = new Map<string, CareVerdict | undefined>()
  const looks: number[] = []
  const keeper = new HeatKeeper({
    clock,
    look: async () => {
      looks.push(clock.monotonicMs())
      return [...cards].map(([key, is]): CardLook => {
        const reading = typeof is === 'number' ? { atMs: clock.monotonicMs(), temperaturesC: { edge: is } } : undefined
        return { facts: facts(key), reading, isGone: is === 'gone' }
      })
    },
    quiet: false,
    timeScale,
    tell: (holder, verdict) => said.set(holder, verdict),
    onEvent: () => undefined,
    onFailure: () => undefined,
  })
  const pass = async (ms: number, stepMs = 250) => {
    await settled()
    for (let passedMs = 0; passedMs < ms; passedMs += stepMs) {
      clock.advance(stepMs)
      await settled()
    }
  }
  return { clock, cards, said, looks, keeper, pass }
}

describe('the keeper of the heat', () => {
  it('looks every ten seconds at what is cool, and every second at what is hot', async () => {
    const { cards, looks, keeper, pass } = keeping()
    await pass(30_000)
    expect(looks).toEqual([0, 10_000, 20_000, 30_000])
    cards.set('a', 81)
    await pass(20_000)
    expect(looks.slice(-3).map((at, i, all) => at - (all[i - 1] ?? at))).toEqual([0, 1_000, 1_000])
    await keeper[Symbol.asyncDispose]()
  })

  it('judges each card by its own readings', async () => {
    const { cards, said, keeper, pass } = keeping()
    cards.set('b', 90)
    await pass(20_000)
    expect([said.get('heat/a')?.admits, said.get('heat/b')?.admits]).toEqual([true, false])
    await keeper[Symbol.asyncDispose]()
  })

  it('takes a card that does not answer for hot, and one that is gone for gone', async () => {
    const { cards, said, keeper, pass } = keeping()
    await pass(10_000)
    cards.set('a', 'silent')
    await pass(12_000)
    expect([said.get('heat/a')?.loadShare, said.get('card/a')]).toEqual([0.25, undefined])
    cards.set('a', 'gone')
    await pass(1_000)
    expect(said.get('card/a')).toMatchObject({ admits: false, stopsRunning: true, reasons: [{ cause: 'card' }] })
    await keeper[Symbol.asyncDispose]()
  })

  it('lives as fast as simulated cards do', async () => {
    const { looks, keeper, pass } = keeping(20)
    await pass(2_000, 100)
    expect(looks).toEqual([0, 500, 1_000, 1_500, 2_000])
    await keeper[Symbol.asyncDispose]()
  })

  it('leaves no timer behind', async () => {
    const { clock, keeper, pass } = keeping()
    await pass(5_000)
    await keeper[Symbol.asyncDispose]()
    expect(clock.pending).toBe(0)
  })
})
