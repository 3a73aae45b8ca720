/** Counters and histograms of one node, from its start on. */

import type { Family, Series } from './exposition.ts'
import type { CounterName, HistogramName, HistogramRow, LabelsOf, MetricName } from './metric-table.ts'
import { metricTable } from './metric-table.ts'

/** Words come from closed lists of some dozens; a list that is not closed by mistake ends here. */
const SERIES_MAX = 256
const OTHER = 'other'

interface Count {
  readonly words: readonly string[]
  total: number
}

interface Spread {
  /** Of each bucket alone; the last has what is above all bounds. */
  readonly counts: number[]
  sum: number
  count: number
}

const rows = Object.entries(metricTable)

export class MetricBook {
  readonly #counts = new Map<CounterName, Map<string, Count>>()
  readonly #spreads = new Map<HistogramName, Spread>()

  constructor() {
    for (const [name, row] of rows) {
      // What has no labels is there from the start: a rate over what does not exist yet is none.
      if (row.type === 'counter') {
        const own = new Map<string, Count>()
        if (!('labels' in row)) own.set('', { words: [], total: 0 })
        this.#counts.set(name as CounterName, own)
      } else if (row.type === 'histogram') {
        const counts = new Array<number>(row.buckets.length + 1).fill(0)
        this.#spreads.set(name as HistogramName, { counts, sum: 0, count: 0 })
      }
    }
  }

  add<K extends CounterName>(name: K, by: number, ...words: LabelsOf<K>): void {
    const own = this.#counts.get(name)!
    const key = words.length === 2 ? `${words[0]}\n${words[1]}` : (words[0] ?? '')
    const count = own.get(key) ?? begin(own, key, words)
    count.total += by
  }

  observe(name: HistogramName, value: number): void {
    const spread = this.#spreads.get(name)!
    const { buckets } = metricTable[name] as HistogramRow
    let at = 0
    while (at < buckets.length && value > buckets[at]!) at++
    spread.counts[at]!++
    spread.sum += value
    spread.count++
  }

  *families(): Generator<Family> {
    for (const [name, counts] of this.#counts) {
      const { help, ...row } = metricTable[name]
      const labels = 'labels' in row ? row.labels : []
      const series = [...counts.values()].map(
        ({ words, total }): Series => ({ labels: labels.map((label, i) => [label, words[i]!] as const), value: total }),
      )
      yield { name, type: 'counter', help, series }
    }
    for (const [name, spread] of this.#spreads) yield histogramFamily(name, spread)
  }
}

function begin(own: Map<string, Count>, key: string, words: readonly string[]): Count {
  const isFull = own.size >= SERIES_MAX
  const known = isFull ? own.get(OTHER) : undefined
  if (known !== undefined) return known
  const count: Count = { words: isFull ? words.map(() => OTHER) : [...words], total: 0 }
  own.set(isFull ? OTHER : key, count)
  return count
}

function histogramFamily(name: HistogramName, { counts, sum, count }: Spread): Family {
  const { help, buckets } = metricTable[name] as HistogramRow
  let below = 0
  const bounds = [...buckets.map(String), '+Inf']
  const series = bounds.map((bound, i): Series => {
    below += counts[i]!
    return { suffix: '_bucket', labels: [['le', bound]], value: below }
  })
  series.push({ suffix: '_sum', labels: [], value: sum }, { suffix: '_count', labels: [], value: count })
  return { name: name satisfies MetricName, type: 'histogram', help, series }
}
