import { describe, expect, it } from 'vitest'
import { detectCards } from '../../../node/gpu/detect-cards.ts'
import type { GpuBackend } from '../../../node/gpu/gpu-backend.ts'
import { NvidiaSmi } from '../../../node/gpu/nvidia-smi/nvidia-smi.ts'
import { Processor } from '../../../node/gpu/processor/processor.ts'
import { nvidiaMachine } from '../../support/recordings/nvidia-recordings.ts'
import { processorSystem } from '../../support/recordings/processor-recordings.ts'
import { RecordedMachine, type Recording } from '../../support/recordings/recorded-machine.ts'

const system = processorSystem('Test CPU', 4)
function on(recording: Recording, ...more: readonly GpuBackend[]) {
  const machine = new RecordedMachine(recording)
  const backends = [new NvidiaSmi(machine), ...more, new Processor(machine, system)]
  return { machine, backends }
}

describe('the cards of a machine', () => {
  it('are told with what each back end found, and why where it found nothing', async () => {
    const { machine, backends } = on({})
    const { cards, reports } = await machine.passing(detectCards(backends, machine.clock))
    expect(cards.map(({ facts }) => facts.name)).toEqual(['Test CPU'])
    expect(reports.map(({ backend, finding }) => [backend, finding.kind])).toEqual([
      ['nvidia-smi', 'absent'],
      ['processor', 'seen'],
    ])
  })

  it('are there though a tool hangs, and no later than that tool’s deadline', async () => {
    const { machine, backends } = on({ tools: { 'nvidia-smi': 'hangs' } })
    const { cards, reports } = await machine.passing(detectCards(backends, machine.clock))
    expect(cards.map(({ facts }) => facts.vendor)).toEqual(['cpu'])
    expect(reports[0]!.finding.kind).toBe('failed')
    expect(reports[0]!.tookMs).toBeLessThan(10_000)
    expect(reports[1]!.tookMs).toBe(0)
  })

  it('are there though a back end breaks every rule: it throws, or never answers', async () => {
    const thrower: GpuBackend = { name: 'thrower', detect: () => Promise.reject(new TypeError('x is undefined')) }
    const sleeper: GpuBackend = { name: 'sleeper', detect: () => new Promise(() => undefined) }
    const { machine, backends } = on(nvidiaMachine('two RTX 2070'), thrower, sleeper)
    const { cards, reports } = await machine.passing(detectCards(backends, machine.clock, { withinMs: 2_000 }))
    expect(cards.map(({ facts }) => facts.vendor)).toEqual(['nvidia', 'nvidia', 'cpu'])
    expect(reports.map(({ finding }) => (finding.kind === 'failed' ? finding.error.code : finding.kind))).toEqual([
      'seen',
      'BUG',
      'GPU_TOOL',
      'seen',
    ])
    expect(machine.clock.monotonicMs()).toBeLessThanOrEqual(2_100)
  })

  it('are not waited for by who cancels', async () => {
    const { machine, backends } = on({ tools: { 'nvidia-smi': 'hangs' } })
    const canceller = new AbortController()
    const detecting = detectCards(backends, machine.clock, { signal: canceller.signal })
    canceller.abort()
    await expect(detecting).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(machine.clock.pending).toBe(0)
  })
})
