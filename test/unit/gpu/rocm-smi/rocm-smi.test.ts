import { describe, expect, it } from 'vitest'
import { gfxIn, parseRocmSmi } from '../../../../node/gpu/rocm-smi/parse-rocm-smi.ts'
import { RocmSmi } from '../../../../node/gpu/rocm-smi/rocm-smi.ts'
import { rocmSmiFiles, rocmSmiMachine } from '../../../support/recordings/amd-recordings.ts'
import { RecordedMachine, recorded } from '../../../support/recordings/recorded-machine.ts'
import { cardsOn } from '../../../support/recordings/see-cards.ts'

type Recorded = Record<string, Record<string, string>>
const on = (file: (typeof rocmSmiFiles)[number]) => cardsOn((machine) => new RocmSmi(machine), rocmSmiMachine(file))
const number = (text: string | undefined) => (/^\d+(\.\d+)?$/.test(text ?? '') ? Number(text) : undefined)
const mhz = (text: string | undefined) => Number(/\((\d+)Mhz\)/.exec(text ?? '')?.[1] ?? 0) || undefined

describe('a recording of rocm-smi', () => {
  it.each(rocmSmiFiles)('is told whole: %s', async (file) => {
    const all = JSON.parse(recorded(`rocm-smi/${file}`)) as Recorded
    const printed = Object.entries(all).flatMap(([name, card]) => (name === 'system' ? [] : [card]))
    const cards = await on(file)
    expect(cards).toHaveLength(printed.length)
    for (const [i, card] of printed.entries()) {
      const { facts, reading } = cards[i]!
      expect(facts.driver).toBe(all.system && `amdgpu ${all.system['Driver version']}`)
      expect(facts.busAddress).toBe(card['PCI Bus']?.toLowerCase())
      const device = card['Device ID'] ?? card['GPU ID']
      expect(facts.pci?.device).toBe(device && Number(device))
      expect(facts.pci?.revision).toBe(device && card['Device Rev'] && Number(card['Device Rev']))
      expect(facts.memoryBytes).toBe(number(card['VRAM Total Memory (B)']))
      expect(reading?.memoryUsedBytes).toBe(number(card['VRAM Total Used Memory (B)']))
      expect(reading?.temperaturesC.edge).toBe(number(card['Temperature (Sensor edge) (C)']))
      expect(reading?.temperaturesC.hotspot).toBe(number(card['Temperature (Sensor junction) (C)']))
      expect(reading?.temperaturesC.memory).toBe(number(card['Temperature (Sensor memory) (C)']))
      const power = card['Average Graphics Package Power (W)'] ?? card['Current Socket Graphics Package Power (W)']
      expect(reading?.powerW).toBe(number(power))
      expect(reading?.powerLimitW).toBe(number(card['Max Graphics Package Power (W)']))
      expect(reading?.coreMhz).toBe(mhz(card['sclk clock speed:']))
      expect(reading?.memoryMhz).toBe(mhz(card['mclk clock speed:']))
      const used = number(card['GPU use (%)'])
      if (used === undefined) expect(reading).not.toHaveProperty('utilisation')
      else expect(reading?.utilisation).toBeCloseTo(used / 100)
      const fan = number(card['Fan speed (%)'])
      expect(reading?.fan).toBe(fan === undefined ? undefined : fan / 100)
    }
  })

  it('takes names from whichever version, and no number for a name', async () => {
    const names = async (file: (typeof rocmSmiFiles)[number]) => (await on(file)).map(({ facts }) => facts.name)
    expect(await names('rx6700xt_rocm430.json')).toEqual([undefined])
    expect(await names('rx6700xt_rocm602.json')).toEqual(['Navi 22 [Radeon RX 6700/6700 XT / 6800M]'])
    expect(await names('rx6700xt_rocm612.json')).toEqual(['Navi 22 [Radeon RX 6700/6700 XT / 6800M]'])
    expect(await names('beszel-2.json')).toEqual(['Rembrandt [Radeon 680M]', 'Navi 31 [Radeon RX 7900 XT]'])
  })

  it('gives the two halves of one module keys of their own', async () => {
    const cards = await on('torchserve-sample_amd_metrics.json')
    expect(cards.map(({ facts }) => facts.key)).toEqual(['rocm:guid-11743', 'rocm:guid-61477'])
    expect(cards.map(({ facts }) => facts.gfx)).toEqual(['gfx90a', 'gfx90a'])
    expect(cards.map(({ reading }) => reading?.powerW)).toEqual([92, undefined])
  })

  it('knows a chip by its number, written as the kernel writes it', async () => {
    const [card] = await on('vega-10-XT.json')
    expect(card?.facts).toMatchObject({ uuid: '02150e7d042a1124', form: 'discrete', sharesMemory: false })
  })

  it('is read by the same keys', async () => {
    const readings = await new RocmSmi(new RecordedMachine(rocmSmiMachine('mi100_rocm602.json'))).read()
    const cards = await on('mi100_rocm602.json')
    expect([...readings.keys()]).toEqual(cards.map(({ facts }) => facts.key))
    expect(cards).toHaveLength(4)
  })
})

describe('rocm-smi', () => {
  it('may print warnings around its JSON', () => {
    const text = `\n[WARN] a card sleeps\n${recorded('rocm-smi/vega-10-XT.json')}\nEnd of log\n`
    expect(parseRocmSmi(text, 0)).toHaveLength(1)
  })

  it('fails, with a reason, where it prints something else', async () => {
    const finding = await new RocmSmi(new RecordedMachine({ tools: { 'rocm-smi': 'cat: no such thing' } })).detect()
    expect(finding.kind === 'failed' && finding.error.message).toContain('what it prints cannot be read')
  })

  it('sees no cards where it lists none', () => expect(parseRocmSmi('{"system": {}}', 0)).toEqual([]))

  it.each([
    ['gfx1031', 'gfx1031'],
    ['gfx9010', 'gfx90a'],
    ['N/A', undefined],
    ['gfx', undefined],
    [null, undefined],
  ])('calls the instruction set of %j as everybody does', (printed, gfx) => expect(gfxIn(printed)).toBe(gfx))
})
