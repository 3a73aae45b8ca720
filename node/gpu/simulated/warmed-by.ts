import type { EventBus } from '../../events/event-bus.ts'
import type { SimulatedCard } from './simulated-card.ts'

/** From now on the card works while its seat has a run in hand, and rests when it has none. */
export function warmedBy(bus: EventBus, card: SimulatedCard): Disposable {
  return bus.listen(({ event }) => {
    if (event.kind !== 'seat:work' || event.card !== card.facts.key) return
    if (event.isBusy) card.begins()
    else card.ends()
  })
}
