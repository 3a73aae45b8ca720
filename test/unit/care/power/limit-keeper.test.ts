import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { EarlierLimits } from '../../../../node/care/power/earlier-limits.ts'
import { LimitKeeper, type LimitSetter } from '../../../../node/care/power/limit-keeper.ts'
import { Simulated } from '../../../../node/gpu/simulated/simulated.ts'
import { SimulatedCard } from '../../../../node/gpu/simulated/simulated-card.ts'
import type { MeshError } from '../../../../protocols/kernel/errors.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const { signal } = new AbortController()

/** A card of 300 W that its owner limits to 280 W. */
function machine() {
  const clock = new ManualClock()
  const card = new SimulatedCard({ key: 'simulated/1', clock })
  card.limitTo(280)
  const backend = new Simulated([card])
  const path = join(temporaryFolder(), 'power-limits.json')
  const setter: LimitSetter = {
    canLimit: (key) => key === 'simulated/1' && !card.faults.isGone,
    powerLimit: (key, until) => backend.powerLimit(key, until),
    setPowerLimit: (key, limitW, until) => backend.setPowerLimit(key, limitW, until),
  }
  const told: string[] = []
  const changes: string[] = []
  const start = (more: Partial<LimitSetter> = {}) =>
    new LimitKeeper({
      clock,
      setter: () => ({ ...setter, ...more }),
      limits: new EarlierLimits(path),
      timeScale: 1,
      onChange: (_, limitW, change) => changes.push(`${change} ${limitW}`),
      onFailure: ({ message }: MeshError) => told.push(message),
    })
  const looks = () => [{ facts: card.facts, reading: card.read(), isGone: card.faults.isGone }]
  const kept = (): unknown => (JSON.parse(readFileSync(path, 'utf8')) as { limits: unknown }).limits
  return { clock, card, backend, path, setter, told, changes, start, looks, kept }
}

describe('limits on cards', () => {
  it('are written down before they are set, and what was there before is back at the end', async () => {
    const { card, start, kept, changes, setter } = machine()
    let wasKept: unknown
    const keeper = start({
      setPowerLimit: async (key, limitW, until) => {
        wasKept ??= kept()
        await setter.setPowerLimit(key, limitW, until)
      },
    })
    expect(await keeper.apply(card.facts, 200, signal)).toBe(true)
    expect(wasKept).toEqual([{ card: 'simulated/1', earlierW: 280, ours: [200] }])
    expect([card.limitW, keeper.earlierW('simulated/1'), keeper.setW('simulated/1')]).toEqual([200, 280, 200])
    await keeper[Symbol.asyncDispose]()
    expect([card.limitW, kept(), changes]).toEqual([280, [], ['set 200', 'put back 280']])
  })

  it('are not touched where the share is no less than what its owner set', async () => {
    const { card, start, changes } = machine()
    const keeper = start()
    expect(await keeper.apply(card.facts, 290, signal)).toBe(true)
    await keeper[Symbol.asyncDispose]()
    expect([card.limitW, changes]).toEqual([280, []])
  })

  it('never rise above what its owner set, and rise in steps', async () => {
    const { card, clock, start } = machine()
    await using keeper = start()
    await keeper.apply(card.facts, 200, signal)
    await keeper.apply(card.facts, 203, signal)
    expect(card.limitW).toBe(200)
    await keeper.apply(card.facts, 250, signal)
    expect(card.limitW).toBe(200)
    clock.advance(5_000)
    await keeper.apply(card.facts, 250, signal)
    expect(card.limitW).toBe(250)
    clock.advance(5_000)
    await keeper.apply(card.facts, 300, signal)
    expect(card.limitW).toBe(280)
    await keeper.apply(card.facts, 120, signal)
    expect(card.limitW).toBe(120)
  })

  it.each<[string, readonly number[], number, readonly number[]]>([
    ['between writing and setting', [200], 0, [200]],
    ['after setting', [200], 1, [200]],
    ['between writing and setting the next one', [200, 180], 1, [200, 180]],
    ['after setting the next one', [200, 180], 2, [200, 180]],
    ['after many', [200, 180, 160], 3, [180, 160]],
  ])('are put back at the next start by a node that was killed %s', async (_, limitsW, settings, ours) => {
    const { card, start, looks, kept, setter } = machine()
    let done = 0
    const killed = Promise.withResolvers<void>()
    const dying = start({
      setPowerLimit(...asked) {
        if (done++ < settings) return setter.setPowerLimit(...asked)
        killed.resolve()
        // Whoever is killed hears of nothing any more.
        return new Promise(() => undefined)
      },
    })
    for (const limitW of limitsW) {
      const applied = dying.apply(card.facts, limitW, signal)
      await Promise.race([applied, killed.promise])
    }
    expect(kept()).toEqual([{ card: 'simulated/1', earlierW: 280, ours }])
    expect(card.limitW).toBe(settings === 0 ? 280 : limitsW[settings - 1])
    const reborn = start()
    expect([reborn.isKept('simulated/1'), await reborn.restoreLeft(looks(), signal)]).toEqual([false, 0])
    expect([card.limitW, kept(), reborn.isKept('simulated/1')]).toEqual([280, [], true])
  })

  it('stay written down while the card of a killed node is not there', async () => {
    const { card, start, looks, kept } = machine()
    await start().apply(card.facts, 200, signal)
    card.breaks({ isGone: true })
    const reborn = start()
    expect(await reborn.restoreLeft(looks(), signal)).toBe(1)
    await reborn[Symbol.asyncDispose]()
    expect(kept()).toMatchObject([{ earlierW: 280, ours: [200] }])
    card.breaks({ isGone: false })
    expect(await start().restoreLeft(looks(), signal)).toBe(0)
    expect(card.limitW).toBe(280)
  })

  it('are left as they are where somebody else has set another one since', async () => {
    const { card, start, looks, kept } = machine()
    await start().apply(card.facts, 200, signal)
    card.limitTo(240)
    const reborn = start()
    expect([await reborn.restoreLeft(looks(), signal), card.limitW, kept()]).toEqual([0, 240, []])
  })

  it('give way to what its owner sets by hand while ours stands', async () => {
    const { card, clock, start } = machine()
    const keeper = start()
    await keeper.apply(card.facts, 200, signal)
    clock.advance(6_000)
    card.limitTo(260)
    keeper.see(card.facts, card.read()!)
    await keeper.apply(card.facts, 200, signal)
    expect([card.limitW, keeper.earlierW('simulated/1')]).toEqual([200, 260])
    await keeper[Symbol.asyncDispose]()
    expect(card.limitW).toBe(260)
  })

  it('are set again where the driver forgets them, until it has done so too often', async () => {
    const { card, clock, start, told } = machine()
    await using keeper = start()
    for (let round = 0; round < 8 && keeper.isKept('simulated/1'); round++) {
      await keeper.apply(card.facts, 200, signal)
      expect(card.limitW).toBe(200)
      clock.advance(6_000)
      card.limitTo(300)
      keeper.see(card.facts, card.read()!)
    }
    expect(told).toEqual([
      'the driver of simulated card does not set the power limit of a card: its driver does not keep it',
    ])
  })

  it('are given up, and said so once, where the card draws more than it may', async () => {
    const { card, clock, start, told } = machine()
    await using keeper = start()
    await keeper.apply(card.facts, 200, signal)
    for (let look = 0; look < 9; look++) {
      clock.advance(2_000)
      keeper.see(card.facts, { ...card.read()!, powerW: 250 })
    }
    expect([keeper.isKept('simulated/1'), told]).toEqual([
      false,
      ['the driver of simulated card does not set the power limit of a card: it draws 250 W under one of 200 W'],
    ])
  })

  it.each<[string, 'refused' | 'ignored', RegExp]>([
    ['refused', 'refused', /this user may not/],
    ['set only by its word', 'ignored', /200 W were set, and 280 W stand/],
  ])('are given up for ten minutes where one is %s: told once, nothing is left', async (_, limit, message) => {
    const { card, clock, start, kept, told } = machine()
    card.breaks({ limit })
    const keeper = start()
    expect(await keeper.apply(card.facts, 200, signal)).toBe(false)
    expect([keeper.isKept('simulated/1'), card.limitW, kept()]).toEqual([false, 280, []])
    clock.advance(600_000)
    expect(keeper.isKept('simulated/1')).toBe(true)
    expect(await keeper.apply(card.facts, 200, signal)).toBe(false)
    expect(told).toEqual([expect.stringMatching(message)])
    card.breaks({ limit: 'works' })
    clock.advance(600_000)
    expect([await keeper.apply(card.facts, 200, signal), card.limitW]).toEqual([true, 200])
    await keeper[Symbol.asyncDispose]()
    expect(card.limitW).toBe(280)
  })

  it('are known as this node’s own however often the next one was refused', async () => {
    const { card, clock, start, kept, told } = machine()
    const keeper = start()
    await keeper.apply(card.facts, 200, signal)
    card.breaks({ limit: 'refused' })
    for (const limitW of [180, 160]) {
      expect(await keeper.apply(card.facts, limitW, signal)).toBe(false)
      clock.advance(600_000)
    }
    card.breaks({ limit: 'works' })
    await keeper[Symbol.asyncDispose]()
    expect([card.limitW, kept(), told.length]).toEqual([280, [], 1])
  })

  it('give way to what its owner sets by hand after the next one was refused', async () => {
    const { card, clock, start } = machine()
    const keeper = start()
    await keeper.apply(card.facts, 200, signal)
    card.breaks({ limit: 'refused' })
    await keeper.apply(card.facts, 180, signal)
    card.breaks({ limit: 'works' })
    card.limitTo(260)
    clock.advance(600_000)
    await keeper.apply(card.facts, 180, signal)
    expect([card.limitW, keeper.earlierW('simulated/1')]).toEqual([180, 260])
    await keeper[Symbol.asyncDispose]()
    expect(card.limitW).toBe(260)
  })

  it('stay written down where they cannot be put back at the end, and are put back at the next start', async () => {
    const { card, start, looks, kept, told } = machine()
    const keeper = start()
    await keeper.apply(card.facts, 200, signal)
    card.breaks({ limit: 'refused' })
    await keeper[Symbol.asyncDispose]()
    expect([card.limitW, told.length]).toEqual([200, 1])
    expect(kept()).toMatchObject([{ earlierW: 280 }])
    card.breaks({ limit: 'works' })
    await start().restoreLeft(looks(), signal)
    expect(card.limitW).toBe(280)
  })

  it('end what hangs when the node stops, and are put back by the next one', async () => {
    const { card, start, looks } = machine()
    await start().apply(card.facts, 220, signal)
    const stopping = new AbortController()
    card.breaks({ limit: 'hangs' })
    const reborn = start()
    const restoring = reborn.restoreLeft(looks(), stopping.signal)
    stopping.abort()
    await expect(restoring).rejects.toMatchObject({ code: 'CANCELLED' })
    card.breaks({ limit: 'works' })
    await start().restoreLeft(looks(), signal)
    expect(card.limitW).toBe(280)
  })

  it.each([
    ['is cut', (text: string) => text.slice(0, -5)],
    ['holds what cannot be', (text: string) => text.replace('280', '-280')],
  ])('are not set at all where the file of the earlier ones %s', async (_, spoil) => {
    const { card, path, start } = machine()
    await start().apply(card.facts, 200, signal)
    writeFileSync(path, spoil(readFileSync(path, 'utf8')))
    expect(() => start()).toThrow(expect.objectContaining({ code: 'DATA_FOLDER_DAMAGED' }))
  })
})
