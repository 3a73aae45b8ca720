/** What the metrics make of events: a count of each kind, and what its row measures. */
import { MetricBook } from '../metrics/metric-book.ts'
import { type EventRow, eventTable } from './event-table.ts'
import type { NodeEvent } from './node-event.ts'

export class EventMetrics {
  readonly book: MetricBook = new MetricBook()

  add(event: NodeEvent): void {
    const row = eventTable[event.kind] as EventRow<NodeEvent>
    this.book.add('aitbc_events_total', 1, event.kind, row.split?.(event) ?? '')
    row.measure?.(event, this.book)
  }
}
