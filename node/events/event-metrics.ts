/** Counts and totals of events, in the text form that Prometheus reads. */
import { type EventRow, eventTable } from './event-table.ts'
import type { NodeEvent } from './node-event.ts'

export class EventMetrics {
  /** By kind and word; words of closed lists: some hundred series at most. */
  readonly #counts = new Map<string, Map<string | undefined, Count>>()
  readonly #sums = new Map<string, number>()

  add(event: NodeEvent): void {
    const row = eventTable[event.kind] as EventRow<NodeEvent>
    const [label, word] = row.split?.(event) ?? []
    this.#count(event.kind, label, word).total++
    if (row.sums === undefined) return
    const sums = row.sums(event)
    for (const name in sums) this.#sums.set(name, (this.#sums.get(name) ?? 0) + sums[name]!)
  }

  /** One series a line, sorted. */
  text(): string {
    const lines = ['# TYPE aitbc_events_total counter']
    const counts = [...this.#counts.values()].flatMap((words) => [...words.values()])
    for (const { series, total } of counts.sort((a, b) => (a.series < b.series ? -1 : 1)))
      lines.push(`${series} ${total}`)
    for (const [name, value] of [...this.#sums].sort(([a], [b]) => (a < b ? -1 : 1)))
      lines.push(`# TYPE ${name}_total counter`, `${name}_total ${value}`)
    return `${lines.join('\n')}\n`
  }

  #count(kind: string, label: string | undefined, word: string | undefined): Count {
    const words = this.#counts.get(kind) ?? new Map<string | undefined, Count>()
    if (words.size === 0) this.#counts.set(kind, words)
    let count = words.get(word)
    if (count === undefined) {
      const split = label === undefined ? '' : `,${label}="${word}"`
      count = { series: `aitbc_events_total{kind="${kind}"${split}}`, total: 0 }
      words.set(word, count)
    }
    return count
  }
}

interface Count {
  readonly series: string
  total: number
}
