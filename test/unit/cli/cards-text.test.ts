import { describe, expect, it } from 'vitest'
import { whyText } from '../../../node/cli/gpu/assessment-text.ts'
import { backendsText, cardsLine, cardsText } from '../../../node/cli/gpu/cards-text.ts'
import { careText } from '../../../node/cli/node/holds-text.ts'
import { measuredWays } from '../../../node/control/methods/measured-ways.ts'
import { type CardsReport, cardsReport } from '../../../node/gpu/cards-report.ts'
import { lookOnce } from '../../../node/gpu/look-once.ts'
import { NvidiaSmi } from '../../../node/gpu/nvidia-smi/nvidia-smi.ts'
import { Processor } from '../../../node/gpu/processor/processor.ts'
import { nvidiaAnswers, nvidiaMachine, nvidiaMachines } from '../../support/recordings/nvidia-recordings.ts'
import { intelDesktop, processorSystem } from '../../support/recordings/processor-recordings.ts'
import { RecordedMachine, type Recording } from '../../support/recordings/recorded-machine.ts'

async function reportOn(
  recording: Recording,
  measuredOf?: Parameters<typeof cardsReport>[3],
  ways?: Parameters<typeof cardsReport>[4],
): Promise<CardsReport> {
  const machine = new RecordedMachine(recording)
  const backends = [new NvidiaSmi(machine), new Processor(machine, processorSystem('Test CPU', 4))]
  const { monitor, reports } = await machine.passing(
    lookOnce(backends, machine.clock, { pause: async (ms) => machine.clock.advance(ms) }),
  )
  return cardsReport('machine', monitor.cards(), reports, measuredOf, ways)
}

/** The figure of each card in the recording, without the code that reads it: of the log by its element, of the query by its column. */
function held(name: keyof typeof nvidiaAnswers, element: string, column: string): readonly string[] {
  const { log, query = '' } = nvidiaAnswers[name]
  if (log !== undefined) {
    return log
      .split('<gpu id=')
      .slice(1)
      .map((card) => new RegExp(`<${element}>([^<]*)<`).exec(card)?.[1]?.trim() ?? '')
  }
  const [header = '', ...rows] = query.split('\n').filter((line) => line !== '')
  const at = header.split(', ').findIndex((title) => title.replace(/ \[.*/, '') === column)
  return rows.map((row) => row.split(', ')[at] ?? '')
}

/** Three digits, and whole thousands with a comma. */
const rounded = (text: string): string => {
  const figure = Number.parseFloat(text)
  return figure < 999.5 ? String(Number(figure.toPrecision(3))) : Math.round(figure).toLocaleString('en-US')
}

describe('how a card of a miner stands', () => {
  const hold = { by: 'heat', sinceMs: 1_000, reach: 'card', reasons: [{ cause: 'heat', text: '86 C' }] } as const
  const open = { runsModels: true, admits: true, loadShare: 1, stopsRunning: false, holds: [] }
  const held = { ...open, holds: [{ ...hold, admits: false, loadShare: 0.25, stopsRunning: false }] }
  it.each([
    [open, 'takes them as usual'],
    [{ ...held, loadShare: 0.25 }, 'takes at most 25 % of them: 86 C, for 2 s'],
    [{ ...held, admits: false }, 'takes none: 86 C, for 2 s'],
    [{ ...held, admits: false, stopsRunning: true }, 'takes none and ends those that run: 86 C, for 2 s'],
    [{ ...held, runsModels: false }, 'no models run on it: 86 C, for 2 s'],
  ])('is said in one line', (care, line) => {
    expect(careText(care, 3_000)).toBe(line)
  })
})

describe('every recorded machine, printed', () => {
  it.each(nvidiaMachines)('says all that the recording holds, and a dash where it is silent: %s', async (name) => {
    const report = await reportOn(nvidiaMachine(name))
    const blocks = cardsText(report).split('\n\n')
    const names = held(name, 'product_name', 'name')
    expect(blocks).toHaveLength(names.length + 1)
    expect(blocks.at(-1)).toContain('Test CPU · the processor')
    const figures: readonly (readonly [
      element: string,
      column: string,
      print: (figure: string) => string,
      silent: RegExp,
    ])[] = [
      ['gpu_temp', 'temperature.gpu', (heat) => `core ${heat} C`, /heat +core —/],
      ['memory_temp', 'temperature.memory', (heat) => `memory ${heat} C`, /hot spot —, memory —/],
      ['graphics_clock', 'clocks.current.graphics', (mhz) => `core ${rounded(mhz)} MHz`, /clock +core —/],
      ['max_power_limit', 'power.max_limit', (watts) => `to ${rounded(watts)} W`, /to —/],
      ['gpu_temp_slow_threshold', '-', (heat) => `slows at ${heat} C`, /slows at —/],
    ]
    for (const [index, block] of blocks.slice(0, -1).entries()) {
      expect(block).toContain(names[index])
      for (const [element, column, print, silent] of figures) {
        const text = held(name, element, column)[index] ?? ''
        const figure = /^([\d.]+)/.exec(text)?.[1]
        // 0 of a vGPU is no figure.
        if (figure === undefined && element === 'gpu_temp_slow_threshold' && name === 'RTX 4000 SFF Ada') continue
        if (figure === undefined || Number(figure) === 0) expect(block).toMatch(silent)
        else expect(block).toContain(print(figure))
      }
      expect(block).not.toMatch(/undefined|NaN|null|\[N\/A\]/)
      expect(block.split('\n').length).toBeGreaterThanOrEqual(12)
    }
  })

  it('turns margins into the limits that hold now, where a card tells no others', async () => {
    // 38 C at the core and a margin of 49: it slows down 2 C beyond its end, and stops 7 C beyond.
    expect(cardsText(await reportOn(nvidiaMachine('RTX 4000 SFF Ada')))).toMatch(
      /heat +core 38 C, hot spot —, memory —; slows at 89 C, off at 94 C/,
    )
  })

  it('says what a card may draw of the budget of its owner, and why', async () => {
    const report = await reportOn(nvidiaMachine('RTX 3090, log of schema 13'))
    const why = '312 W of 450 W drawn, its share is 180 W: its limit is set to 180 W'
    const cards = [{ key: report.cards[0]!.key, shareW: 180, limitW: 180, loadShare: 1, why }]
    expect(cardsText({ ...report, power: { budgetW: 450, drawnW: 312, cards } })).toMatch(
      new RegExp(`^share +${why}$`, 'm'),
    )
    expect(cardsText(report)).not.toMatch(/^share/m)
  })

  it('names slices, programs and what holds a card back', async () => {
    expect(cardsText(await reportOn(nvidiaMachine('H100 in slices, under load')))).toContain('4: 3g.40gb, 2g.20gb')
    const t4 = cardsText(await reportOn(nvidiaMachine('Tesla T4')))
    expect(t4).toContain('Xorg (22 MiB), python (1,005 MiB)')
    expect(cardsText(await reportOn(nvidiaMachine('RTX 3090, log of schema 13')))).toContain('held back by power')
  })

  it('says which rows of the catalogue a card can be, and why', async () => {
    expect(cardsText(await reportOn(nvidiaMachine('RTX 3060')))).toMatch(
      /model +geforce-rtx-3060-12gb, Ampere: PCI id 10de:2487/,
    )
    // A driver older than its card: the id tells what the name does not.
    expect(cardsText(await reportOn(nvidiaMachine('GTX 1660 Ti under an older driver')))).toMatch(
      /model +.*1660.*PCI id 10de:2184/,
    )
    expect(cardsText(await reportOn(nvidiaMachine('vGPU of a P4')))).toMatch(/model +—, —: it is a share of a card/)
    expect((await reportOn({})).cards.at(-1)).not.toHaveProperty('model')
  })

  it('says how well it serves where people are, and in which precision models should run on it', async () => {
    const text = cardsText(await reportOn(nvidiaMachine('RTX 3060')))
    expect(text).toMatch(/edge score +0\.\d\d of 1, \d\d % sure/)
    expect(text).toMatch(/best run as +fp16 for networks and transformers, 4-bit for language models/)
    // A share of a card that no row tells: what is not known is not scored, and what its driver says is.
    expect(cardsText(await reportOn(nvidiaMachine('vGPU of a P4')))).toMatch(/edge score +(—|0\.\d\d of 1, 30 % sure)/)
  })

  it('tells of the processor what its kernel tells', async () => {
    const text = cardsText(await reportOn(intelDesktop))
    expect(text).toContain('core 54 C')
    expect(text).toContain('slows at 100 C')
    expect(text).toContain('32 GiB of the machine, 12 GiB used, 20 GiB free')
  })
})

describe('why a card is scored and advised as it is', () => {
  const measured = { measuredAtMs: 1, engine: 'onnxruntime/1.30.0/webgpu', fp32Gflops: 6_370 }

  it('stands with every figure and where it is from, every term, and what was rejected', async () => {
    const report = await reportOn(nvidiaMachine('RTX 3060'), ({ vendor }) =>
      vendor === 'nvidia' ? measured : undefined,
    )
    const text = whyText(report)
    expect(text).toMatch(/fp32 +6\.37 TFLOPS +measured by onnxruntime\/1\.30\.0\/webgpu; published are 12\.7 TFLOPS/)
    expect(text).toMatch(/memory +12 GiB +read here; published are 12 GiB/)
    expect(text).toMatch(/bandwidth +360 GB\/s +the catalogue, sureness [ABC]/)
    expect(text).toMatch(/TERM +WEIGHT +VALUE +SURE +WHY/)
    expect(text).toMatch(/truth +5 % +0\.8\d +100 % +measured at 50 % of what is published/)
    expect(text).toMatch(/headroom +10 % +— +— +how warm it gets at work is not known/)
    expect(text).toMatch(/language models, 7 billion weights +4-bit/)
    expect(text).toMatch(/mobile or a board +no/)
    expect(text).toMatch(/BACK END/)
    expect(text).not.toMatch(/undefined|NaN|null/)
  })

  it('stands with the ways to others, where they were measured', async () => {
    const line = {
      latencies: () => [
        { region: 'eu-west', latencyMs: 12.4, voters: 3 },
        { region: 'us-east', latencyMs: 96, voters: 2 },
      ],
      report: () => ({
        latency: 'unknown' as const,
        bulk: 'unknown' as const,
        up: { bitsPerS: 38_400_000, medianBitsPerS: 1, samples: 9 },
      }),
    }
    const text = whyText(await reportOn(nvidiaMachine('RTX 3060'), undefined, measuredWays(line)))
    expect(text).toMatch(/typical latency +eu-west 12\.4 ms, us-east 96 ms/)
    expect(text).toMatch(/line +38\.4 Mbit\/s up, — down/)
    expect(measuredWays(undefined)).toEqual({})
    expect(whyText(await reportOn(nvidiaMachine('RTX 3060')))).not.toMatch(/typical latency|Mbit/)
  })

  it('says of a processor in which forms models do not run there', async () => {
    const text = whyText(await reportOn(intelDesktop))
    expect(text).toMatch(/networks, 25 million weights +int8-static/)
    expect(text).toMatch(/for consumers +—/)
  })
})

describe('what each back end said', () => {
  it('is why there is no card, in its words', async () => {
    const text = backendsText((await reportOn({})).backends)
    expect(text).toMatch(/nvidia-smi +— .*nvidia-smi is not installed/)
    expect(text).toMatch(/processor +1 .*seen/)
  })

  it('that failed stands below the cards too, with what to do', async () => {
    const text = cardsText(
      await reportOn({ tools: { 'nvidia-smi': { stdout: 'Driver/library version mismatch', code: 18 } } }),
    )
    expect(text).toMatch(/nvidia-smi failed: .*restart the machine\. Run nvidia-smi in a terminal/)
  })
})

it('marks what is simulated and what is gone wherever it is shown, and no stranger moves the cursor', () => {
  const facts = { key: 'k', seenBy: ['x'], platforms: {}, limits: {}, name: 'Card\u001b[2J', simulated: true } as const
  const report = cardsReport('node', [{ facts, readings: [], isGone: true }], [])
  expect(cardsText(report)).toMatch(/SIMULATED · GONE/)
  expect(cardsText(report)).not.toContain('\u001b')
  expect(cardsLine(report.cards)).toContain('SIMULATED · GONE (—, —, —)')
})
