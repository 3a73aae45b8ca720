/** Counts and totals of events, in the text form that Prometheus reads. */
import { type EventRow, eventTable } from './event-table.ts'
import type { NodeEvent } from './node-event.ts'

export class EventMetrics {
  /** Kinds times the words of their closed lists: some hundred series at most. */
  readonly #counts = new Map<string, number>()
  readonly #sums = new Map<string, number>()

  add(event: NodeEvent): void {
    const row = eventTable[event.kind] as EventRow<NodeEvent>
    const [label, word] = row.split?.(event) ?? []
    const split = label === undefined ? '' : `,${label}="${word}"`
    increase(this.#counts, `aitbc_events_total{kind="${event.kind}"${split}}`, 1)
    for (const [name, amount] of Object.entries(row.sums?.(event) ?? {})) increase(this.#sums, `${name}_total`, amount)
  }

  /** One series a line, sorted. */
  text(): string {
    const lines = ['# TYPE aitbc_events_total counter']
    for (const [series, value] of sorted(this.#counts)) lines.push(`${series} ${value}`)
    for (const [series, value] of sorted(this.#sums)) lines.push(`# TYPE ${series} counter`, `${series} ${value}`)
    return `${lines.join('\n')}\n`
  }
}

function increase(totals: Map<string, number>, series: string, amount: number): void {
  totals.set(series, (totals.get(series) ?? 0) + amount)
}

const sorted = (totals: ReadonlyMap<string, number>): readonly (readonly [string, number])[] =>
  [...totals].sort(([a], [b]) => (a < b ? -1 : 1))
