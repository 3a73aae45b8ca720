import { describe, expect, it } from 'vitest'
import { CardMonitor, type CardMonitorNeeds, READINGS_MAX } from '../../../node/gpu/card-monitor.ts'
import type { GpuBackend } from '../../../node/gpu/gpu-backend.ts'
import { mergeSightings } from '../../../node/gpu/merge-sightings.ts'
import { NvidiaSmi } from '../../../node/gpu/nvidia-smi/nvidia-smi.ts'
import { nvidiaAnswers, nvidiaSmi } from '../../support/recordings/nvidia-recordings.ts'
import { RecordedMachine, type ToolBehaviour } from '../../support/recordings/recorded-machine.ts'

const query = nvidiaAnswers['two cards of two drivers'].query!
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Two cards of one tool, which can be made to say something else. */
async function watch(more: Partial<CardMonitorNeeds> = {}) {
  let says: string | ToolBehaviour | undefined
  const tool = nvidiaSmi({ query, processes: '' })
  const healthy = (args: readonly string[]) => (typeof tool === 'function' ? tool(args) : tool)
  const machine = new RecordedMachine({
    tools: {
      'nvidia-smi': (args) => {
        if (says === undefined) return healthy(args)
        if (says !== 'one') return says
        const all = healthy(args)
        // The header, and the first card's line.
        return typeof all === 'string' ? all.split('\n').slice(0, 2).join('\n') : all
      },
    },
  })
  const backend = new NvidiaSmi(machine)
  const finding = await backend.detect()
  if (finding.kind !== 'seen') throw new Error(finding.kind)
  const told: string[] = []
  const monitor = new CardMonitor({
    backends: [backend],
    cards: mergeSightings([{ backend: backend.name, cards: finding.cards }]),
    clock: machine.clock,
    onGone: ({ busAddress }) => told.push(`gone ${busAddress}`),
    onBack: ({ busAddress }) => told.push(`back ${busAddress}`),
    onSilence: (name, { code }) => told.push(`silent ${name} ${code}`),
    ...more,
  })
  return {
    monitor,
    machine,
    told,
    say(what: string | ToolBehaviour | undefined) {
      says = what
    },
    async pass(ms: number) {
      machine.clock.advance(ms)
      await settled()
    },
  }
}

describe('the watch on cards', () => {
  it('reads every ten seconds, and as often as it is asked to', async () => {
    const { monitor, pass } = await watch()
    const rounds = () => monitor.cards()[0]!.readings.length
    monitor.start()
    await pass(9_999)
    expect(rounds()).toBe(1)
    expect(monitor.cards()[0]!.ageMs).toBe(9_999)
    await pass(1)
    expect(rounds()).toBe(2)
    expect(monitor.cards()[0]!.ageMs).toBe(0)
    monitor.everyMs = 1_000
    await pass(1_000)
    await pass(1_000)
    expect(rounds()).toBe(4)
    monitor.everyMs = 0
    expect(monitor.everyMs).toBeGreaterThanOrEqual(500)
    await monitor[Symbol.asyncDispose]()
  })

  it('keeps so many readings of each card and no more', async () => {
    const { monitor } = await watch()
    for (let round = 0; round < READINGS_MAX + 5; round++) await monitor.readNow()
    expect(monitor.cards().map(({ readings }) => readings.length)).toEqual([READINGS_MAX, READINGS_MAX])
  })

  it('tells once of a card that is gone, and once of its return; the other is read all the while', async () => {
    const { monitor, told, say } = await watch()
    say('one')
    await monitor.readNow()
    await monitor.readNow()
    expect(told).toEqual(['gone 0000:02:00.0'])
    expect(monitor.cards().map(({ isGone }) => isGone)).toEqual([false, true])
    expect(monitor.cards().map(({ readings }) => readings.length)).toEqual([3, 1])
    say(undefined)
    await monitor.readNow()
    expect(told).toEqual(['gone 0000:02:00.0', 'back 0000:02:00.0'])
  })

  it('takes no card for gone because a tool is silent: its reading grows old', async () => {
    const { monitor, told, say, machine } = await watch()
    say({ code: 1 })
    machine.clock.advance(30_000)
    await monitor.readNow()
    await monitor.readNow()
    expect(told).toEqual(['silent nvidia-smi GPU_TOOL'])
    expect(monitor.cards().map(({ isGone, ageMs }) => [isGone, ageMs])).toEqual([
      [false, 30_000],
      [false, 30_000],
    ])
  })

  it('waits for a hung tool no longer than its deadline, and starts no second reading meanwhile', async () => {
    const { monitor, told, say, machine, pass } = await watch()
    say('hangs')
    monitor.start()
    await pass(10_000)
    const runs = machine.runs.length
    await pass(1_000)
    expect(machine.runs.length).toBe(runs)
    await pass(5_000)
    expect(told).toEqual(['silent nvidia-smi GPU_TOOL'])
    await monitor[Symbol.asyncDispose]()
    expect(machine.clock.pending).toBe(0)
  })

  it('ends at once while a tool hangs', async () => {
    const { monitor, say, machine, pass } = await watch()
    say('hangs')
    monitor.start()
    await pass(10_000)
    await monitor[Symbol.asyncDispose]()
    expect(machine.clock.pending).toBe(0)
  })

  it('has limits set by the back end that sees the card and can, under the name that it has there', async () => {
    const asked: string[] = []
    const blind: GpuBackend = { name: 'vulkan', detect: async () => ({ kind: 'seen', cards: [] }) }
    const able: GpuBackend = {
      ...blind,
      name: 'amdgpu',
      powerLimit: async (key) => {
        asked.push(`asks ${key}`)
        return 300
      },
      setPowerLimit: async (key, limitW) => void asked.push(`sets ${key} ${limitW}`),
    }
    const [facts, busAddress] = [{ seenBy: [], platforms: {}, limits: {} }, '0000:01:00.0']
    const { monitor } = await watch({
      backends: [blind, able],
      cards: mergeSightings([
        {
          backend: 'vulkan',
          cards: [{ facts: { ...facts, key: 'v', busAddress } }, { facts: { ...facts, key: 'w' } }],
        },
        { backend: 'amdgpu', cards: [{ facts: { ...facts, key: 'a', busAddress } }] },
      ]),
    })
    expect([monitor.canLimit('pci/0000:01:00.0'), monitor.canLimit('w')]).toEqual([true, false])
    await monitor.setPowerLimit('pci/0000:01:00.0', 200)
    expect(await monitor.powerLimit('pci/0000:01:00.0')).toBe(300)
    expect(asked).toEqual(['sets a 200', 'asks a'])
    await expect(monitor.setPowerLimit('w', 200)).rejects.toMatchObject({ code: 'POWER_LIMIT' })
  })

  it('waits for a driver that takes no limit no longer than its deadline', async () => {
    const hung: GpuBackend = {
      name: 'amdgpu',
      detect: async () => ({ kind: 'seen', cards: [] }),
      powerLimit: () => new Promise(() => undefined),
      setPowerLimit: () => new Promise(() => undefined),
    }
    const facts = { key: 'a', seenBy: [], platforms: {}, limits: {} }
    const { monitor, machine, pass } = await watch({
      backends: [hung],
      cards: mergeSightings([{ backend: 'amdgpu', cards: [{ facts }] }]),
    })
    const setting = monitor.setPowerLimit('a', 200).catch((error: unknown) => error)
    await pass(15_000)
    expect(await setting).toMatchObject({ code: 'POWER_LIMIT', facts: { why: 'it does not answer' } })
    expect(machine.clock.pending).toBe(0)
  })

  it('leaves cards without sensors alone: they are never gone', async () => {
    const blind: GpuBackend = { name: 'vulkan', detect: async () => ({ kind: 'seen', cards: [] }) }
    const card = { key: 'v', seenBy: ['vulkan'], platforms: {}, limits: {} }
    const { monitor, told } = await watch({
      backends: [blind],
      cards: mergeSightings([{ backend: 'vulkan', cards: [{ facts: card }] }]),
    })
    await monitor.readNow()
    expect(told).toEqual([])
    expect(monitor.cards()).toMatchObject([{ isGone: false, readings: [] }])
  })
})
