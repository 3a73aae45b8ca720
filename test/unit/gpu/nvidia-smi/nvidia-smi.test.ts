import { describe, expect, it } from 'vitest'
import { NvidiaSmi } from '../../../../node/gpu/nvidia-smi/nvidia-smi.ts'
import type { CardFacts } from '../../../../protocols/rules/cards/card-facts.ts'
import {
  fieldsHelp,
  helpWithout,
  type NvidiaAnswers,
  type NvidiaMachine,
  nvidiaAnswers,
  nvidiaMachine,
  nvidiaMachines,
  nvidiaSmi,
} from '../../../support/recordings/nvidia-recordings.ts'
import { RecordedMachine, type RecordedTool } from '../../../support/recordings/recorded-machine.ts'

const MIB = 1_048_576

async function seenOn(name: NvidiaMachine) {
  const finding = await new NvidiaSmi(new RecordedMachine(nvidiaMachine(name))).detect()
  if (finding.kind !== 'seen') throw new Error(`${name}: ${finding.kind}`)
  return finding.cards
}

const factsOn = async (name: NvidiaMachine): Promise<readonly CardFacts[]> =>
  (await seenOn(name)).map(({ facts }) => facts)

const told = (tool: RecordedTool) => new NvidiaSmi(new RecordedMachine({ tools: { 'nvidia-smi': tool } }))

/** Contents of the first such element of each card, found without reading the log as XML. */
const inLog = (log: string, element: string): readonly (string | undefined)[] =>
  log
    .split('<gpu id=')
    .slice(1)
    .map((card) => new RegExp(`<${element}>([^<]*)</${element}>`).exec(card)?.[1]?.trim())

const figure = (text: string | undefined, unit: string): number | undefined => {
  const found = new RegExp(`^(\\d+(?:\\.\\d+)?) ${unit}$`).exec(text ?? '')?.[1]
  return found === undefined ? undefined : Number(found)
}

describe('a recorded log of nvidia-smi', () => {
  const logged = nvidiaMachines.filter((name) => nvidiaAnswers[name].log !== undefined)

  it.each(logged)('is told whole: %s', async (name) => {
    const log = nvidiaAnswers[name].log!
    const cards = await seenOn(name)
    const of = (element: string, unit: string) => inLog(log, element).map((text) => figure(text, unit))
    expect(cards.map(({ facts }) => facts.name)).toEqual(inLog(log, 'product_name'))
    // A vGPU has neither sensor nor clock, and prints 0 for both.
    const sensed = (element: string, unit: string) => of(element, unit).map((value) => value || undefined)
    expect(cards.map(({ reading }) => reading?.temperaturesC.edge)).toEqual(sensed('gpu_temp', 'C'))
    expect(cards.map(({ facts }) => facts.limits.shutdownC)).toEqual(of('gpu_temp_max_threshold', 'C'))
    expect(cards.map(({ facts }) => facts.limits.powerWMax)).toEqual(of('max_power_limit', 'W'))
    expect(cards.map(({ reading }) => reading?.coreMhz)).toEqual(sensed('graphics_clock', 'MHz'))
    expect(cards.map(({ reading }) => reading?.fan)).toEqual(of('fan_speed', '%').map((fan) => fan && fan / 100))
    expect(cards.map(({ reading }) => reading?.utilisation)).toEqual(
      of('gpu_util', '%').map((used) => used && used / 100),
    )
    expect(cards.map(({ facts }) => facts.driver)).toEqual(cards.map(() => /<driver_version>([^<]*)</.exec(log)?.[1]))
    expect(cards.map(({ facts }) => facts.platforms.CUDA)).toEqual(
      cards.map(() => /<cuda_version>([^<]*)</.exec(log)?.[1] ?? true),
    )
  })

  it('tells margins where the card has no limits in degrees, and neither where it has none', async () => {
    const [card] = await seenOn('RTX 4000 SFF Ada')
    expect(card!.facts.limits).toMatchObject({ slowdownMarginC: -2, shutdownMarginC: -7 })
    expect(card!.facts.limits).not.toHaveProperty('shutdownC')
    expect(card!.reading).toMatchObject({ temperaturesC: { edge: 38 }, marginC: 49 })
    const [older] = await seenOn('RTX 3090, log of schema 13')
    expect(older!.facts.limits).toMatchObject({ shutdownC: 98 })
    expect([older!.facts.limits, older!.reading]).not.toContainEqual(
      expect.objectContaining({ marginC: expect.anything() }),
    )
  })

  it('tells slices from their card: each has memory of its own, and the card no utilisation', async () => {
    const [card] = await seenOn('A100 in four slices, others hidden')
    expect(card!.facts.slices).toEqual(Array.from({ length: 4 }, () => ({ memoryBytes: 19_968 * MIB })))
    expect(card!.facts.memoryBytes).toBe(81_920 * MIB)
    expect(card!.reading).not.toHaveProperty('utilisation')
    expect(card!.reading?.temperaturesC).toEqual({ edge: 27, memory: 44 })
  })

  it('keeps two cards of one name apart, even under one UUID, which then names neither', async () => {
    const twins = await factsOn('two RTX 2080 under one masked UUID')
    expect(twins.map(({ key }) => key)).toEqual(['pci/0000:01:00.0', 'pci/0000:02:00.0'])
    expect(twins.map(({ uuid }) => uuid)).toEqual([undefined, undefined])
    expect((await factsOn('two RTX 2070')).map(({ uuid }) => uuid?.slice(-2))).toEqual(['ab', 'cd'])
  })

  it('calls a vGPU virtual, and believes no masked PCI id', async () => {
    expect(await factsOn('vGPU of a P4')).toMatchObject([
      { name: 'GRID P4-1Q', form: 'virtual', memoryBytes: 1_024 * MIB },
    ])
    expect((await factsOn('A10G'))[0]).not.toHaveProperty('pci')
  })

  it('names a card as the driver does, and gives the id by which it is known all the same', async () => {
    expect(await factsOn('GTX 1660 Ti under an older driver')).toMatchObject([
      { name: 'Graphics Device', pci: { vendor: 0x10de, device: 0x2184 } },
    ])
  })

  it('tells the programs that hold memory, without their paths', async () => {
    const [card] = await seenOn('Tesla T4')
    expect(card!.reading?.processes).toEqual([
      { pid: 675, program: 'Xorg', memoryBytes: 22 * MIB },
      { pid: 5762, program: 'python', memoryBytes: 1_005 * MIB },
    ])
  })
})

describe('a recorded query of nvidia-smi', () => {
  it('stands in where there is no log, with the names of slices from the list', async () => {
    const [card] = await seenOn('H100 in slices, under load')
    expect(card!.facts).toMatchObject({
      name: 'NVIDIA H100 80GB HBM3',
      computeCapability: '9.0',
      memoryBytes: 81_559 * MIB,
      pci: { vendor: 0x10de, device: 0x2330 },
    })
    expect(card!.facts.slices?.map(({ name }) => name)).toEqual(['3g.40gb', '2g.20gb', '1g.10gb', '1g.10gb'])
    expect(card!.reading).not.toHaveProperty('utilisation')
  })

  it.each([
    ['H100 in slices, under load', 53, 24],
    ['H200 in slices, under load', 36, 46],
    ['L40S, under load', 54, 34],
    ['RTX 4080 SUPER, under load', 46, undefined],
  ] as const)('is read for the margin to a limit that moves with the load: %s', async (name, edge, marginC) => {
    const [reading] = [...(await new NvidiaSmi(new RecordedMachine(nvidiaMachine(name))).read()).values()]
    expect([reading!.temperaturesC.edge, reading!.marginC]).toEqual([edge, marginC])
  })

  it('is read for what a card does now, with the programs on it; Windows does not say how much they hold', async () => {
    const machine = new RecordedMachine(nvidiaMachine('RTX 2080 SUPER on Windows, under load'))
    const reading = (await new NvidiaSmi(machine).read()).get('pci/0000:0c:00.0')
    expect(reading).toMatchObject({
      temperaturesC: { edge: 44 },
      powerW: 97.99,
      powerLimitW: 250,
      coreMhz: 2_040,
      memoryMhz: 7_500,
      utilisation: 0.07,
      memoryUsedBytes: 1_366 * MIB,
      fan: 0.38,
      throttled: [],
    })
    expect(reading?.processes?.filter(({ program }) => program === 'ffmpeg.exe')).toHaveLength(2)
    expect(reading?.processes?.every(({ memoryBytes }) => memoryBytes === undefined)).toBe(true)
  })

  describe('of a driver that does not know all fields', () => {
    const LACKS = ['temperature.memory', 'compute_cap', 'mig.mode.current', 'enforced.power.limit']
    const old = LACKS.reduce(
      (query, field) => query.replace(field, `something.else.than.${field}`),
      nvidiaAnswers['RTX 4080 SUPER, under load']
        .query!.replace('clocks_event_reasons.active', 'clocks_throttle_reasons.active')
        .replace('0x0000000000000000', '0x0000000000000064'),
    )
    const help = helpWithout(...LACKS).replaceAll('"clocks_event_reasons.active" or ', '')
    const onOld = (answers: NvidiaAnswers) => new RecordedMachine({ tools: { 'nvidia-smi': nvidiaSmi(answers) } })
    const asked = ({ runs }: RecordedMachine) => runs.map((run) => run.split(/[ =]/)[1])

    it('asks once which it knows, however many it lacks, and knows the former name of the reasons', async () => {
      const machine = onOld({ query: old, help })
      const backend = new NvidiaSmi(machine)
      const first = await backend.read()
      expect([...first.values()]).toMatchObject([
        { temperaturesC: { edge: 46 }, powerW: 84.24, fan: 0, throttled: ['power', 'heat'] },
      ])
      expect(asked(machine)).toEqual(['--query-gpu', '--help-query-gpu', '--query-gpu', '--query-compute-apps'])
      // What was learned of the readings holds for what a card is as well.
      await backend.read()
      const finding = await backend.detect()
      expect(finding.kind === 'seen' && finding.cards[0]!.facts.limits.powerWMax).toBe(400)
      expect(asked(machine).slice(4)).toEqual(['--query-gpu', '--query-compute-apps', '-q', '--query-gpu'])
    })

    it('asks for what every driver knows where that one does not say, or says what is not so', async () => {
      for (const wrong of ['', 'Felder: keine', fieldsHelp, helpWithout('compute_cap')]) {
        const machine = onOld({ query: old, help: wrong })
        const backend = new NvidiaSmi(machine)
        expect([...(await backend.read()).values()]).toMatchObject([{ temperaturesC: { edge: 46 } }])
        expect(machine.runs.length, wrong.slice(0, 20)).toBeLessThanOrEqual(5)
        await backend.read()
        expect(asked(machine).slice(-2)).toEqual(['--query-gpu', '--query-compute-apps'])
      }
    })

    it('is read by its log where it refuses every query', async () => {
      const machine = onOld({ log: nvidiaAnswers['Tesla T4'].log!, query: 'nothing\n1\n', help })
      const [reading] = [...(await new NvidiaSmi(machine).read()).values()]
      expect(reading).toMatchObject({ temperaturesC: { edge: expect.any(Number) } })
      expect(reading!.processes?.map(({ program }) => program)).toEqual(['Xorg', 'python'])
      const queries = ['--query-gpu', '--help-query-gpu', '--query-gpu', '--query-gpu']
      expect(asked(machine)).toEqual([...queries, '-q'])
    })

    it('that hangs when asked which it knows costs no more than its two seconds', async () => {
      const known = nvidiaSmi({ query: old }) as Extract<RecordedTool, (...args: never[]) => unknown>
      const tool: RecordedTool = (args) => (args[0] === '--help-query-gpu' ? 'hangs' : known(args))
      const machine = new RecordedMachine({ tools: { 'nvidia-smi': tool } })
      const startedMs = machine.clock.monotonicMs()
      expect((await machine.passing(new NvidiaSmi(machine).read())).size).toBe(1)
      expect(machine.clock.monotonicMs() - startedMs).toBeLessThanOrEqual(2_100)
    })
  })

  it('adds what only it tells to the log of the card in the same place', async () => {
    const log = nvidiaAnswers['RTX 3090, log of schema 13'].log!.replaceAll('00000000:09:00.0', '00000000:01:00.0')
    const query = nvidiaAnswers['RTX 4080 SUPER, under load'].query!
    const finding = await told(nvidiaSmi({ log, query })).detect()
    expect(finding.kind === 'seen' && finding.cards[0]!.facts).toMatchObject({
      name: 'NVIDIA GeForce RTX 3090',
      computeCapability: '8.9',
    })
  })

  it.each(['[Not Supported]', '[Unknown Error]', '[Insufficient Permissions]', '[GPU requires reset]', 'ERR!'])(
    'takes %s for no value',
    async (word) => {
      const query = nvidiaAnswers['RTX 4080 SUPER, under load']
        .query!.replace('84.24 W', word)
        .replace(', 46,', `, ${word},`)
      const reading = [...(await told(nvidiaSmi({ query })).read()).values()][0]!
      expect(reading).not.toHaveProperty('powerW')
      expect(reading.temperaturesC).toEqual({})
      expect(reading.powerLimitW).toBe(320)
    },
  )
})

describe('nvidia-smi that does not answer', () => {
  it.each([
    [
      'Failed to initialize NVML: Driver/library version mismatch\nNVML library version: 535.161',
      18,
      /restart the machine/,
    ],
    ["NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.", 9, /driver is not loaded/],
    ['Unable to determine the device handle for GPU0000:01:00.0: Unknown Error', 15, /fallen off the bus/],
    ['Failed to initialize NVML: Insufficient Permissions', 4, /access to \/dev\/nvidia/],
    ['Failed to initialize NVML: Unknown Error', 255, /it says: Failed to initialize NVML/],
    ['', 139, /ended with code 139/],
  ])('fails with what its owner can do about it: %s', async (stdout, code, why) => {
    const finding = await told(() => ({ stdout, code })).detect()
    expect(finding.kind === 'failed' && finding.error.facts.why).toMatch(why)
    await expect(told(() => ({ stdout, code })).read()).rejects.toMatchObject({ code: 'GPU_TOOL' })
  })

  it('has seen no card where it says so, which is no failure', async () => {
    const none = () => ({ stdout: 'No devices were found\n', code: 6 })
    expect(await told(none).detect()).toEqual({ kind: 'seen', cards: [] })
    expect(await told(none).read()).toEqual(new Map())
  })

  it('is absent where there is no such tool, and failed where it was there a moment ago', async () => {
    expect(await told('absent').detect()).toEqual({ kind: 'absent', why: 'nvidia-smi is not installed' })
    await expect(told('absent').read()).rejects.toMatchObject({ code: 'GPU_TOOL' })
  })

  it('shows of a stranger’s text only what a terminal can show', async () => {
    const finding = await told(() => ({ stderr: '\u001b[2J\u202eboom\u0007\n', code: 1 })).detect()
    expect(finding.kind === 'failed' && finding.error.facts.why).toBe('it says: [2J boom')
  })

  it('still tells of the cards that answered before one was lost', async () => {
    const log = nvidiaAnswers['two RTX 2070'].log!
    const finding = await told((args) => (args[0] === '-q' ? { stdout: log, code: 15 } : { code: 15 })).detect()
    expect(finding.kind === 'seen' && finding.cards).toHaveLength(2)
  })
})
