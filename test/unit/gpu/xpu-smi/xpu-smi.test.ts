import { describe, expect, it } from 'vitest'
import { parseDiscovery, parseStats } from '../../../../node/gpu/xpu-smi/parse-xpu-smi.ts'
import { XpuSmi } from '../../../../node/gpu/xpu-smi/xpu-smi.ts'
import { tiledXpuSmiMachine, xpuSmiMachine } from '../../../support/recordings/intel-recordings.ts'
import { RecordedMachine, recorded } from '../../../support/recordings/recorded-machine.ts'
import { cardsOn } from '../../../support/recordings/see-cards.ts'

const MIB = 1_048_576

describe('xpu-smi', () => {
  it("is told whole: the list of Intel's guide (recorded)", () => {
    expect(parseDiscovery(recorded('xpu-smi/guide-json-1.txt'))).toEqual([
      {
        id: 0,
        facts: {
          key: 'pci/0000:4d:00.0',
          seenBy: ['xpu-smi'],
          vendor: 'intel',
          name: 'Intel(R) Graphics [0x020a]',
          pci: { vendor: 0x8086, device: 0x20a },
          busAddress: '0000:4d:00.0',
          platforms: { 'Level Zero': true },
          limits: {},
        },
      },
    ])
  })

  it('adds details and measurements (reconstructed)', async () => {
    const [card] = await cardsOn((machine) => new XpuSmi(machine), xpuSmiMachine)
    expect(card?.facts).toMatchObject({ memoryBytes: 32_768 * MIB, cores: 512, driver: '16929133' })
    const used = Math.round(229.1875 * MIB)
    expect(card?.reading).toEqual({
      atMs: expect.any(Number),
      temperaturesC: { edge: 53 },
      powerW: 44.69,
      coreMhz: 1550,
      utilisation: 0.88,
      memoryUsedBytes: used,
      memoryFreeBytes: 32_768 * MIB - used,
    })
  })

  it('takes two tiles together: the hotter, their mean and their sum', async () => {
    const [card] = await cardsOn((machine) => new XpuSmi(machine), tiledXpuSmiMachine)
    expect(card?.reading).toMatchObject({
      temperaturesC: { edge: 41 },
      powerW: 63.26,
      coreMhz: 500,
      utilisation: 0.2,
      memoryUsedBytes: 8_501_719_040 + 1_000,
    })
  })

  it('is asked for measurements only once its cards are known', async () => {
    const machine = new RecordedMachine(xpuSmiMachine)
    const backend = new XpuSmi(machine)
    await backend.detect()
    machine.runs.length = 0
    expect((await backend.read()).get('pci/0000:4d:00.0')?.powerW).toBe(44.69)
    expect(machine.runs).toEqual(['xpu-smi stats -d 0 -j'])
  })

  it('says nothing of what it does not print', () => {
    expect(parseStats('{"device_level": []}', 5, undefined)).toEqual({ atMs: 5, temperaturesC: {} })
    expect(parseStats('{"error": "device not found"}', 5, undefined)).toBeUndefined()
  })
})
