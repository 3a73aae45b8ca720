/** Which seat takes the next run of a lane, and when that will be over: the rule of the earliest finish over what care allows now. */
import {
  earliestSeat,
  finishMs,
  runsBefore,
  type SeatPace,
} from '../../../protocols/rules/scheduling/earliest-finish.ts'
import { isWorthSettingAside, type PricedJob } from '../../../protocols/rules/scheduling/preemption.ts'
import type { ServedModel } from '../served-models.ts'
import type { Handed } from './handed-runs.ts'
import { backMsOf, type Hand, type Lane } from './lane.ts'
import type { WaitingRun } from './run-order.ts'
import type { SeatRoom } from './seat-room.ts'

export interface Outlook {
  /** Runs of the same model that end before it begins. */
  readonly ahead: number
  /** Until it begins, as far as is known. */
  readonly waitMs: number
  /** Until it is over. */
  readonly etaMs: number
}

export interface HandChoice {
  readonly hand: Hand
  /** In turn: so many that wait are done sooner elsewhere. */
  readonly place: number
}

/** Of those that wait behind the place that was chosen so many are looked at: others may not fit the seat's memory. */
const LOOKED_AT_MAX = 64

/** Care speaks about once a second. */
const CARE_AGAIN_MS = 1_000
/** A seat that stands idle while work waits for a quicker one is looked at again: the quicker one may take longer than it was thought to. */
const IDLE_AGAIN_MS = 20

/** Where one seat does one run after the other. */
export function outlookOf({ serviceMs = 0 }: Pick<ServedModel, 'serviceMs'>, ahead: number): Outlook {
  return { ahead, waitMs: ahead * serviceMs, etaMs: (ahead + 1) * serviceMs }
}

export class Placement {
  readonly #room: Pick<SeatRoom, 'careOf' | 'hasRoom'>

  constructor(room: Pick<SeatRoom, 'careOf' | 'hasRoom'>) {
    this.#room = room
  }

  /** It runs what it is given. */
  serves(hand: Hand): boolean {
    return !hand.isOver && !this.#room.careOf(hand.seat.card).stopsRunning
  }

  /** And is given new work too. */
  admits(hand: Hand): boolean {
    return this.serves(hand) && this.#room.careOf(hand.seat.card).admits
  }

  othersFor(lane: Lane, hand: Hand, run: WaitingRun): readonly Hand[] {
    return lane.hands.filter((other) => other !== hand && this.admits(other) && lane.canRun(other, run))
  }

  /** Where it would run at once; `undefined` where it does better to wait. */
  handFor(lane: Lane, run: WaitingRun, nowMs: number): Hand | undefined {
    const { only } = lane
    if (only !== undefined) return this.#room.hasRoom(only, lane, nowMs) ? only : undefined
    const hands = this.#usable(lane).filter((hand) => lane.canRun(hand, run))
    const best = hands[earliestSeat(this.#paces(lane, hands, nowMs))]
    return best !== undefined && this.#room.hasRoom(best, lane, nowMs) ? best : undefined
  }

  /** Those with room, the one that would be done first before all others. */
  handsInOrder(lane: Lane, nowMs: number): readonly HandChoice[] {
    const { only } = lane
    if (only !== undefined) return this.#room.hasRoom(only, lane, nowMs) ? [{ hand: only, place: 0 }] : NONE
    const hands = this.#usable(lane)
    const paces = this.#paces(lane, hands, nowMs)
    return hands
      .map((hand, at) => ({ hand, place: runsBefore(paces, at) }))
      .filter(({ hand }) => this.#room.hasRoom(hand, lane, nowMs))
      .sort((a, b) => a.place - b.place)
  }

  /** The one at this place of the turn, or the first behind it that the seat can run. */
  pick(inTurn: Iterable<WaitingRun>, lane: Lane, hand: Hand, place: number): WaitingRun | undefined {
    let at = 0
    for (const run of inTurn) {
      if (at >= place && lane.canRun(hand, run)) return run
      if (++at > place + LOOKED_AT_MAX) return undefined
    }
    return undefined
  }

  /** What only engines could run that have given up goes to one of them, which says why: it would wait for nothing. */
  inVain(inTurn: Iterable<WaitingRun>, lane: Lane): { readonly hand: Hand; readonly run: WaitingRun } | undefined {
    if (lane.only !== undefined || !lane.hands.some(({ isOver }) => isOver)) return undefined
    for (const run of inTurn) {
      const able = lane.hands.filter((hand) => lane.canRun(hand, run))
      if (able.length > 0 && able.every(({ isOver }) => isOver)) return { hand: able[0]!, run }
    }
    return undefined
  }

  /** When work that waits may go to a seat that stands idle without anything having happened; `undefined` where none does. */
  againInMs(lane: Lane, nowMs: number): number | undefined {
    let inMs: number | undefined
    for (const hand of lane.hands) {
      if (hand.inHand.size > 0 || hand.isOver) continue
      const restsMs = hand.restsUntilMs - nowMs
      const isPassedOver = lane.inHand > 0 && this.#room.hasRoom(hand, lane, nowMs)
      const handMs = restsMs > 0 ? restsMs : isPassedOver ? IDLE_AGAIN_MS : CARE_AGAIN_MS
      inMs = Math.min(inMs ?? handMs, handMs)
    }
    return inMs
  }

  /** @param waiting runs that wait and go first */
  outlook(lane: Lane, waiting: number, nowMs: number): Outlook {
    const ahead = lane.inHand + waiting
    if (lane.only !== undefined || lane.leastServiceMs === undefined) return outlookOf(lane.model, ahead)
    const hands = this.#usable(lane)
    const paces = this.#paces(lane, hands, nowMs)
    const etaMs = finishMs(paces, waiting)
    const least = paces.reduce((ms, { serviceMs }) => Math.min(ms, serviceMs), Number.POSITIVE_INFINITY)
    return { ahead, waitMs: Math.max(0, etaMs - least), etaMs }
  }

  /** A run in hand whose place an urgent one is to have; `undefined` where it is in time without, or nothing is won. */
  worthSettingAside(lane: Lane, urgent: PricedJob, nowMs: number): Handed | undefined {
    if (urgent.latencyClass !== 'realtime') return undefined
    if (lane.only === undefined && nowMs + this.outlook(lane, 0, nowMs).etaMs <= urgent.dueMs) return undefined
    // What is set aside on a seat that takes nothing new makes way for nobody.
    for (const { inHand, seat } of lane.only === undefined ? this.#usable(lane) : lane.hands) {
      if (inHand.size !== 1) continue
      const [handed] = inHand
      const { runs, startedMs } = handed!
      // A shared run is nearly over, and others' work as well.
      if (runs.length !== 1) continue
      const { latencyClass, dueMs, price, setAside, serviceMs } = runs[0]!
      const running = { latencyClass, dueMs, serviceMs: seat.serviceMs ?? serviceMs, price, setAside, startedMs }
      if (isWorthSettingAside(running, urgent, nowMs, backMsOf(seat))) return handed
    }
    return undefined
  }

  /** Where no seat admits, what is here already ends in order on those that still serve; where all have given up they say why. */
  #usable({ hands }: Lane): readonly Hand[] {
    const admitting = hands.filter((hand) => this.admits(hand))
    if (admitting.length > 0) return admitting
    const serving = hands.filter((hand) => this.serves(hand))
    return serving.length > 0 || !hands.every(({ isOver }) => isOver) ? serving : hands
  }

  #paces(lane: Lane, hands: readonly Hand[], nowMs: number): readonly SeatPace[] {
    const otherwiseMs = lane.leastServiceMs
    return hands.map((hand) => hand.pace(nowMs, this.#room.careOf(hand.seat.card).loadShare, otherwiseMs))
  }
}

const NONE: readonly HandChoice[] = []
