import { describe, expect, it } from 'vitest'
import { IntelGpuTop } from '../../../../node/gpu/intel-gpu-top/intel-gpu-top.ts'
import { parseIntelGpuTop, wholeSamples } from '../../../../node/gpu/intel-gpu-top/parse-intel-gpu-top.ts'
import { arcA770Machine, intelGpuTopMachine, intelGpuTopStream } from '../../../support/recordings/intel-recordings.ts'
import { RecordedMachine } from '../../../support/recordings/recorded-machine.ts'
import { cardsOn } from '../../../support/recordings/see-cards.ts'

describe('intel_gpu_top', () => {
  it('is told whole (recorded)', async () => {
    expect(await cardsOn((machine) => new IntelGpuTop(machine), intelGpuTopMachine)).toEqual([
      {
        facts: {
          key: 'pci/0000:00:02.0',
          seenBy: ['intel_gpu_top'],
          vendor: 'intel',
          pci: { vendor: 0x8086, device: 0x5917 },
          busAddress: '0000:00:02.0',
          form: 'integrated',
          sharesMemory: true,
          platforms: {},
          limits: {},
        },
        reading: {
          atMs: expect.any(Number),
          temperaturesC: {},
          powerW: 1,
          coreMhz: 184,
          utilisation: 0.01,
          processes: [{ pid: 1_427_673, program: 'foo', memoryBytes: 147_709_952 }],
        },
      },
    ])
  })

  it('is read from its last whole sample, with or without commas between them', () => {
    const busy = (percent: number) => `{"engines": {"Render/3D/0": {"busy": ${percent}}, "Video/0": {"busy": 99}}}`
    for (const between of [',\n', '\n'])
      expect(parseIntelGpuTop(`[\n${busy(1)}${between}${busy(40)}${between}{"engines": {`, 0)?.utilisation).toBe(0.4)
  })

  it('counts brackets of objects only', () => {
    expect(wholeSamples('[{"name": "a}{\\"}"}, {"b": {"c": 1}}, {"d"')).toEqual([
      '{"name": "a}{\\"}"}',
      '{"b": {"c": 1}}',
    ])
    expect(wholeSamples('}}} {"a": 1}')).toEqual(['{"a": 1}'])
  })

  it('is asked of each card by its place where there are two', async () => {
    const files = { ...intelGpuTopMachine.files, ...arcA770Machine.files }
    const machine = new RecordedMachine({ files, tools: { intel_gpu_top: intelGpuTopStream } })
    expect([...(await new IntelGpuTop(machine).read()).keys()]).toEqual(['pci/0000:00:02.0', 'pci/0000:03:00.0'])
    expect(machine.runs).toEqual([
      'intel_gpu_top -J -s 500 -d pci:slot=0000:00:02.0',
      'intel_gpu_top -J -s 500 -d pci:slot=0000:03:00.0',
    ])
  })

  it('is absent where it may not count: nothing is broken then', async () => {
    const tools = { intel_gpu_top: { code: 1, stderr: 'Failed to initialize PMU! (Permission denied)\n' } }
    const finding = await new IntelGpuTop(new RecordedMachine({ ...intelGpuTopMachine, tools })).detect()
    expect(finding).toEqual({ kind: 'absent', why: 'intel_gpu_top counts for root only, or with CAP_PERFMON' })
  })
})
