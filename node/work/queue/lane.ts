/** Where the jobs of one model go: its lane, with a hand on each seat that serves it. */
import type { Timer } from '../../../protocols/kernel/ports.ts'
import type { SeatPace } from '../../../protocols/rules/scheduling/earliest-finish.ts'
import type { ServedModel } from '../served-models.ts'
import type { Handed } from './handed-runs.ts'
import type { ModelSeat } from './model-seat.ts'
import type { WaitingRun } from './run-order.ts'

/** A card, which several lanes may share. */
export interface SeatLoad {
  /** Lanes with work in the engine's hands there. */
  busy: number
  /** Whoever wants to know has heard that there is some. */
  isTold: boolean
  /** When there was some for the last time, while there is none. */
  endedMs: number
}

/** A process that was ended and a new one that has loaded the model; a model says better as soon as it happened to it. */
const BACK_MS = 1_000
/** Of a run where none was seen yet, on any seat. */
const UNSEEN_MS = 10
/** What is not to work at all counts as slower than whatever does. */
const SHARE_MIN = 1e-3

export const backMsOf = ({ session }: ModelSeat): number => session.backMs ?? BACK_MS

/** What a lane has in the hands of one seat. */
export class Hand {
  readonly seat: ModelSeat
  readonly load: SeatLoad
  /** The one that computes first. */
  readonly inHand = new Set<Handed>()
  /** Since when its first computes. */
  computesSinceMs = 0
  /** Jobs of the last run, and since when the engine has stood still. */
  lastRun = 0
  freeSinceMs = 0
  /** Until then the card rests. */
  restsUntilMs = 0

  constructor(seat: ModelSeat, load: SeatLoad) {
    this.seat = seat
    this.load = load
  }

  /** Its engine has given up for good. */
  get isOver(): boolean {
    return this.seat.session.state === 'closed'
  }

  isOfClass({ order: { kernelClass } }: WaitingRun): boolean {
    return kernelClass === undefined || kernelClass === this.seat.kernelClass
  }

  /** How soon one more would be done here. What takes longer than expected is expected to take as long again. */
  pace(nowMs: number, loadShare: number, otherwiseMs: number | undefined): SeatPace {
    const share = Math.min(1, Math.max(SHARE_MIN, loadShare))
    const serviceMs = (this.seat.serviceMs ?? otherwiseMs ?? UNSEEN_MS) / share
    let runs = 0
    for (const handed of this.inHand) runs += handed.runs.length
    let leftMs = runs * serviceMs
    if (runs > 0) {
      const ranMs = nowMs - this.computesSinceMs
      const firstMs = serviceMs * this.inHand.values().next().value!.runs.length
      leftMs += ranMs <= firstMs ? -ranMs : ranMs - 2 * firstMs
    }
    if (this.seat.session.state === 'respawning') leftMs += backMsOf(this.seat)
    return { freeMs: Math.max(leftMs, this.restsUntilMs - nowMs, 0), serviceMs }
  }
}

export class Lane {
  readonly model: ServedModel
  readonly id: string
  readonly hands: readonly Hand[]
  waiting = 0
  timer: Timer | undefined

  constructor(model: ServedModel, loadOf: (card: string) => SeatLoad) {
    this.model = model
    this.id = model.table.id
    this.hands = model.seats.map((seat) => new Hand(seat, loadOf(seat.card)))
  }

  /** Whose only seat is what it is: most miners have one. */
  get only(): Hand | undefined {
    return this.hands.length === 1 ? this.hands[0] : undefined
  }

  /** Where no seat has the memory for it, any may try: the engine's own limit stands behind it. */
  canRun(hand: Hand, run: WaitingRun): boolean {
    if (!hand.isOfClass(run)) return false
    const bytes = run.inputBytes
    return (
      hand.seat.hasMemoryFor(bytes) ||
      !this.hands.some((other) => other.isOfClass(run) && other.seat.hasMemoryFor(bytes))
    )
  }

  /** Runs in the hands of all seats. */
  get inHand(): number {
    let runs = 0
    for (const hand of this.hands) runs += hand.inHand.size
    return runs
  }

  /** The least that a run was seen to take anywhere, for seats where none has run yet: they are tried. */
  get leastServiceMs(): number | undefined {
    let least: number | undefined
    for (const { seat } of this.hands)
      if (seat.serviceMs !== undefined && (least === undefined || seat.serviceMs < least)) least = seat.serviceMs
    return least
  }
}
