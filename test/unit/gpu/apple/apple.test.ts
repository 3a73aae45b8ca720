import { describe, expect, it } from 'vitest'
import { Apple } from '../../../../node/gpu/apple/apple.ts'
import { parseSysctl } from '../../../../node/gpu/apple/mac-facts.ts'
import { parseIoreg } from '../../../../node/gpu/apple/parse-ioreg.ts'
import { parseMacmon } from '../../../../node/gpu/apple/parse-macmon.ts'
import { parsePowermetrics } from '../../../../node/gpu/apple/parse-powermetrics.ts'
import { parseSystemProfiler } from '../../../../node/gpu/apple/parse-system-profiler.ts'
import { intelMac, m1Machine, m1WithMacmon, m1WithPowermetrics } from '../../../support/recordings/apple-recordings.ts'
import { changingMachine } from '../../../support/recordings/changing-machine.ts'
import { RecordedMachine, type Recording, recorded } from '../../../support/recordings/recorded-machine.ts'
import { cardsOn } from '../../../support/recordings/see-cards.ts'

const GIB = 1_073_741_824
const on = (recording: Recording) => cardsOn((machine) => new Apple(machine), recording)

describe('a Mac with an M1', () => {
  it('tells all that it knows of its graphics', async () => {
    expect((await on(m1Machine)).map(({ facts }) => facts)).toEqual([
      {
        key: 'metal/0',
        seenBy: ['apple'],
        vendor: 'apple',
        name: 'Apple M1',
        form: 'integrated',
        memoryBytes: Math.floor((16 * GIB * 2) / 3),
        sharesMemory: true,
        cores: 7,
        driver: 'macOS 14.5',
        platforms: { Metal: 'apple7' },
        limits: {},
      },
    ])
  })

  it('tells use and memory to everybody, heat and power only through tools that need no password', async () => {
    expect((await on(m1Machine))[0]?.reading).toEqual({
      atMs: expect.any(Number),
      temperaturesC: {},
      utilisation: 0.12,
      memoryUsedBytes: 536_870_912,
    })
    expect((await on(m1WithMacmon))[0]?.reading).toMatchObject({
      temperaturesC: { edge: 29.44516944885254 },
      powerW: 0.010859241709113121,
      coreMhz: 503,
      utilisation: 0.013633215799927711,
      memoryUsedBytes: 536_870_912,
      memoryFreeBytes: 17_179_869_184 - 12_322_914_304,
    })
    expect((await on(m1WithPowermetrics))[0]?.reading).toMatchObject({
      powerW: 0.004,
      coreMhz: 444,
      utilisation: 0.0097,
    })
  })

  it('asks sudo once where it refuses, never for a password, and macmon no more where it is not there', async () => {
    const machine = new RecordedMachine(m1Machine)
    const backend = new Apple(machine)
    await backend.detect()
    const asked = machine.runs.filter((run) => run.startsWith('sudo'))
    expect(asked).toEqual(['sudo -n powermetrics --samplers gpu_power,thermal -i 500 -n 1'])
    machine.runs.length = 0
    expect([...(await backend.read()).keys()]).toEqual(['metal/0'])
    expect(machine.runs).toEqual(['ioreg -r -d 1 -w 0 -c IOAccelerator'])
  })
})

describe('graphics of a Mac that fall silent', () => {
  it('are not gone, for they cannot be unplugged: the tools failed', async () => {
    let tools = m1Machine.tools!
    const now = () => new RecordedMachine({ platform: 'darwin', tools })
    const backend = new Apple(changingMachine(now))
    await backend.detect()
    tools = {}
    await expect(backend.read()).rejects.toMatchObject({ code: 'GPU_TOOL' })
  })
})

describe('a Mac with an Intel processor and a Radeon (reconstructed)', () => {
  it('has two cards, of which nobody can tell what is whose use', async () => {
    const cards = await on(intelMac)
    expect(cards).toMatchObject([
      {
        facts: {
          name: 'Intel UHD Graphics 630',
          vendor: 'intel',
          pci: { vendor: 0x8086, device: 0x3e9b },
          sharesMemory: true,
        },
      },
      {
        facts: {
          name: 'AMD Radeon Pro 5300M',
          vendor: 'amd',
          pci: { vendor: 0x1002, device: 0x7340, revision: 0x43 },
          form: 'discrete',
          sharesMemory: false,
          memoryBytes: 4 * GIB,
          platforms: { Metal: '3' },
        },
      },
    ])
    expect(cards.map(({ reading }) => reading)).toEqual([undefined, undefined])
  })
})

describe('what Macs print', () => {
  const mac = parseSysctl('')

  it('is no card without a list', () => {
    expect(parseSystemProfiler('{"SPDisplaysDataType": {}}', mac)).toBeUndefined()
    expect(parseSystemProfiler('{"SPDisplaysDataType": [{"_name": "Display"}, 3, null]}', mac)).toHaveLength(1)
  })

  it('gives graphics the share of memory that the owner set, and never more than there is', () => {
    const text = recorded('apple/sysctl-m1-16gb.reconstructed.txt')
    expect(parseSysctl(text.replace('_mb: 0', '_mb: 14336')).cardMemoryBytes).toBe(14 * GIB)
    expect(parseSysctl(text.replace('_mb: 0', '_mb: 99999')).cardMemoryBytes).toBe(16 * GIB)
    expect(parseSysctl('').cardMemoryBytes).toBeUndefined()
  })

  it('may begin a share with its point, and may be of an older system', () => {
    expect(
      parsePowermetrics('GPU active frequency: 612 MHz\nGPU active residency:  .97%\nGPU Power: 9.5 mW\n'),
    ).toEqual({
      coreMhz: 612,
      utilisation: 0.0097,
      powerW: 0.0095,
    })
  })

  it.each([
    ['Nominal', []],
    ['Heavy', ['heat']],
    ['Sunny', undefined],
  ])('is slowed down by heat, or not: %s', (level, throttled) =>
    expect(parsePowermetrics(`Current pressure level: ${level}\n`).throttled).toEqual(throttled),
  )

  it('is no heat where a sensor is off', () => {
    expect(parseMacmon('{"gpu_power": -1, "temp": {"gpu_temp_avg": 0.0}, "gpu_usage": [0, 7]}')).toEqual({})
    expect(parseMacmon('macmon: no such device')).toEqual({})
  })

  it('is nobody’s use where there are two accelerators', () => {
    const one = recorded('apple/ioreg.reconstructed.txt')
    expect(parseIoreg(one)).toEqual({ utilisation: 0.12, memoryUsedBytes: 536_870_912 })
    expect(parseIoreg(one + one)).toEqual({})
  })
})
