import type { EventBus } from '../../events/event-bus.ts'
import type { SimulatedCard } from './simulated-card.ts'

/** From now on the card works while the node has a job, and rests when it has none. */
export function warmedBy(bus: EventBus, card: SimulatedCard): Disposable {
  return bus.listen(({ event }) => {
    if (event.kind === 'job:accepted') card.begins()
    else if (event.kind === 'job:finished' || event.kind === 'job:aborted') card.ends()
  })
}
