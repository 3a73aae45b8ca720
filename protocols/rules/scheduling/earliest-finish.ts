/**
 * Where a run goes when several cards can do it: where it ends earliest. It is {@link assignQueue} for jobs that come one by one, of
 * one model: each card has its own time for a run, and the next goes where what is there already and the run itself are over first.
 * A slow card that stands idle is so not given the first of a short queue, which a quick one would have done sooner; it is given the
 * one far enough behind.
 */

export interface SeatPace {
  /** From now until it has done what is in its hands; a rest that it takes included. */
  readonly freeMs: number
  /** Of one run. */
  readonly serviceMs: number
}

/** A run that takes no time would be done without end. */
const SERVICE_MS_MIN = 1e-3
/** No queue is as long. */
const JOBS_MAX = 1_000_000
/** Halvings from the whole range to less than a microsecond of a year. */
const HALVINGS = 50

const serviceOf = ({ serviceMs }: SeatPace): number => Math.max(SERVICE_MS_MIN, serviceMs)
const endOf = (seat: SeatPace): number => seat.freeMs + serviceOf(seat)

/** Place of the seat where one more run ends earliest, of equals the first; -1 where there are none. */
export function earliestSeat(seats: readonly SeatPace[]): number {
  let best = -1
  for (let i = 0; i < seats.length; i++) if (best < 0 || endOf(seats[i]!) < endOf(seats[best]!)) best = i
  return best
}

/**
 * Runs that the other seats have ended before this one would end its first: so many of those that wait go elsewhere, and the next is
 * for this one.
 */
export function runsBefore(seats: readonly SeatPace[], place: number): number {
  const untilMs = endOf(seats[place]!)
  let runs = 0
  for (let i = 0; i < seats.length; i++) {
    if (i === place) continue
    const { freeMs } = seats[i]!
    const serviceMs = serviceOf(seats[i]!)
    const done = (untilMs - freeMs) / serviceMs
    // Of two that end at one moment the first seat is taken.
    if (done > 0) runs += i < place ? Math.floor(done) : Math.ceil(done) - 1
  }
  return Math.min(JOBS_MAX, runs)
}

/** From now until the run behind `ahead` others is over, where each goes where it ends earliest; no time where there are no seats. */
export function finishMs(seats: readonly SeatPace[], ahead: number): number {
  const first = earliestSeat(seats)
  if (first < 0) return 0
  let early = endOf(seats[first]!)
  if (!(ahead > 0)) return early
  // By then the seat that is first has done all of them alone.
  let late = seats[first]!.freeMs + (Math.min(JOBS_MAX, ahead) + 1) * serviceOf(seats[first]!)
  for (let i = 0; i < HALVINGS && late - early > 1e-3; i++) {
    const atMs = (early + late) / 2
    if (runsBy(seats, atMs) > ahead) late = atMs
    else early = atMs
  }
  return late
}

function runsBy(seats: readonly SeatPace[], atMs: number): number {
  let runs = 0
  for (const seat of seats) runs += Math.max(0, Math.floor((atMs - seat.freeMs) / serviceOf(seat)))
  return runs
}
