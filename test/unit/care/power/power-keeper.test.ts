import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { desktopBody, loadUnder, speedUnder } from '../../../../node/gpu/simulated/card-body.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { type PoweredBody, poweredMachine } from '../../../support/virtual/powered-machine.ts'

/** Driven to the edge; far from it; old and thirsty. */
const bodies: readonly PoweredBody[] = [
  { gflops: 30_000, powerWMax: 350, powerWMin: 100, idleW: 25, linearShare: 0.1, power: 6 },
  { gflops: 29_000, powerWMax: 200, powerWMin: 80, idleW: 12, linearShare: 0.6, power: 3 },
  { gflops: 9_000, powerWMax: 250, powerWMin: 120, idleW: 20, linearShare: 0.3, power: 3 },
]
const FULL_W = bodies.reduce((sum, { powerWMax = 0 }) => sum + powerWMax, 0)

/** Work a second where every card has the same share of its full power. */
const uniform = (share: number): number =>
  bodies.reduce((sum, body) => {
    const whole = { ...desktopBody, ...body }
    return sum + body.gflops * speedUnder(whole, Math.max(whole.powerWMin, share * whole.powerWMax))
  }, 0)

describe('cards under a budget, by their limits', () => {
  // Measured: 1.093 at 60 %, 1.074 at 70 %.
  it.each([0.6, 0.7])(
    'never draw more, and do 1.05 times what one share for all would, at %d of full power',
    async (share) => {
      const budgetW = Math.round(share * FULL_W)
      await using machine = await poweredMachine(bodies, { budgetW, limits: true })
      await machine.pass(180)
      const before = machine.worked()
      await machine.pass(120)
      const gain = (machine.worked() - before) / 120 / uniform(share)
      expect(gain).toBeGreaterThanOrEqual(1.05)
      expect(Math.max(...machine.drawn.map(({ powerW }) => powerW))).toBeLessThanOrEqual(budgetW + 0.5)
      // Two limits below the granted one are tried, so that the curve is this card's.
      expect(machine.keeper.report().cards[0]!.why).not.toMatch(/TDP|one power/)
      expect(machine.troubles).toEqual([])
    },
  )

  it('get back what their owner had set when the node stops', async () => {
    const machine = await poweredMachine(bodies, { budgetW: 480, limits: true })
    await machine.pass(20)
    expect(machine.cards.map(({ limitW }) => limitW < 200)).toEqual([true, true, true])
    await machine[Symbol.asyncDispose]()
    expect(machine.cards.map(({ limitW }) => limitW)).toEqual([350, 200, 250])
    expect(machine.clock.pending).toBe(0)
  })

  it('are shown with the limits that this node has set, and with none where it set none', async () => {
    await using machine = await poweredMachine(bodies, { budgetW: FULL_W - 60, limits: true })
    await machine.pass(20)
    const shown = machine.keeper.report().cards.map(({ limitW }) => limitW)
    const set = machine.cards.map(({ limitW }, i) => (limitW < bodies[i]!.powerWMax! ? limitW : undefined))
    expect(shown).toEqual(set)
    expect(set.filter((limitW) => limitW === undefined).length).toBeOneOf([1, 2])
  })

  it.each(['refused', 'ignored', 'hangs'] as const)(
    'are kept by load where the limit of one is %s, and say so once',
    async (limit) => {
      const budgetW = 480
      await using machine = await poweredMachine(bodies, { budgetW, limits: true, faults: { limit } })
      await machine.pass(300)
      const [first] = machine.keeper.report().cards
      expect([first?.limitW, machine.cards[0]!.limitW, machine.troubles.length]).toEqual([undefined, 350, 1])
      expect(first!.loadShare).toBeLessThan(1)
      expect(machine.overMs()).toBeLessThanOrEqual(20_000)
    },
  )
})

describe('cards under a budget, by load', () => {
  it('draw no more for longer than 20 s, on the mean of ten seconds', async () => {
    await using machine = await poweredMachine(bodies, { budgetW: 500, limits: false })
    await machine.pass(300)
    expect(machine.overMs()).toBeLessThanOrEqual(20_000)
    expect(machine.drawn.at(-1)!.powerW).toBeGreaterThan(0)
    expect(machine.cards.map(({ limitW }) => limitW)).toEqual([350, 200, 250])
  })

  // Measured: 1.23. Taken for too much as often as five looks find it at work, the large one was off for half an hour: 0.20.
  it('do no less than with one share for all where one works nearly all of its time', async () => {
    const pair: readonly PoweredBody[] = [
      { gflops: 104_800, powerWMax: 575, idleW: 31, wattsPerCFan: 29 },
      { gflops: 16_170, powerWMax: 250, idleW: 20, wattsPerCFan: 13 },
    ]
    await using machine = await poweredMachine(pair, { budgetW: 578, limits: false })
    await machine.pass(200)
    const equal = pair.reduce((sum, body) => {
      const whole = { ...desktopBody, ...body }
      return sum + body.gflops * loadUnder(whole, 0.7 * whole.powerWMax)
    }, 0)
    expect(machine.worked() / 200 / equal).toBeGreaterThanOrEqual(1.1)
    expect(machine.events.map(({ kind }) => kind)).toEqual(['shared'])
    expect(machine.overMs()).toBeLessThanOrEqual(20_000)
  })

  it('rest one after the other where runs are too long to be kept so, until what works fits', async () => {
    await using machine = await poweredMachine(bodies, { budgetW: 500, limits: false, runMs: 40_000 })
    await machine.pass(600)
    expect(machine.overMs(300_000)).toBe(0)
    // The two that fit together, and do more than the one beside which nothing fits.
    expect(machine.keeper.report().cards.map(({ loadShare }) => loadShare > 0.9)).toEqual([false, true, true])
    expect(machine.events).toContainEqual(expect.objectContaining({ kind: 'over', isOver: true }))
  })

  it('get no new jobs while their sensor is silent, and what they may draw stays counted', async () => {
    await using machine = await poweredMachine(bodies, { budgetW: 600, limits: false })
    await machine.pass(60)
    machine.cards[0]!.breaks({ tellsPower: false })
    await machine.pass(20)
    expect(machine.caretaker.verdictOf('simulated/1')).toMatchObject({ admits: false, stopsRunning: false })
    expect(machine.caretaker.verdict.admits).toBe(true)
    machine.cards[0]!.breaks({ tellsPower: true })
    await machine.pass(30)
    expect(machine.caretaker.verdictOf('simulated/1').admits).toBe(true)
    expect(machine.events.filter(({ kind }) => kind === 'sensor')).toHaveLength(2)
  })

  it('are known by what they showed in an earlier run', async () => {
    const folder = temporaryFolder()
    const first = await poweredMachine(bodies, { budgetW: 480, limits: true, folder })
    await first.pass(180)
    await first[Symbol.asyncDispose]()
    expect(existsSync(join(folder, 'power.json'))).toBe(true)
    await using second = await poweredMachine(bodies, { budgetW: 480, limits: true, folder })
    await second.pass(5)
    expect(second.keeper.report().cards.map(({ why }) => /TDP/.test(why))).toEqual([false, false, false])
    expect((JSON.parse(readFileSync(join(folder, 'power.json'), 'utf8')) as { cards: unknown[] }).cards).toHaveLength(3)
  })
})
