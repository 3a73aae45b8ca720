/** What happens at the miner's desk, as events of the node. */
import type { TraceContext } from '../../../protocols/kernel/trace-context.ts'
import { receiptStatus } from '../../../protocols/statements/struct-types.ts'
import type { EventBus } from '../../events/event-bus.ts'
import type { DeskEvent } from '../../work/desk-needs.ts'

const causes = {
  [receiptStatus.abortedThermal]: 'thermal',
  [receiptStatus.abortedRestart]: 'restart',
  [receiptStatus.abortedCancelled]: 'cancelled',
  [receiptStatus.abortedError]: 'error',
} as const

const tracedBy = (span: TraceContext | undefined): { readonly traceId?: string } =>
  span === undefined ? {} : { traceId: span.traceId }

export function deskEvents(bus: EventBus): (event: DeskEvent) => void {
  return (event) => {
    switch (event.kind) {
      case 'accepted': {
        const { attempt, model, price, parent } = event
        bus.emit({ kind: 'job:accepted', attempt, model, price, ...tracedBy(parent) })
        return
      }
      case 'refused':
        bus.emit({ kind: 'job:refused', model: event.model, reason: event.refused.reason })
        return
      case 'ended': {
        const { attempt, model, status, price, waitedUs, computedUs, error } = event
        if (status === receiptStatus.finished) {
          bus.emit({ kind: 'job:finished', attempt, model, price, waitedUs, computedUs })
        } else {
          const why = error === undefined ? {} : { error }
          bus.emit({ kind: 'job:aborted', attempt, model, cause: causes[status], ...why })
        }
        return
      }
      // Only the spans of its attempt want to know.
      case 'told':
    }
  }
}
