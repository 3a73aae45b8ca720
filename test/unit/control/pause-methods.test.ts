import { describe, expect, it } from 'vitest'
import { byOwner, Caretaker, type Holder } from '../../../node/care/caretaker.ts'
import { pausedText, resumedText } from '../../../node/cli/node/pause-commands.ts'
import type { ControlContext } from '../../../node/control/control-method.ts'
import { type PauseAnswer, pauseMethods } from '../../../node/control/methods/pause-methods.ts'
import type { Miner } from '../../../node/roles/miner/miner.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { CardPauses } from '../../../node/work/card-pauses.ts'
import { PauseSwitch } from '../../../node/work/pause-switch.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const context: ControlContext = { signal: new AbortController().signal, emit: async () => undefined }

/** A miner with two cards that models run on, and a third that none does. */
function set() {
  const clock = new ManualClock(1_000)
  const market: boolean[] = []
  const caretaker = new Caretaker({
    clock,
    seats: () => ['a', 'b'],
    withdraw: async (isWithdrawn) => {
      market.push(!isWithdrawn)
    },
    endRunning: () => undefined,
    onChange: () => undefined,
    onFailure: () => undefined,
  })
  const pauseSwitch = (holder: Holder) =>
    new PauseSwitch({
      clock,
      apply: (state) => caretaker.hold(holder, state === undefined ? undefined : byOwner(state.untilMs)),
      onChange: () => undefined,
      onFailure: () => undefined,
    })
  const miner = {
    pause: pauseSwitch('owner'),
    cardPauses: new CardPauses((card) => pauseSwitch(`owner/${card}`)),
    care: { caretaker },
    desk: { jobs: 2 },
  } as unknown as Miner
  const cards = ['a', 'b', 'c'].map((key) => ({ facts: { key, name: `RTX ${key}` } }))
  const node = { cards: { cards: () => cards, ready: async () => undefined } } as unknown as RunningNode
  const methods = pauseMethods(node, () => miner)
  const call = async (method: 'pause' | 'resume', params?: object) =>
    (await methods[method](params, context)) as PauseAnswer
  return { clock, caretaker, miner, market, call }
}

describe('the pause of one card', () => {
  it('leaves the other at work, and the offer with it', async () => {
    const { caretaker, market, call } = set()
    const paused = await call('pause', { card: 'rtx b' })
    expect(paused).toMatchObject({ paused: true, card: { number: 2, key: 'b' }, runsModels: true, holds: [] })
    expect([caretaker.verdictOf('a').admits, caretaker.verdictOf('b').admits, market]).toEqual([true, false, []])
    expect(pausedText(paused)).toBe('card 2 (RTX b) takes no jobs until aitbc resume --card 2.')
    expect(resumedText(await call('resume', { card: '2' }))).toBe('card 2 (RTX b) takes jobs again.')
    expect(caretaker.verdictOf('b').admits).toBe(true)
  })

  it('of both withdraws the offer, and resume without a card ends all', async () => {
    const { caretaker, market, call } = set()
    await call('pause', { card: '1' })
    expect(await call('pause', { card: '2', forMs: 1_000 })).toMatchObject({ untilMs: 2_000 })
    expect([caretaker.verdict.admits, market]).toEqual([false, [false]])
    await call('pause')
    const resumed = await call('resume')
    expect(resumed).toMatchObject({ paused: false, holds: [] })
    expect([resumedText(resumed), caretaker.holds(), market]).toEqual(['Back in the market.', [], [false, true]])
  })

  it('ends by the clock', async () => {
    const { clock, caretaker, call } = set()
    await call('pause', { card: '1', forMs: 1_000 })
    expect(caretaker.verdictOf('a').reasons[0]!.text).toBe('paused by its owner until 1970-01-01T00:00:02.000Z')
    clock.advance(1_000)
    expect(caretaker.verdictOf('a').admits).toBe(true)
  })

  it('that ends while the miner is paused says what to do about that', async () => {
    const { call } = set()
    await call('pause', { card: '1' })
    await call('pause')
    expect(resumedText(await call('resume', { card: '1' }))).toBe(
      'card 1 (RTX a) is not paused any more. Still held: paused by its owner. aitbc resume brings the miner back.',
    )
  })

  it('of one that runs no models says that nothing changes', async () => {
    const { caretaker, call } = set()
    const paused = await call('pause', { card: '3' })
    expect([paused.runsModels, caretaker.verdict.admits]).toEqual([false, true])
    expect(pausedText(paused)).toContain('No models run on it')
  })

  it.each([
    ['rtx', 'CARD_AMBIGUOUS'],
    ['4', 'CARD_NOT_HERE'],
    ['', 'USAGE'],
    ['x'.repeat(101), 'USAGE'],
  ])('of "%s" is refused as %s, and nothing is paused', async (card, code) => {
    const { caretaker, miner, call } = set()
    await expect(call('pause', { card })).rejects.toMatchObject({ code })
    expect([caretaker.holds(), [...miner.cardPauses.paused()]]).toEqual([[], []])
  })
})
