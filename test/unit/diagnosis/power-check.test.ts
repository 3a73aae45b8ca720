import { describe, expect, it } from 'vitest'
import { powerCheck } from '../../../node/diagnosis/power-check.ts'
import type { GpuBackend } from '../../../node/gpu/gpu-backend.ts'
import { Simulated } from '../../../node/gpu/simulated/simulated.ts'
import { type CardFaults, SimulatedCard } from '../../../node/gpu/simulated/simulated-card.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const { signal } = new AbortController()
const both = { powerMax: 400, powerLimits: 'on' } as const

function machine(faults: Partial<CardFaults> = {}) {
  const card = new SimulatedCard({ key: 'simulated/1', clock: new ManualClock() })
  card.limitTo(250)
  card.breaks(faults)
  return { card, backends: [new Simulated([card])] }
}
const blind: GpuBackend = {
  name: 'vulkan',
  detect: async () => ({
    kind: 'seen',
    cards: [{ facts: { key: 'v', seenBy: ['vulkan'], name: 'Voodoo 5', form: 'discrete', platforms: {}, limits: {} } }],
  }),
}

describe('doctor and the budget of watts', () => {
  it('finds limits that can be set by setting those that stand, which changes nothing', async () => {
    const { card, backends } = machine()
    expect(await powerCheck({ settings: both, isRunning: false, backends }).run(signal)).toEqual({
      state: 'ok',
      found: 'a budget of 400 W, kept by the limits of the cards',
    })
    expect(card.limitW).toBe(250)
  })

  it('says where limits are refused, and what to do', async () => {
    const { backends } = machine({ limit: 'refused' })
    expect(await powerCheck({ settings: both, isRunning: false, backends }).run(signal)).toEqual({
      state: 'warn',
      found: 'a budget of 400 W, kept by load: simulated does not set the power limit of a card: this user may not',
      remedy: expect.stringMatching(/^Limits are the administrator's: run the node as one, or leave it/),
    })
  })

  it('sets nothing beside a node that runs', async () => {
    const { backends } = machine({ limit: 'refused' })
    const finding = await powerCheck({ settings: both, isRunning: true, backends }).run(signal)
    expect(finding.state).toBe('ok')
  })

  it('says of a card that nobody knows with how much it is counted', async () => {
    const finding = await powerCheck({ settings: both, isRunning: false, backends: [blind] }).run(signal)
    expect(finding).toMatchObject({
      state: 'warn',
      found: expect.stringMatching(/most of their kind: Voodoo 5 with 600 W$/),
    })
  })

  it('says that limits without a budget do nothing', async () => {
    const settings = { powerMax: undefined, powerLimits: 'on' } as const
    const finding = await powerCheck({ settings, isRunning: false, backends: [] }).run(signal)
    expect(finding).toMatchObject({ state: 'warn', remedy: 'Set one: aitbc config set powerMax <watts>' })
  })
})
