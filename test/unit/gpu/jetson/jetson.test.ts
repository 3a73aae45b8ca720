import { describe, expect, it } from 'vitest'
import { Jetson } from '../../../../node/gpu/jetson/jetson.ts'
import { jetsonFacts } from '../../../../node/gpu/jetson/jetson-facts.ts'
import { jetsonReading } from '../../../../node/gpu/jetson/jetson-reading.ts'
import { parseTegrastats } from '../../../../node/gpu/jetson/parse-tegrastats.ts'
import { matchCard } from '../../../../protocols/catalogue/match-card.ts'
import { changingMachine } from '../../../support/recordings/changing-machine.ts'
import { jetsonNanoMachine, orinNanoMachine, tegrastatsLines } from '../../../support/recordings/jetson-recordings.ts'
import { RecordedMachine, type Recording } from '../../../support/recordings/recorded-machine.ts'
import { cardsOn } from '../../../support/recordings/see-cards.ts'

const MIB = 1_048_576
const on = (recording: Recording) => cardsOn((machine) => new Jetson(machine), recording)
const readingOf = (line: string) =>
  jetsonReading(0, { tool: parseTegrastats(line), devfreq: undefined, zonesC: new Map() })

describe('a recorded line of tegrastats is told whole', () => {
  const memory = (used: number, total: number) => ({
    memoryUsedBytes: used * MIB,
    memoryFreeBytes: (total - used) * MIB,
  })

  it.each([
    [
      'an Orin with one rail',
      0,
      { temperaturesC: { hotspot: 52.468 }, powerW: 2.171, utilisation: 0.45, ...memory(4_300, 30_698) },
    ],
    [
      'an Orin Nano with memory clock',
      1,
      {
        temperaturesC: { edge: 53.343, hotspot: 53.968 },
        powerW: 12.479,
        coreMhz: 621,
        memoryMhz: 2133,
        utilisation: 0.63,
        ...memory(6_185, 7_620),
      },
    ],
    [
      'an Orin Nano at rest',
      2,
      { temperaturesC: { edge: 49.031, hotspot: 50.25 }, powerW: 4.824, utilisation: 0, ...memory(3_452, 7_620) },
    ],
    ['an Orin without sensors', 3, { temperaturesC: {}, powerW: 2.171, utilisation: 0.45, ...memory(4_300, 30_698) }],
    [
      'a TX2, whose rails have no unit',
      4,
      {
        temperaturesC: { edge: 39.5 },
        powerW: 5.297,
        coreMhz: 114,
        memoryMhz: 1866,
        utilisation: 0,
        ...memory(3_276, 7_859),
      },
    ],
  ])('%s', (_, line, told) => expect(readingOf(tegrastatsLines[line]!)).toEqual({ atMs: 0, ...told }))

  it('with all its sensors and rails by name', () => {
    const { temperaturesC, railsW } = parseTegrastats(tegrastatsLines[4]!)
    expect(Object.fromEntries(temperaturesC)).toEqual({
      pll: 42.5,
      mcpu: 42.5,
      pmic: 50,
      tboard: 38,
      gpu: 39.5,
      bcpu: 42.5,
      thermal: 41.3,
      tdiode: 39.25,
    })
    expect(Object.fromEntries(railsW)).toEqual({
      VDD_SYS_GPU: 0.182,
      VDD_SYS_SOC: 0.73,
      VDD_4V0_WIFI: 0,
      VDD_IN: 5.297,
      VDD_SYS_CPU: 1.917,
      VDD_SYS_DDR: 1.241,
    })
  })
})

describe('a Jetson (reconstructed)', () => {
  it('is told apart by its device tree, with the system that drives it', async () => {
    const [card] = await on(orinNanoMachine)
    expect(card?.facts).toEqual({
      key: 'tegra/gpu',
      seenBy: ['jetson'],
      vendor: 'nvidia',
      name: 'Jetson Orin Nano 8GB',
      form: 'integrated',
      memoryBytes: 7_802_884 * 1_024,
      sharesMemory: true,
      driver: 'L4T 36.4.3',
      platforms: { CUDA: '12.6.11' },
      computeCapability: '8.7',
      limits: {},
    })
  })

  it("is read by the kernel's files where there is no tegrastats, as in a container", async () => {
    const [card] = await on(jetsonNanoMachine)
    expect(card?.facts).toMatchObject({ computeCapability: '5.3', platforms: {} })
    expect(card?.reading).toEqual({
      atMs: expect.any(Number),
      temperaturesC: { edge: 40 },
      coreMhz: 921.6,
      utilisation: 0.99,
    })
  })

  it('asks tegrastats for one line, and is content with it', async () => {
    const machine = new RecordedMachine(orinNanoMachine)
    expect([...(await new Jetson(machine).read()).keys()]).toEqual(['tegra/gpu'])
    expect(machine.runs).toEqual(['tegrastats --interval 500'])
  })

  it('fails where all falls silent that has told before, for it cannot be unplugged', async () => {
    let recording = orinNanoMachine
    const now = () => new RecordedMachine(recording)
    const backend = new Jetson(changingMachine(now))
    await backend.detect()
    recording = {}
    await expect(backend.read()).rejects.toMatchObject({ code: 'GPU_TOOL' })
  })

  it('takes its memory from tegrastats where the kernel does not say', () =>
    expect(jetsonFacts({}, 7_620 * MIB).memoryBytes).toBe(7_620 * MIB))

  it.each([
    ['nvidia,p3737-0000+p3701-0005\0nvidia,p3701-0005\0nvidia,tegra234\0', 'Jetson AGX Orin 64GB', '8.7'],
    ['nvidia,p3509-0000+p3668-0001\0nvidia,tegra194\0', 'Jetson Xavier NX 8GB', '7.2'],
    ['nvidia,p9999-0000\0nvidia,tegra264\0', 'A board', '11.0'],
    ['other,p3767-0005\0nvidia,tegra234\0', 'A board', '8.7'],
  ])('is named by its module where that is known, else by its board: %j', (compatible, name, computeCapability) =>
    expect(jetsonFacts({ compatible, model: 'A board\0' }, undefined)).toMatchObject({ name, computeCapability }),
  )

  it('is found in the catalogue', async () => {
    const machines = [orinNanoMachine, jetsonNanoMachine]
    const cards = (await Promise.all(machines.map(on))).flat()
    expect(cards.map(({ facts }) => matchCard(facts))).toMatchObject([
      { kind: 'row', row: { id: 'jetson-orin-nano-8gb' } },
      { kind: 'row', row: { id: 'jetson-nano' } },
    ])
  })

  it('is no Jetson without a Tegra chip', async () => {
    const files = { '/proc/device-tree/compatible': 'raspberrypi,5-model-b\0brcm,bcm2712\0' }
    expect((await new Jetson(new RecordedMachine({ files })).detect()).kind).toBe('absent')
  })

  it('says nothing of a part that is off', () => {
    const line = tegrastatsLines[1]!.replace('gpu@53.343C', 'gpu@-256C').replace('RAM 6185/7620MB', 'RAM 9999/7620MB')
    const reading = readingOf(line)
    expect(reading?.temperaturesC).toEqual({ hotspot: 53.968 })
    expect(reading).not.toHaveProperty('memoryUsedBytes')
  })
})
