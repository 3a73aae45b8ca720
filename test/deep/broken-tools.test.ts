/** All back ends over real programs, several of them broken at once in every way that drivers break theirs. */
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { allBackends } from '../../node/gpu/all-backends.ts'
import { CardMonitor } from '../../node/gpu/card-monitor.ts'
import { BACKEND_MS_MAX, detectCards } from '../../node/gpu/detect-cards.ts'
import { SystemMachine } from '../../node/gpu/system-machine.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { FakeTools, type ToolFault } from '../support/recordings/fake-tools.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const TOOLS = ['nvidia-smi', 'amd-smi', 'rocm-smi', 'xpu-smi', 'vulkaninfo'] as const
/** With what a loaded machine needs to start and reap processes. */
const BOUND_MS = BACKEND_MS_MAX + 4_000

async function look(tools: FakeTools, clock: Clock = systemClock) {
  const backends = allBackends(new SystemMachine(clock, tools.env))
  const startedMs = performance.now()
  const { cards, reports } = await detectCards(backends, clock)
  const tookMs = performance.now() - startedMs
  const kinds = new Map(reports.map(({ backend, finding }) => [backend, finding.kind]))
  const by = (backend: string) => cards.filter(({ facts }) => facts.seenBy.includes(backend)).map(({ facts }) => facts)
  return { backends, cards, kinds, by, tookMs }
}

describe.skipIf(process.platform !== 'linux')('broken tools', () => {
  it('all broken at once, each in its own way, hide neither two cards of one name nor the processor', {
    timeout: 60_000,
  }, async () => {
    const tools = new FakeTools(temporaryFolder())
    tools.nvidiaSmi('two RTX 2070')
    tools.breaks('amd-smi', 'hangs')
    tools.breaks('rocm-smi', 'prints 100 MB')
    tools.breaks('xpu-smi', 'fails in another language')
    tools.breaks('vulkaninfo', 'prints half a line and dies')
    const { by, kinds, tookMs } = await look(tools)
    const cards = by('nvidia-smi')
    expect(cards.map(({ name }) => name)).toEqual(['NVIDIA GeForce RTX 2070', 'NVIDIA GeForce RTX 2070'])
    expect(new Set(cards.map(({ key }) => key)).size).toBe(2)
    expect(by('processor')).toHaveLength(1)
    for (const backend of ['amd-smi', 'rocm-smi', 'xpu-smi', 'vulkan'])
      expect([backend, kinds.get(backend)]).toEqual([backend, 'failed'])
    expect(tookMs).toBeLessThan(BOUND_MS)
    // What hung, and what it had started, is gone with it.
    expect(spawnSync('pgrep', ['-f', tools.folder], { encoding: 'utf8' }).stdout ?? '').toBe('')
  })

  it.each<ToolFault>([
    'hangs',
    'prints 100 MB',
    'fails in another language',
    'prints half a line and dies',
    'may not be run',
  ])('a tool that %s hides only what nobody else sees, whichever it is', { timeout: 90_000 }, async (fault) => {
    for (const healthy of ['nvidia-smi', 'vulkaninfo'] as const) {
      const tools = new FakeTools(temporaryFolder())
      for (const tool of TOOLS) tools.breaks(tool, fault)
      if (healthy === 'nvidia-smi') tools.nvidiaSmi('two RTX 2070')
      else tools.vulkaninfo()
      const { by, tookMs } = await look(tools)
      const names = by(healthy === 'nvidia-smi' ? 'nvidia-smi' : 'vulkan').map(({ name }) => name)
      expect(names.filter((name) => /RTX (2070|4070 Laptop)/.test(name ?? ''))).toHaveLength(
        healthy === 'nvidia-smi' ? 2 : 1,
      )
      expect(by('processor')).toHaveLength(1)
      expect(tookMs).toBeLessThan(BOUND_MS)
    }
  })

  it('a driver that does not know half of the fields costs one question more, and its card is seen and read', {
    timeout: 60_000,
  }, async () => {
    const tools = new FakeTools(temporaryFolder())
    const lacks = ['temperature.memory', 'compute_cap', 'mig.mode.current', 'enforced.power.limit', 'power.draw']
    tools.nvidiaSmi('RTX 4080 SUPER, under load', {
      lacks: [...lacks, 'memory.free', 'fan.speed', 'temperature.gpu.tlimit'],
    })
    const { backends, cards } = await look(tools)
    const runs = () => readFileSync(join(tools.folder, 'runs'), 'utf8').trim().split('\n')
    expect(runs()).toEqual(['-q', '--query-gpu', '--help-query-gpu', '--query-gpu'])
    await using monitor = new CardMonitor({ backends, cards, clock: systemClock })
    await monitor.readNow()
    const [card] = monitor.cards().filter(({ facts }) => facts.seenBy.includes('nvidia-smi'))
    expect(card!.readings.at(-1)).toMatchObject({ temperaturesC: { edge: 46 }, utilisation: expect.any(Number) })
    expect(runs().slice(4)).toEqual(['--query-gpu', '--query-compute-apps'])
  })

  it('a card that is gone at the next reading is told of, and so is its return; the other’s readings go on', {
    timeout: 60_000,
  }, async () => {
    const tools = new FakeTools(temporaryFolder())
    tools.nvidiaSmi('RTX 4080 SUPER, under load', { isDoubled: true })
    const { backends, cards } = await look(tools)
    const told: string[] = []
    await using monitor = new CardMonitor({
      backends,
      cards,
      clock: systemClock,
      onGone: ({ key }) => told.push(`gone ${key}`),
      onBack: ({ key }) => told.push(`back ${key}`),
    })
    const watched = () => monitor.cards().filter(({ facts }) => facts.seenBy.includes('nvidia-smi'))
    const [first, second] = watched()
    writeFileSync(join(tools.folder, 'one-left'), '')
    await monitor.readNow()
    expect(told).toEqual([`gone ${second!.facts.key}`])
    expect(watched().map(({ isGone }) => isGone)).toEqual([false, true])
    expect(watched()[0]!.readings.length).toBe(first!.readings.length + 1)
    rmSync(join(tools.folder, 'one-left'))
    await monitor.readNow()
    expect(told).toEqual([`gone ${second!.facts.key}`, `back ${second!.facts.key}`])
  })

  it('a wall clock that jumps changes neither deadlines nor the age of a reading', { timeout: 60_000 }, async () => {
    let jumpMs = 0
    const jumping: Clock = {
      nowMs: () => systemClock.nowMs() + jumpMs,
      monotonicMs: () => systemClock.monotonicMs(),
      after: (delayMs, call) => systemClock.after(delayMs, call),
    }
    const tools = new FakeTools(temporaryFolder())
    tools.nvidiaSmi('RTX 4080 SUPER, under load', { isDoubled: true })
    tools.breaks('amd-smi', 'hangs')
    const looking = look(tools, jumping)
    jumpMs = -10 * 365 * 86_400_000
    const { backends, cards, by, tookMs } = await looking
    expect(by('nvidia-smi')).toHaveLength(2)
    expect(tookMs).toBeLessThan(BOUND_MS)
    await using monitor = new CardMonitor({ backends, cards, clock: jumping })
    jumpMs = 365 * 86_400_000
    for (const { facts, ageMs } of await monitor.readNow()) {
      if (!facts.seenBy.includes('nvidia-smi')) continue
      expect(ageMs).toBeGreaterThanOrEqual(0)
      expect(ageMs).toBeLessThan(BOUND_MS)
    }
  })
})
