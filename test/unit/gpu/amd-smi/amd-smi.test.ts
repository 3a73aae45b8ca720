import { describe, expect, it } from 'vitest'
import { AmdSmi } from '../../../../node/gpu/amd-smi/amd-smi.ts'
import { amdSmiFacts } from '../../../../node/gpu/amd-smi/amd-smi-facts.ts'
import { amdSmiProcesses, amdSmiReading } from '../../../../node/gpu/amd-smi/amd-smi-reading.ts'
import { amdSmiTrees } from '../../../../node/gpu/amd-smi/amd-smi-tree.ts'
import { amdSmi, amdSmiMachine, mi300Machine } from '../../../support/recordings/amd-recordings.ts'
import { RecordedMachine, recorded } from '../../../support/recordings/recorded-machine.ts'
import { cardsOn } from '../../../support/recordings/see-cards.ts'

const MIB = 1_048_576
const treesOf = (file: string) => amdSmiTrees(recorded(`amd-smi/${file}`)) ?? []
const readingsOf = (file: string) => treesOf(file).map((tree) => amdSmiReading(0, tree))

describe("AMD's own recordings of amd-smi", () => {
  it('are told whole: four MI300A', async () => {
    const cards = await cardsOn((machine) => new AmdSmi(machine), mi300Machine)
    expect(cards.map(({ facts }) => facts.busAddress)).toEqual([0, 1, 2, 3].map((domain) => `000${domain}:01:00.0`))
    expect(cards[3]?.reading).toBeUndefined()
    expect(cards[0]).toEqual({
      reading: expect.objectContaining({ powerW: 11, powerLimitW: 550 }),
      facts: {
        key: 'pci/0000:01:00.0',
        seenBy: ['amd-smi'],
        vendor: 'amd',
        name: 'MI300A',
        pci: { vendor: 0x1002, device: 0x74a0, subsystemVendor: 0x1002, revision: 0 },
        busAddress: '0000:01:00.0',
        uuid: '7e8f7e20764e2714',
        memoryBytes: 64_289 * MIB,
        driver: 'amdgpu 6.9.0-rc5+',
        platforms: { ROCm: true },
        limits: { powerWMax: 550, hotspotCMax: 100, memoryCMax: 105 },
      },
    })
  })

  it('are told whole: what an MI308X is', () => {
    expect(amdSmiFacts(treesOf('changelog-05.txt')[0]!)).toMatchObject({
      name: 'MI308X',
      pci: { vendor: 0x1002, device: 0x74a2, subsystemVendor: 0x1002, subsystemDevice: 0x74a2, revision: 0 },
      cores: 20,
      gfx: 'gfx942',
    })
  })

  it('are told whole: limits', () => {
    expect(treesOf('changelog-14.txt').map((tree) => amdSmiFacts(tree).limits)).toEqual([
      { powerWMax: 203, slowdownC: 100, shutdownC: 105, hotspotCMax: 110, memoryCMax: 100 },
      { powerWMin: 213, powerWMax: 213, slowdownC: 109, shutdownC: 114, hotspotCMax: 110, memoryCMax: 100 },
    ])
  })

  it('are told whole: power, clocks, use and why cards are held back', () => {
    expect(readingsOf('changelog-16.txt')).toMatchObject([
      { powerW: 11, throttled: [] },
      { powerW: 17, throttled: [] },
    ])
    expect(readingsOf('changelog-25.txt')).toMatchObject([{ powerW: 10, throttled: [] }])
    expect(readingsOf('changelog-17.txt')).toMatchObject([{ coreMhz: 113, memoryMhz: 900 }])
    expect(readingsOf('changelog-02.txt')).toMatchObject([{ utilisation: 0 }, { utilisation: 0 }])
    expect(readingsOf('changelog-01.txt')).toMatchObject([{ throttled: [] }, { throttled: [] }])
  })

  it('are told whole: who uses a card', () => {
    expect(amdSmiProcesses(treesOf('changelog-13.txt')[0]!)).toEqual([
      { pid: 420_157, program: 'TransferBench', memoryBytes: 0 },
      { pid: 420_315, program: 'rvs', memoryBytes: 0 },
    ])
    expect(amdSmiProcesses(treesOf('changelog-10.txt')[0]!)).toEqual([
      { pid: 1_693_982, memoryBytes: Math.round(10.1 * 1_024 * MIB) },
    ])
  })
})

describe('amd-smi on a machine with an RX 7900 XTX (reconstructed)', () => {
  it('says what the card is and what it is doing', async () => {
    const [card] = await cardsOn((machine) => new AmdSmi(machine), amdSmiMachine)
    expect(card?.facts).toMatchObject({
      name: 'AMD Radeon RX 7900 XTX',
      uuid: '81f5a0bb1d7c6e42',
      form: 'discrete',
      memoryBytes: 24_560 * MIB,
      cores: 96,
      gfx: 'gfx1100',
      driver: 'amdgpu 6.8.5',
    })
    expect(card?.reading).toMatchObject({
      temperaturesC: { edge: 61, hotspot: 84, memory: 78 },
      powerW: 327,
      powerLimitW: 339,
      coreMhz: 2351,
      memoryMhz: 1249,
      utilisation: 0.97,
      memoryUsedBytes: 1_177 * MIB,
      memoryFreeBytes: 23_383 * MIB,
      fan: 0.4,
      throttled: [],
      processes: [{ pid: 420_157 }, { pid: 420_315 }],
    })
  })

  it('is asked for metrics only once its cards are known', async () => {
    const machine = new RecordedMachine(amdSmiMachine)
    const backend = new AmdSmi(machine)
    await backend.detect()
    machine.runs.length = 0
    expect((await backend.read()).get('pci/0000:03:00.0')).toMatchObject({ powerW: 327, powerLimitW: 339 })
    expect(machine.runs).toEqual(['amd-smi metric --json'])
  })

  it('finds out its cards first where it was never asked what they are', async () => {
    expect([...(await new AmdSmi(new RecordedMachine(amdSmiMachine)).read()).keys()]).toEqual(['pci/0000:03:00.0'])
  })

  it.each([
    ['GDDR6', 'SAMSUNG', { form: 'discrete', sharesMemory: false, memoryBytes: 24_560 * MIB }],
    ['LPDDR5', 'UNKNOWN', { form: 'integrated', sharesMemory: true }],
    ['HBM', 'N/A', { memoryBytes: 24_560 * MIB }],
  ])('takes the carve-out of a processor for no memory of a card: %s by %s', (type, vendor, told) => {
    const text = recorded('amd-smi/static-7900-xtx.reconstructed.json')
    const [tree] = amdSmiTrees(text.replace('"GDDR6"', `"${type}"`).replace('"SAMSUNG"', `"${vendor}"`))!
    const { form, sharesMemory, memoryBytes } = amdSmiFacts(tree!)
    expect({ form, sharesMemory, memoryBytes }).toEqual({
      form: undefined,
      sharesMemory: undefined,
      memoryBytes: undefined,
      ...told,
    })
  })

  it('names the reasons of accelerators that say them', () => {
    const text = recorded('amd-smi/changelog-01.txt')
      .replace('HBM_THERMAL_VIOLATION_STATUS: NOT ACTIVE', 'HBM_THERMAL_VIOLATION_STATUS: ACTIVE')
      .replace('PPT_VIOLATION_STATUS: NOT ACTIVE', 'PPT_VIOLATION_STATUS: ACTIVE')
    expect(amdSmiTrees(text)!.map((tree) => amdSmiReading(0, tree).throttled)).toEqual([['heat', 'power'], []])
  })

  it('fails where it prints neither JSON nor its text', async () => {
    const tools = { 'amd-smi': amdSmi({ static: 'AMDSMI_STATUS_DRIVER_NOT_LOADED' }) }
    const finding = await new AmdSmi(new RecordedMachine({ tools })).detect()
    expect(finding.kind).toBe('failed')
  })

  it('is satisfied with a list that somebody cut', () =>
    expect(amdSmiTrees(recorded('amd-smi/cli-guide-01.txt').slice(0, 5_000))).toHaveLength(2))
})
