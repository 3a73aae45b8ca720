/** The miner's desk, told of by events and spans, and how its work ends when the node stops. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { EngineSeat } from '../../engines/seat.ts'
import type { EventBus } from '../../events/event-bus.ts'
import type { AttemptSpans } from '../../work/attempt-spans.ts'
import type { JobDeskNeeds } from '../../work/desk-needs.ts'
import { JobDesk } from '../../work/job-desk.ts'
import type { LeaseDesk } from '../../work/leasing/lease-desk.ts'
import type { Foundation } from '../foundation.ts'
import { deskEvents } from './desk-events.ts'

/** What runs when the node stops may end within this. */
const DRAIN_MS_MAX = 10_000

interface DeskNeeds
  extends Pick<JobDeskNeeds, 'signer' | 'models' | 'counters' | 'batcher' | 'board'>,
    Required<Pick<JobDeskNeeds, 'witnessed' | 'care' | 'careOf' | 'deviceOf'>> {
  readonly leases: LeaseDesk | undefined
  readonly seats: readonly EngineSeat[]
  readonly spans: AttemptSpans
}

export function openDesk(
  { domain, clock, bus, leaves, journal, head, settings }: Foundation,
  { leases, seats, spans, ...needs }: DeskNeeds,
): JobDesk {
  const tell = deskEvents(bus)
  return new JobDesk(
    {
      ...needs,
      ...{ domain, clock, leaves, journal: journal.miner },
      ...(leases === undefined ? {} : { leases }),
      head: () => head.head,
      headAgain: () => head.again(),
      ...seatWork(bus, seats),
      onEvent: (event) => {
        tell(event)
        spans.take(event)
        if (event.kind === 'accepted' || event.kind === 'ended') needs.board.loadChanged()
      },
    },
    { jobsMax: settings.jobsMax, inputBytesMax: settings.inputMemoryMax },
  )
}

/** Told of simulated cards alone, which are warmed by it: others are busy far too often. */
const seatWork = (bus: EventBus, seats: readonly EngineSeat[]): Pick<JobDeskNeeds, 'onSeatWork'> =>
  seats.some(({ facts }) => facts.simulated === true)
    ? { onSeatWork: (card, isBusy) => bus.emit({ kind: 'seat:work', card, isBusy }) }
    : {}

/** As the part that the desk's work is: at its end what runs may end too. */
export const workOf = (desk: JobDesk, { clock, bus }: Foundation): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    const late = clock.after(DRAIN_MS_MAX, () => desk.cancelAll(new MeshError('CANCELLED')))
    try {
      await desk.drain()
    } catch (error) {
      bus.trouble('ending the last jobs')(error)
    } finally {
      late.cancel()
      desk[Symbol.dispose]()
    }
  },
})
