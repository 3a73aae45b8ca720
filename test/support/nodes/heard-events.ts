/** Of one kind of event all that a node tells from now on. */
import type { EventKind, EventOf } from '../../../node/events/node-event.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'

export interface HeardEvents<K extends EventKind> extends Disposable {
  /** In order, and growing. */
  readonly events: readonly EventOf<K>[]
}

export function heardEvents<K extends EventKind>({ bus }: Pick<RunningNode, 'bus'>, kind: K): HeardEvents<K> {
  const events: EventOf<K>[] = []
  const listening = bus.listen(({ event }) => {
    if (event.kind === kind) events.push(event as EventOf<K>)
  })
  return { events, [Symbol.dispose]: () => listening[Symbol.dispose]() }
}
