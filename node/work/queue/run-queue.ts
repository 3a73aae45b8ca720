/**
 * The miner's one queue: every run waits here for its turn (protocols/rules/scheduling), not in the engines, which are handed what
 * they need to stay busy and no more. What is in an engine's hands cannot be overtaken; what waits here can, be cancelled, or be late.
 * Where several seats serve a model each run goes to the one where it ends earliest.
 */
import { abortError, asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { JobQueue } from '../../../protocols/rules/scheduling/job-queue.ts'
import { type BatchShape, batchLimits, fitsBatch, gatherMs } from '../../../protocols/rules/scheduling/micro-batch.ts'
import { restsUntil } from '../../../protocols/rules/scheduling/pace.ts'
import type { RunResult } from '../../engines/engine.ts'
import { DueTimer } from '../due-timer.ts'
import type { ServedModel } from '../served-models.ts'
import { followRuns, type Handed, inputsOf, lateError, resultsOf } from './handed-runs.ts'
import { type Hand, Lane } from './lane.ts'
import { LeftSeats } from './left-seats.ts'
import { type OrderResult, type RunOrder, WaitingRun } from './run-order.ts'
import { type Outlook, outlookOf, Placement } from './seat-choice.ts'
import { type SeatNeeds, SeatRoom } from './seat-room.ts'
import { Spoilers } from './spoilers.ts'

/** Why a run ends that is to run again: for an urgent one, or on another seat. */
const SET_ASIDE = new MeshError('CANCELLED')
const MOVED = new MeshError('CANCELLED')
/** A job that its engine died of is tried on one other seat; one that kills that too is to blame itself. */
const MOVES_MAX = 1

export class RunQueue implements Disposable {
  readonly #clock: Clock
  readonly #room: SeatRoom
  readonly #queue = new JobQueue<WaitingRun>()
  readonly #lanes = new Map<string, Lane>()
  readonly #runs = new WeakMap<object, WaitingRun>()
  readonly #spoilers = new Spoilers()
  readonly #placement: Placement
  readonly #left: LeftSeats
  readonly #late: DueTimer

  constructor(needs: SeatNeeds) {
    this.#clock = needs.clock
    this.#room = new SeatRoom(needs, this.#lanes)
    this.#placement = new Placement(this.#room)
    this.#left = new LeftSeats(this.#placement)
    this.#late = new DueTimer(
      needs.clock,
      () => this.#queue.firstDueMs,
      (nowMs) => this.#dropLate(nowMs),
    )
  }

  /** When work of ours ended on this card, on the monotonic clock: now while some is in hand, long ago where none ever was. */
  workEndedMs(card: string): number {
    return this.#room.workEndedMs(card)
  }

  /** Runs that wait, of all models. */
  get waiting(): number {
    return this.#queue.size
  }

  /**
   * Runs when its turn has come.
   * @throws MeshError what {@link EngineSession.run} throws, CANCELLED or the signal's reason, ENGINE_DEADLINE; also while it waits
   */
  run(order: RunOrder): Promise<OrderResult> {
    return new Promise((resolve, reject) => {
      if (order.signal.aborted) throw abortError(order.signal)
      const nowMs = this.#clock.monotonicMs()
      const run = new WaitingRun(order, nowMs, resolve, reject)
      const lane = this.#laneOf(order.model)
      const lost = this.#left.whyLost(lane, run)
      if (lost !== undefined) {
        order.onLost(lost)
        throw lost
      }
      const hand = lane.waiting === 0 ? this.#placement.handFor(lane, run, nowMs) : undefined
      if (hand !== undefined) {
        this.#queue.pass(run)
        this.#hand(lane, hand, [run], nowMs)
        return
      }
      this.#wait(lane, run)
      this.#fill(lane)
      if (run.latencyClass === 'realtime') this.#setAsideFor(lane, run, nowMs)
    })
  }

  /** Of a run that was ordered: nothing is before what is in an engine's hands. */
  outlookOf(order: RunOrder): Outlook {
    const run = this.#runs.get(order)
    const nowMs = this.#clock.monotonicMs()
    const lane = this.#lanes.get(order.model.table.id)
    if (lane === undefined || run === undefined || !this.#queue.has(run)) return outlookOf(order.model, 0)
    return this.#placement.outlook(lane, this.#queue.aheadOf(run, nowMs), nowMs)
  }

  /** The same for one that would come now. What would make way for it is not before it. */
  outlookOfNew(wish: Pick<RunOrder, 'model' | 'payer' | 'latencyClass' | 'deadlineMs' | 'price'>): Outlook {
    const { model, payer, latencyClass, deadlineMs, price } = wish
    const lane = this.#lanes.get(model.table.id)
    if (lane === undefined) return outlookOf(model, 0)
    const nowMs = this.#clock.monotonicMs()
    const due = { readyMs: nowMs, dueMs: nowMs + deadlineMs }
    const job = { payer, latencyClass, lane: model.table.id, serviceMs: model.serviceMs, price, ...due }
    const waiting = lane.waiting === 0 ? 0 : this.#queue.aheadOf(job, nowMs)
    if (this.#placement.worthSettingAside(lane, job, nowMs) !== undefined) return outlookOf(model, waiting)
    return this.#placement.outlook(lane, waiting, nowMs)
  }

  /**
   * What runs on a card that has to stop is set aside, and runs on another seat where one admits work; what can go nowhere is lost, to
   * those who ordered it.
   * @param why CARD_HOT, as a rule
   */
  leaveSeat(card: string, why: MeshError): void {
    this.#left.leave(card, why)
    for (const lane of this.#lanes.values()) {
      const hand = lane.hands.find(({ seat }) => seat.card === card)
      if (hand === undefined) continue
      for (const handed of [...hand.inHand]) this.#moveOn(lane, hand, handed, why)
      const lost: WaitingRun[] = []
      for (const run of this.#queue.inTurn(lane.id, this.#clock.monotonicMs()))
        if (!lane.hands.some((other) => lane.canRun(other, run) && this.#placement.serves(other))) lost.push(run)
      for (const run of lost) run.order.onLost(why)
      this.#fill(lane)
    }
  }

  #moveOn(lane: Lane, hand: Hand, { runs, stop }: Handed, why: MeshError): void {
    const others = lane.hands.filter((other) => other !== hand && this.#placement.admits(other))
    if (stop !== undefined && runs.every((run) => others.some((other) => lane.canRun(other, run)))) stop.abort(MOVED)
    else for (const run of runs) run.order.onLost(why)
  }

  #laneOf(model: ServedModel): Lane {
    const known = this.#lanes.get(model.table.id)
    if (known?.model === model) return known
    const lane = new Lane(model, (card) => this.#room.loadOf(card))
    this.#lanes.set(lane.id, lane)
    return lane
  }

  #wait(lane: Lane, run: WaitingRun): void {
    lane.waiting++
    this.#queue.add(run)
    this.#runs.set(run.order, run)
    run.listen((error) => this.#leave(lane, run, error))
    this.#late.watch()
  }

  #leave(lane: Lane, run: WaitingRun, error: MeshError): void {
    if (this.#queue.remove(run)) lane.waiting--
    run.reject(error)
  }

  /** Hands over as much as the engines may hold. */
  #fill(lane: Lane): void {
    while (lane.waiting > 0) {
      const nowMs = this.#clock.monotonicMs()
      if (!this.#handNext(lane, nowMs)) break
    }
    this.#lookAgain(lane)
  }

  #handNext(lane: Lane, nowMs: number): boolean {
    const rows = lane.model.sharesRuns ? batchLimits.rowsMax : 1
    for (const { hand, place } of this.#placement.handsInOrder(lane, nowMs)) {
      if (place * rows >= lane.waiting || this.#gathers(lane, hand, nowMs)) continue
      const first = this.#firstFor(lane, hand, place, nowMs)
      if (first === undefined) continue
      this.#handWaiting(lane, hand, first, nowMs)
      return true
    }
    const vain = this.#placement.inVain(this.#queue.inTurn(lane.id, nowMs), lane)
    if (vain !== undefined) this.#handWaiting(lane, vain.hand, vain.run, nowMs)
    return vain !== undefined
  }

  #handWaiting(lane: Lane, hand: Hand, first: WaitingRun, nowMs: number): void {
    const runs = this.#take(lane, hand, first, nowMs)
    // Those who were waited for have come.
    lane.timer?.cancel()
    lane.timer = undefined
    for (const run of runs) run.unlisten()
    this.#hand(lane, hand, runs, nowMs)
  }

  #firstFor(lane: Lane, hand: Hand, place: number, nowMs: number): WaitingRun | undefined {
    const next = this.#queue.peek(lane.id)!
    if (lane.only !== undefined || (place === 0 && lane.canRun(hand, next))) return next
    return this.#placement.pick(this.#queue.inTurn(lane.id, nowMs), lane, hand, lane.model.sharesRuns ? 0 : place)
  }

  /** It, and those behind it that may share its run; order is kept, so the first that may not ends it. */
  #take(lane: Lane, hand: Hand, first: WaitingRun, nowMs: number): readonly WaitingRun[] {
    const runs: WaitingRun[] = []
    const rowsMax = Math.min(batchLimits.rowsMax, this.#room.limitsOf(hand.seat.card).rowsMax)
    let gathered = { rows: 0, bytes: 0 }
    for (let next: WaitingRun | undefined = first; next !== undefined; next = this.#queue.peek(lane.id)) {
      const shape = lane.model.sharesRuns ? this.#shapeOf(next, nowMs) : undefined
      if (next !== first) {
        if (
          shape === undefined ||
          shape.key !== first.shape?.key ||
          !fitsBatch(gathered, shape, { ...batchLimits, rowsMax })
        )
          break
        if (lane.only === undefined && !lane.canRun(hand, next)) break
      }
      this.#queue.takeOut(next, nowMs)
      lane.waiting--
      runs.push(next)
      if (shape === undefined) break
      gathered = { rows: gathered.rows + shape.rows, bytes: gathered.bytes + shape.bytes }
    }
    return runs
  }

  #shapeOf(run: WaitingRun, nowMs: number): BatchShape | undefined {
    return this.#spoilers.has(run.payer, nowMs) ? undefined : run.shape
  }

  /** The engine stands still for a moment, because others follow at once as a rule. */
  #gathers(lane: Lane, hand: Hand, nowMs: number): boolean {
    if (!lane.model.sharesRuns || hand.inHand.size > 0) return false
    const slackMs = (this.#queue.firstDueMs ?? nowMs) - nowMs - 2 * (lane.model.serviceMs ?? 0)
    const waitMs = gatherMs(lane.waiting, hand.lastRun, nowMs - hand.freeSinceMs, slackMs)
    if (waitMs <= 0) return false
    lane.timer ??= this.#clock.after(waitMs, () => {
      lane.timer = undefined
      // Whoever has come by now has come.
      hand.lastRun = 0
      this.#fill(lane)
    })
    return true
  }

  /** Where it is care, or hope for a quicker seat, that keeps work waiting nothing else would wake it. */
  #lookAgain(lane: Lane): void {
    if (lane.waiting === 0 || lane.timer !== undefined) return
    const inMs = this.#placement.againInMs(lane, this.#clock.monotonicMs())
    if (inMs === undefined) return
    lane.timer = this.#clock.after(inMs, () => {
      lane.timer = undefined
      this.#fill(lane)
    })
  }

  #hand(lane: Lane, hand: Hand, runs: readonly WaitingRun[], startedMs: number): void {
    const { order } = runs[0]!
    const mayMove = lane.only === undefined
    const stop = mayMove || runs.length > 1 || order.latencyClass === 'economy' ? new AbortController() : undefined
    const handed: Handed = { runs, startedMs, stop }
    if (hand.inHand.size === 0) {
      hand.computesSinceMs = startedMs
      hand.load.busy++
    }
    hand.inHand.add(handed)
    this.#room.tell(hand)
    hand.lastRun = runs.length
    const settled = stop === undefined ? undefined : followRuns(handed, stop, this.#clock)
    const dueMs = runs.reduce((last, run) => Math.max(last, run.dueMs), 0)
    const options = {
      signal: stop?.signal ?? order.signal,
      deadlineMs: Math.max(1, Math.floor(dueMs - startedMs)),
    }
    // First the engine, here and below: it is not to stand still while clients are told, or an answer is made.
    const running = hand.seat.session.run(inputsOf(runs), options)
    for (const run of runs) run.order.onBegun(hand.seat)
    running.then(
      (result) => {
        settled?.()
        this.#release(lane, hand, handed)
        this.#ran(lane, hand, handed, result)
      },
      (error: unknown) => {
        settled?.()
        this.#failed(lane, hand, handed, asMeshError(error))
        this.#release(lane, hand, handed)
      },
    )
  }

  /** What a job computed is its share of the run; what it waited is all until the run began. */
  #ran(lane: Lane, hand: Hand, handed: Handed, result: RunResult): void {
    const { runs, startedMs } = handed
    try {
      for (const [place, own] of resultsOf(runs, result).entries()) {
        const run = runs[place]!
        run.order.model.observe(own.computedUs, hand.seat)
        this.#queue.settle(run, own.computedUs / 1_000)
        run.resolve({ ...own, seat: hand.seat, waitedUs: own.waitedUs + (startedMs - run.readyMs) * 1_000 })
      }
    } catch (error) {
      this.#failed(lane, hand, handed, asMeshError(error))
    }
  }

  #failed(lane: Lane, hand: Hand, { runs, stop, startedMs }: Handed, error: MeshError): void {
    const nowMs = this.#clock.monotonicMs()
    if (stop?.signal.reason === MOVED) {
      for (const run of runs) {
        // Ended by whoever ordered it while it was handed on: nobody would hear of that again.
        if (run.order.signal.aborted) run.reject(abortError(run.order.signal))
        // Nobody pays for what a card could not end.
        else if (!run.isSettled) this.#again(lane, run, 0)
      }
      return
    }
    if (runs.length > 1) {
      // One of them may have spoiled it: each has its own try, and whose fails by itself shares no runs for a while.
      for (const run of runs) if (!run.isSettled) this.#alone(lane, hand, run, nowMs)
      return
    }
    const [run] = runs as readonly [WaitingRun]
    if (stop?.signal.reason === SET_ASIDE && !run.order.signal.aborted) {
      run.setAside++
      this.#again(lane, run, nowMs - startedMs)
      return
    }
    if (this.#isSeatsFault(hand, run, error) && this.#placement.othersFor(lane, hand, run).length > 0) {
      run.moved++
      this.#again(lane, run, nowMs - startedMs)
      return
    }
    this.#queue.settle(run, nowMs - startedMs)
    if (lane.model.sharesRuns && error.code !== 'CANCELLED') this.#spoilers.add(run.payer, nowMs)
    run.reject(error)
  }

  /** An engine that has given up ran nothing of it; one that died may have died of it, or of its card. */
  #isSeatsFault(hand: Hand, run: WaitingRun, { code }: MeshError): boolean {
    if (run.order.signal.aborted || run.moved >= MOVES_MAX) return false
    return hand.isOver || code === 'ENGINE_CRASHED'
  }

  /** It waits once more, for the same seat or another. */
  #again(lane: Lane, run: WaitingRun, tookMs: number): void {
    this.#queue.settle(run, tookMs)
    const lost = this.#left.whyLost(lane, run)
    if (lost !== undefined) {
      run.order.onLost(lost)
      run.reject(lost)
      return
    }
    run.order.onSetAside()
    this.#wait(lane, run)
  }

  #alone(lane: Lane, hand: Hand, run: WaitingRun, nowMs: number): void {
    this.#queue.pass(run)
    this.#hand(lane, hand, [run], nowMs)
  }

  #release(lane: Lane, hand: Hand, handed: Handed): void {
    const { card } = hand.seat
    hand.inHand.delete(handed)
    const nowMs = this.#clock.monotonicMs()
    hand.computesSinceMs = nowMs
    hand.freeSinceMs = nowMs
    if (hand.inHand.size === 0) hand.load.busy--
    hand.load.endedMs = nowMs
    const { loadShare } = this.#room.careOf(card)
    // At a share of none it is handed nothing anyway, and is not to rest on when it may work again.
    if (loadShare > 0 && loadShare < 1)
      hand.restsUntilMs = restsUntil(hand.restsUntilMs, handed.startedMs, nowMs, loadShare)
    this.#fill(lane)
    // Another model may have waited for this one's place.
    if (loadShare < 1 || Number.isFinite(this.#room.limitsOf(card).jobsMax))
      for (const other of this.#lanes.values())
        if (other.hands.some((its) => its.seat.card === card && its.inHand.size === 0)) this.#fill(other)
    this.#room.tell(hand)
  }

  /** Ends an economy run where the rule says that it pays. */
  #setAsideFor(lane: Lane, urgent: WaitingRun, nowMs: number): void {
    if (urgent.isSettled || !this.#queue.has(urgent)) return
    this.#placement.worthSettingAside(lane, urgent, nowMs)?.stop?.abort(SET_ASIDE)
  }

  #dropLate(nowMs: number): void {
    for (const run of this.#queue.dropDue(nowMs)) {
      this.#lanes.get(run.lane)!.waiting--
      run.reject(lateError(run))
    }
  }

  [Symbol.dispose](): void {
    this.#late[Symbol.dispose]()
    for (const lane of this.#lanes.values()) lane.timer?.cancel()
  }
}
