import { describe, expect, test } from 'vitest'
import { allRows } from '../../../protocols/catalogue/all-rows.ts'
import { architectureWords } from '../../../protocols/catalogue/architectures.ts'
import { type CatalogueRow, family } from '../../../protocols/catalogue/catalogue-row.ts'
import { catalogueSources } from '../../../protocols/catalogue/sources.ts'
import { hasArchitecture } from '../../../protocols/wire/profile/capability-key.ts'
import { documentText } from '../../support/documents/source-numbers.ts'

/** Ids of the rows for which something is not true. */
const where = (isWrong: (row: CatalogueRow) => boolean): readonly string[] =>
  allRows.filter(isWrong).map(({ id }) => id)
const far = (value: number, wanted: number, share: number): boolean => Math.abs(value - wanted) > share * wanted
const row = (id: string): CatalogueRow => allRows.find((each) => each.id === id)!

const RANGES: Readonly<Partial<Record<keyof CatalogueRow, readonly [number, number]>>> = {
  year: [2012, 2027],
  memoryGiB: [1, 1_024],
  memoryGiBMax: [1, 1_024],
  busBits: [32, 8_192],
  bandwidthGBps: [10, 10_000],
  shaders: [16, 30_000],
  cores: [2, 4_096],
  boostMhz: [200, 3_500],
  fp32Tflops: [0.05, 200],
  fp16Tflops: [0.01, 500],
  fp16TensorTflops: [0.5, 3_000],
  int8Tops: [1, 6_000],
  tdpW: [3, 1_200],
}

/** Gbit a second and pin that memory of a type was ever sold with. */
const PIN_GBPS: Readonly<Record<NonNullable<CatalogueRow['memoryType']>, readonly [number, number]>> = {
  DDR4: [2.1, 3.3],
  DDR5: [4, 6.5],
  LPDDR4: [3.1, 4.3],
  LPDDR4X: [3.7, 4.3],
  LPDDR5: [4.2, 6.5],
  LPDDR5X: [7.4, 10.8],
  GDDR5: [5, 9.1],
  GDDR5X: [9.5, 12.5],
  GDDR6: [9.9, 20.1],
  GDDR6X: [18, 24],
  GDDR7: [17, 32.5],
  HBM2: [1.4, 2.5],
  HBM2e: [2.8, 3.7],
  HBM3: [4.5, 6.5],
  HBM3e: [6, 9.7],
}

describe('the catalogue', () => {
  test('knows more than 300 models for consumers, each once', () => {
    expect(allRows.filter(({ consumer }) => consumer).length).toBeGreaterThan(300)
    expect(new Set(allRows.map(({ id }) => id)).size).toBe(allRows.length)
    expect(where(({ id }) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id))).toEqual([])
  })

  test('is as large as its README says, with as many rows of each confidence', () => {
    const readme = documentText('protocols/catalogue/README.md')
    expect(readme).toContain(`${allRows.length} models as published facts`)
    for (const confidence of ['A', 'B', 'C'] as const)
      expect(readme).toContain(`| ${confidence} | ${where((each) => each.confidence === confidence).length} |`)
    expect(where(({ consumer }) => !consumer)).toHaveLength(12)
  })

  test('says of every row where it is from, and of no source that no row needs it', () => {
    expect(where(({ source }) => source.length === 0 || new Set(source).size !== source.length)).toEqual([])
    const used = new Set(allRows.flatMap(({ source }) => source))
    expect([...used].sort()).toEqual(Object.keys(catalogueSources).sort())
    // Two sources at least that are not one editor: else nobody agreed with anybody.
    expect(where(({ confidence, source }) => confidence === 'A' && source.length < 2)).toEqual([])
    expect(
      where(({ source, confidence }) => source.length === 1 && source[0] === 'editor' && confidence !== 'C'),
    ).toEqual([])
  })

  test('does not compile with a row that has no source, an empty one, an unknown one, or no confidence', () => {
    const shared = {
      vendor: 'nvidia',
      architecture: 'Ampere',
      platforms: ['CUDA'],
      supportsMobile: false,
      consumer: true,
      form: 'desktop',
    } as const
    const fact = { id: 'x', name: 'X', printed: ['X'], year: 2020 } as const
    // @ts-expect-error: no source
    family(shared, [{ ...fact, confidence: 'A' }])
    // @ts-expect-error: an empty list of sources
    family(shared, [{ ...fact, confidence: 'A', source: [] }])
    // @ts-expect-error: a source that nobody described
    family(shared, [{ ...fact, confidence: 'A', source: ['hearsay'] }])
    // @ts-expect-error: no confidence
    family(shared, [{ ...fact, source: ['mesa'] }])
    // @ts-expect-error: a family does not vouch for its rows
    family({ ...shared, source: ['mesa'] }, [{ ...fact, confidence: 'A' }])
    expect(family(shared, [{ ...fact, confidence: 'A', source: ['mesa'] }])).toHaveLength(1)
  })

  test('leaves out what is not known instead of calling it 0, and has no figure out of its range', () => {
    for (const [name, [min, max]] of Object.entries(RANGES)) {
      const wrong = where((each) => {
        const value = each[name as keyof CatalogueRow]
        return value !== undefined && !(typeof value === 'number' && value >= min && value <= max)
      })
      expect(wrong, name).toEqual([])
    }
    const texts = (each: CatalogueRow): readonly string[] => [each.name, ...each.printed, ...(each.notes ?? [])]
    expect(
      where((each) => texts(each).some((text) => text.trim() !== text || /^(|n\/?a|none|unknown)$/i.test(text))),
    ).toEqual([])
  })

  test('writes ids as PCI does, and revisions only for cards of AMD', () => {
    expect(where(({ pci = [] }) => pci.some((id) => !/^[0-9a-f]{4}:[0-9a-f]{4}$/.test(id)))).toEqual([])
    expect(where(({ revisions = [] }) => revisions.some((each) => !/^[0-9A-F]{2}$/.test(each)))).toEqual([])
    expect(
      where(({ revisions, vendor, pci }) => revisions !== undefined && (vendor !== 'amd' || pci === undefined)),
    ).toEqual([])
    const makers = { nvidia: '10de', amd: '1002', intel: '8086' } as Readonly<Record<string, string>>
    expect(where(({ vendor, pci = [] }) => pci.some((id) => !id.startsWith(`${makers[vendor]}:`)))).toEqual([])
  })

  test('has a word for every architecture that a capability key can hold', () => {
    for (const word of Object.values(architectureWords)) expect(hasArchitecture(word)).toBe(`arch/${word}`)
    const used = new Set(allRows.map(({ architecture }) => architecture))
    const known = Object.keys(architectureWords)
    // CDNA is known to the classifier by its gfx only.
    expect(known.filter((each) => !used.has(each as never))).toEqual(['CDNA'])
  })

  test('has bandwidth that its bus and its type of memory can carry', () => {
    const wrong = where(({ bandwidthGBps, busBits, memoryType }) => {
      if (bandwidthGBps === undefined || busBits === undefined || memoryType === undefined) return false
      const [min, max] = PIN_GBPS[memoryType]
      const pinGbps = (bandwidthGBps * 8) / busBits
      return pinGbps < min || pinGbps > max
    })
    expect(wrong).toEqual([])
  })

  test('has fp32 rates that follow from lanes and clock, and fp16 rates in the ratio of their generation', () => {
    const derived = where(({ shaders, boostMhz, fp32Tflops }) => {
      if (shaders === undefined || boostMhz === undefined) return false
      return fp32Tflops === undefined || far(fp32Tflops, (2 * shaders * boostMhz) / 1e6, 0.12)
    })
    expect(derived).toEqual([])
    const ratio = where(({ fp32Tflops, fp16Tflops }) => {
      if (fp32Tflops === undefined || fp16Tflops === undefined) return false
      return [1 / 64, 1, 2, 4].every((each) => far(fp16Tflops / fp32Tflops, each, 0.03))
    })
    expect(ratio).toEqual([])
  })

  test('has dense rates of matrix units that agree with each other', () => {
    expect(
      where(
        ({ fp16TensorTflops, tensorFp32AccumulateRatio: ratio }) =>
          (fp16TensorTflops === undefined) !== (ratio === undefined),
      ),
    ).toEqual([])
    const sparse = where(({ fp16TensorTflops, int8Tops }) => {
      if (fp16TensorTflops === undefined || int8Tops === undefined) return false
      return [1, 2].every((each) => far(int8Tops / fp16TensorTflops, each, 0.03))
    })
    expect(sparse).toEqual([])
    const odd = where(({ fp16TensorTflops, fp32Tflops }) => {
      if (fp16TensorTflops === undefined || fp32Tflops === undefined) return false
      return fp16TensorTflops < 2 * fp32Tflops || fp16TensorTflops > 20 * fp32Tflops
    })
    expect(odd).toEqual([])
    expect(
      where(
        ({ architecture, fp16TensorTflops }) => architecture === 'Turing without tensor cores' && !!fp16TensorTflops,
      ),
    ).toEqual([])
  })

  test('keeps out what is false and often told', () => {
    expect(row('steam-deck-lcd').bandwidthGBps).toBe(88)
    expect(row('steam-deck-oled').bandwidthGBps).toBe(102.4)
    // Advertised: 3352 "AI TOPS", sparse FP4.
    expect(row('geforce-rtx-5090').int8Tops).toBe(838)
    // Advertised: 61 TFLOPS, two instructions at once.
    expect(row('radeon-rx-7900-xtx').fp32Tflops).toBe(30.72)
    // Advertised: 275 TOPS, sparse and with other units.
    expect(row('jetson-agx-orin-64gb').int8Tops).toBe(85.2)
    expect(row('a10g').shaders).toBe(10_240)
    expect(row('geforce-rtx-2050-laptop').architecture).toBe('Ampere')
    // Laptop chips carry the number of desktop cards, not their silicon.
    expect(row('geforce-rtx-4090-laptop').shaders).toBeLessThan(row('geforce-rtx-4090').shaders!)
    expect(row('geforce-rtx-3060-laptop').shaders).toBeGreaterThan(row('geforce-rtx-3060-12gb').shaders!)
    // Their clock is published nowhere that could be checked.
    for (const id of ['apple-m4-10core', 'apple-m5-10core']) expect(row(id).fp32Tflops).toBeUndefined()
  })

  test('calls only cards of data centres not for consumers, and only what is held in a hand mobile', () => {
    expect(where(({ form, consumer }) => (form === 'datacentre') === consumer)).toEqual([])
    expect(where(({ form, supportsMobile }) => supportsMobile && form !== 'soc' && form !== 'apu')).toEqual([])
    expect(row('steam-deck-oled').supportsMobile).toBe(true)
  })
})
