import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allRows } from '../../../../protocols/catalogue/all-rows.ts'
import type { CatalogueRow } from '../../../../protocols/catalogue/catalogue-row.ts'
import { classifyCard } from '../../../../protocols/rules/classification/classify-card.ts'
import { edgeScore, edgeTerms, edgeWeights } from '../../../../protocols/rules/classification/edge-score.ts'
import {
  type ConsumerGpuProfile,
  type Figure,
  type FigureName,
  figureNames,
} from '../../../../protocols/rules/classification/gpu-profile.ts'
import '../../../support/property-seed.ts'

const ofRow = (row: CatalogueRow): ConsumerGpuProfile =>
  classifyCard({
    facts: { key: row.id, seenBy: [], platforms: { Vulkan: true }, limits: {} },
    match: { kind: 'row', row, how: 'pci', certainty: 'certain', reasons: [] },
  })
const byId = (id: string): ConsumerGpuProfile => ofRow(allRows.find((row) => row.id === id)!)
const figure = (value: number): Figure => ({ value, origin: { kind: 'reported' } })

const anyFigures = fc
  .record(
    Object.fromEntries(figureNames.map((name) => [name, fc.double({ min: 1e-6, max: 1e6, noNaN: true })])) as Record<
      FigureName,
      fc.Arbitrary<number>
    >,
    { requiredKeys: [] },
  )
  .map((values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, figure(value)])))
const anyProfile = fc
  .record({
    figures: anyFigures,
    sharesMemory: fc.boolean(),
    form: fc.option(
      fc.constantFrom('desktop', 'laptop', 'soc', 'apu', 'embedded', 'workstation', 'datacentre', 'cpu'),
      {
        nil: undefined,
      },
    ),
  })
  .map(
    ({ form, ...rest }) =>
      ({
        rows: [],
        matchedBy: [],
        platforms: [],
        ways: {},
        ...rest,
        ...(form === undefined ? {} : { form }),
      }) as ConsumerGpuProfile,
  )
const anyTemperatureC = fc.option(fc.double({ min: -300, max: 1_000 }), { nil: undefined })
const withFigure = (profile: ConsumerGpuProfile, name: FigureName, value: number): ConsumerGpuProfile => ({
  ...profile,
  figures: { ...profile.figures, [name]: figure(value) },
})

describe('the edge score', () => {
  test('is from 0 to 1, with a confidence from 0 to 1, whatever is known', () => {
    fc.assert(
      fc.property(anyProfile, anyTemperatureC, (profile, temperatureC) => {
        const { score, confidence, terms } = edgeScore(profile, temperatureC)
        expect(terms.map(({ term }) => term)).toEqual(edgeTerms)
        for (const each of [score, confidence, ...terms.flatMap((term) => [term.value, term.confidence])]) {
          if (each !== undefined) expect(each >= 0 && each <= 1).toBe(true)
        }
        expect(score === undefined).toBe(terms.every(({ value }) => value === undefined))
      }),
    )
  })

  test('never falls because a card has more memory, bandwidth or speed, takes less power or is cooler', () => {
    const betters = [
      ['memoryGiB', 1],
      ['bandwidthGBps', 1],
      ['fp32Tflops', 1],
      ['tdpW', -1],
    ] as const
    fc.assert(
      fc.property(
        anyProfile,
        fc.constantFrom(...betters),
        fc.double({ min: 0.01, max: 1e5, noNaN: true }),
        fc.double({ min: 1, max: 100, noNaN: true }),
        fc.double({ min: 0, max: 120, noNaN: true }),
        (profile, [name, direction], value, times, temperatureC) => {
          const [worse, better] = direction > 0 ? [value, value * times] : [value * times, value]
          const low = edgeScore(withFigure(profile, name, worse), temperatureC + 5).score!
          const high = edgeScore(withFigure(profile, name, better), temperatureC).score!
          expect(high).toBeGreaterThanOrEqual(low - 1e-12)
        },
      ),
    )
  })

  test('is the weighted mean of its terms, of which the unknown ones give their weight to the others', () => {
    expect(Object.values(edgeWeights).reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 12)
    const { score, confidence, terms } = edgeScore(byId('geforce-rtx-4070'))
    const known = terms.filter(({ value }) => value !== undefined)
    expect(known.map(({ term }) => term)).toEqual(['memory', 'efficiency', 'bandwidth', 'form'])
    const weight = known.reduce((sum, each) => sum + each.weight, 0)
    expect(score).toBeCloseTo(known.reduce((sum, each) => sum + each.weight * each.value!, 0) / weight, 12)
    expect(confidence).toBeCloseTo(0.85, 12)
    // The same facts from memory only are believed less.
    expect(edgeScore(byId('geforce-gtx-1650-ti-laptop')).confidence).toBeCloseTo(0.75 * 0.6 + 0.1, 12)
  })

  test('is absent, with no confidence, where nothing is known', () => {
    const nothing: ConsumerGpuProfile = {
      rows: [],
      matchedBy: [],
      figures: {},
      platforms: [],
      sharesMemory: false,
      ways: {},
    }
    expect(edgeScore(nothing)).toMatchObject({ confidence: 0 })
    expect(edgeScore(nothing)).not.toHaveProperty('score')
  })

  test('puts frugal cards with room before old, small and hungry ones', () => {
    const score = (id: string): number => edgeScore(byId(id)).score!
    expect(score('rtx-4000-sff-ada')).toBeGreaterThan(score('geforce-rtx-3090'))
    expect(score('geforce-rtx-4070')).toBeGreaterThan(score('geforce-gtx-1070'))
    expect(score('geforce-gtx-1070')).toBeGreaterThan(score('geforce-gt-1030'))
    expect(score('jetson-agx-orin-64gb')).toBeGreaterThan(score('jetson-nano'))
  })

  test('sinks with a card that is hot, or does less than its name promises', () => {
    const honest = byId('geforce-rtx-4070')
    const measured = (share: number): ConsumerGpuProfile => ({
      ...honest,
      figures: {
        ...honest.figures,
        fp32Tflops: { value: 29.15 * share, publishedValue: 29.15, origin: { kind: 'measured', engine: 'x', atMs: 1 } },
      },
    })
    const truth = (profile: ConsumerGpuProfile): number =>
      edgeScore(profile).terms.find(({ term }) => term === 'truth')!.value!
    expect([0.9, 0.6, 0.3].map((share) => truth(measured(share)))).toEqual([1, 1, expect.closeTo(0.5, 10)])
    expect(edgeScore(honest, 79).score!).toBeLessThan(edgeScore(honest, 55).score!)
    expect(edgeScore(honest, Number.NaN).score).toBe(edgeScore(honest).score)
  })
})
