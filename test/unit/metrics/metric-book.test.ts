import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expositionOf } from '../../../node/metrics/exposition.ts'
import { MetricBook } from '../../../node/metrics/metric-book.ts'
import { metricTable } from '../../../node/metrics/metric-table.ts'
import { namingFaults, parseExposition } from '../../support/parse-exposition.ts'
import '../../support/property-seed.ts'

const parsed = (book: MetricBook) => parseExposition(expositionOf(book.families()))

describe('metrics', () => {
  it('without labels are there from the start, for a rate over what is not there is none', () => {
    const families = parsed(new MetricBook())
    for (const [name, row] of Object.entries(metricTable)) {
      if (row.type === 'gauge' || 'labels' in row) expect(families.has(name), name).toBe(false)
      else expect(families.get(name)?.type, name).toBe(row.type)
    }
  })

  it('have the names and units that Prometheus wants', () => {
    expect(namingFaults(parsed(new MetricBook()))).toEqual([])
    for (const [name, { help, type }] of Object.entries(metricTable)) {
      expect(help, name).toMatch(/^[A-Z1].*[^.]$/)
      expect(name.endsWith('_total'), name).toBe(type === 'counter')
    }
  })

  it('are read back as they were counted, whatever the words are', () => {
    const words = fc.tuple(fc.string(), fc.string())
    fc.assert(
      fc.property(fc.array(words, { maxLength: 20 }), (all) => {
        const book = new MetricBook()
        for (const [outcome, reason] of all) book.add('aitbc_jobs_total', 1, outcome, reason)
        const total = parsed(book)
          .get('aitbc_jobs_total')
          ?.samples.reduce((sum, { value }) => sum + value, 0)
        expect(total ?? 0).toBe(all.length)
      }),
    )
  })

  it('spread what they observe over buckets, bounds included', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { maxLength: 50 }), (values) => {
        const book = new MetricBook()
        for (const value of values) book.observe('aitbc_request_seconds', value)
        const { samples } = parsed(book).get('aitbc_request_seconds')!
        for (const { name, labels, value } of samples) {
          if (!name.endsWith('_bucket')) continue
          const bound = labels.le === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels.le)
          expect(value).toBe(values.filter((observed) => observed <= bound).length)
        }
      }),
    )
  })

  it('end in one series for the rest where words are no closed list', () => {
    const book = new MetricBook()
    for (let i = 0; i < 1_000; i++) book.add('aitbc_peer_faults_total', 1, `word ${i}`)
    const { samples } = parsed(book).get('aitbc_peer_faults_total')!
    expect(samples).toHaveLength(257)
    expect(samples.at(-1)).toEqual({ name: 'aitbc_peer_faults_total', labels: { reason: 'other' }, value: 744 })
  })
})

describe('the reader that the tests use', () => {
  const GOOD = '# HELP a_total b\n# TYPE a_total counter\na_total{x="1"} 2\n'
  it.each([
    ['a series twice', `${GOOD}a_total{x="1"} 3\n`],
    ['a family twice', GOOD + GOOD],
    ['a sample of another family', `${GOOD}b 1\n`],
    ['a TYPE without HELP', '# TYPE a counter\na 1\n'],
    ['a quotation mark in a label', GOOD.replace('"1"', '"1"2"')],
    ['no number', GOOD.replace('} 2', '} two')],
    ['a last line without end', GOOD.slice(0, -1)],
    ['a histogram without +Inf', '# HELP h x\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\n'],
  ])('refuses %s', (_, text) => {
    expect(() => parseExposition(GOOD)).not.toThrow()
    expect(() => parseExposition(text)).toThrow()
  })
})
