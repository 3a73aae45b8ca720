import { availableParallelism, totalmem } from 'node:os'
import { describe, expect, it } from 'vitest'
import { Processor, type ProcessorSystem } from '../../../../node/gpu/processor/processor.ts'
import { SystemMachine } from '../../../../node/gpu/system-machine.ts'
import { systemClock } from '../../../../node/roles/system-clock.ts'
import { expectHonestFacts, expectHonestReading } from '../../../support/recordings/honest-cards.ts'
import {
  amdDesktop,
  armBoard,
  intelDesktop,
  processorSystem,
} from '../../../support/recordings/processor-recordings.ts'
import { RecordedMachine, type Recording } from '../../../support/recordings/recorded-machine.ts'

const cores = processorSystem('Test CPU', 4)
async function see(recording: Recording, system: ProcessorSystem = cores) {
  const finding = await new Processor(new RecordedMachine(recording), system).detect()
  if (finding.kind !== 'seen') throw new Error(finding.kind)
  return finding.cards[0]!
}

describe('the processor', () => {
  it('of this machine is seen, with its cores and its memory', async () => {
    const finding = await new Processor(new SystemMachine(systemClock)).detect()
    if (finding.kind !== 'seen') throw new Error(finding.kind)
    const [{ facts, reading }] = finding.cards as [(typeof finding.cards)[number]]
    expectHonestFacts(facts)
    expectHonestReading(reading!)
    expect(facts).toMatchObject({
      key: 'cpu',
      vendor: 'cpu',
      form: 'cpu',
      platforms: { CPU: true },
      memoryBytes: totalmem(),
    })
    expect(facts.cores).toBeGreaterThanOrEqual(availableParallelism())
    // What the heat table, or a meter, does not tell is not there: no 0.
    expect(reading?.powerW).not.toBe(0)
  })

  it('has the temperature of the whole package where its driver tells it, and the limit at which it slows down', async () => {
    const intel = await see(intelDesktop)
    expect(intel.reading?.temperaturesC).toEqual({ edge: 54 })
    expect(intel.facts.limits).toEqual({ slowdownC: 100 })
    expect((await see(amdDesktop)).reading?.temperaturesC).toEqual({ edge: 62.5 })
  })

  it('has that of a thermal zone where there is no driver, but not of ACPI, whose figures stand still', async () => {
    expect((await see(armBoard)).reading?.temperaturesC).toEqual({ edge: 48.312 })
    const { '/sys/class/thermal/thermal_zone1/type': _, ...acpi } = armBoard.files!
    expect((await see({ files: acpi })).reading?.temperaturesC).toEqual({})
  })

  it('has the mean clock of its cores on Linux; elsewhere the system knows the rated one only', async () => {
    expect((await see(intelDesktop)).reading?.coreMhz).toBe(2_500)
    expect((await see(armBoard)).reading?.coreMhz).toBe(1_050)
    expect((await see({ ...intelDesktop, platform: 'darwin' })).reading).not.toHaveProperty('coreMhz')
  })

  it('is called what its board is called where its maker says nothing', async () => {
    expect((await see(armBoard, processorSystem('unknown', 4))).facts.name).toBe('Raspberry Pi 5 Model B Rev 1.0')
    expect((await see({}, processorSystem('', 4))).facts).not.toHaveProperty('name')
  })

  it('tells its load and its power since the look before, across the counter’s end', async () => {
    const files: Record<string, string> = { ...intelDesktop.files }
    const machine = new RecordedMachine({ files })
    let busy = 0
    const system = {
      ...cores,
      cpus: () => [{ model: 'x', times: { user: busy, idle: 1_000 } }],
    }
    const processor = new Processor(machine, system)
    const read = async () => (await processor.read()).get('cpu')!
    const first = await read()
    expect(first).not.toHaveProperty('utilisation')
    expect(first).not.toHaveProperty('powerW')
    machine.clock.advance(1_000)
    busy = 3_000
    files['/sys/class/powercap/intel-rapl:0/energy_uj'] = '46000000'
    system.cpus = () => [{ model: 'x', times: { user: busy, idle: 2_000 } }]
    expect(await read()).toMatchObject({ utilisation: 0.75, powerW: 45 })
    machine.clock.advance(1_000)
    files['/sys/class/powercap/intel-rapl:0/energy_uj'] = '1000000'
    files['/sys/class/powercap/intel-rapl:0/max_energy_range_uj'] = '65000000'
    const round = await read()
    expect(round.powerW).toBe(20)
    // Nothing has run meanwhile that the system counted.
    expect(round).not.toHaveProperty('utilisation')
  })

  it('has no power where this user may not read the counter', async () => {
    const { '/sys/class/powercap/intel-rapl:0/energy_uj': _, ...files } = intelDesktop.files!
    const machine = new RecordedMachine({ files })
    const processor = new Processor(machine, cores)
    await processor.read()
    machine.clock.advance(1_000)
    expect((await processor.read()).get('cpu')).not.toHaveProperty('powerW')
  })
})
