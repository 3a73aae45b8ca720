/**
 * The miner's one queue: every run waits here for its turn (protocols/rules/scheduling), not in the engine, which is handed what it
 * needs to stay busy and no more. What is in the engine's hands cannot be overtaken; what waits here can, be cancelled, or be late.
 */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import { abortError, asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { type CareVerdict, unhindered } from '../../protocols/rules/care/care-verdict.ts'
import { JobQueue } from '../../protocols/rules/scheduling/job-queue.ts'
import { type BatchShape, fitsBatch, gatherMs } from '../../protocols/rules/scheduling/micro-batch.ts'
import { restMs, runsInHand, sideBySide } from '../../protocols/rules/scheduling/pace.ts'
import { isWorthSettingAside, type PricedJob } from '../../protocols/rules/scheduling/preemption.ts'
import type { RunNotes } from '../../protocols/wire/job/job-messages.ts'
import type { RunResult } from '../engines/engine.ts'
import { type OrderResult, type RunOrder, WaitingRun } from './run-order.ts'
import type { ServedModel } from './served-models.ts'
import { joinTensors, splitTensors } from './shared-tensors.ts'

export interface RunQueueNeeds {
  readonly clock: Clock
  readonly care?: () => CareVerdict
}

/** Where jobs of one model go. */
interface Lane {
  readonly model: ServedModel
  /** In the engine's hands, the one that computes first. */
  readonly inHand: Set<Handed>
  waiting: number
  /** Jobs of the last run, and since when the engine has stood still. */
  lastRun: number
  freeSinceMs: number
  /** Until then the card rests. */
  restsUntilMs: number
  timer: Timer | undefined
}

/** What the engine was given at once. */
interface Handed {
  /** Several where they share it. */
  readonly runs: readonly WaitingRun[]
  readonly startedMs: number
  /** Of a run that may be set aside, or is shared; others end by their own signal, which costs less. */
  readonly stop: AbortController | undefined
}

/** A process that was ended and a new one that has loaded the model; a model says better as soon as it happened to it. */
const BACK_MS = 1_000
/** Care speaks about once a second. */
const CARE_AGAIN_MS = 1_000
/** A payer whose job failed shares no runs for so long: one that always fails would cost all others a second run each time. */
const ALONE_MS = 600_000
/** Beyond, the first is forgiven. */
const SPOILERS_MAX = 1_024
const ALONE: RunNotes = {}
/** Why a run ends that is to run again. */
const SET_ASIDE = new MeshError('CANCELLED')

export class RunQueue implements Disposable {
  readonly #clock: Clock
  readonly #care: () => CareVerdict
  readonly #queue = new JobQueue<WaitingRun>()
  readonly #lanes = new Map<string, Lane>()
  readonly #runs = new WeakMap<object, WaitingRun>()
  /** Payers of whom a job failed lately, where runs are shared, and until when they share none. */
  readonly #spoilers = new AgeingMap<string, number>()
  /** Lanes with work in the engine's hands. */
  #busy = 0
  #late: Timer | undefined
  #lateAtMs = Number.POSITIVE_INFINITY

  constructor({ clock, care }: RunQueueNeeds) {
    this.#clock = clock
    this.#care = care ?? (() => unhindered)
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
      if (lane.waiting === 0 && this.#hasRoom(lane, nowMs)) {
        this.#queue.pass(run)
        this.#hand(lane, [run], nowMs)
        return
      }
      this.#wait(lane, run)
      if (run.latencyClass === 'realtime') this.#setAsideFor(lane, run, nowMs)
    })
  }

  /** Runs of its model that end before it begins, were nothing to come; 0 for what is in the engine's hands. */
  aheadOf(order: RunOrder): number {
    const run = this.#runs.get(order)
    if (run === undefined || !this.#queue.has(run)) return 0
    return this.#lanes.get(run.lane)!.inHand.size + this.#queue.aheadOf(run, this.#clock.monotonicMs())
  }

  /** The same for one that would come now. What would make way for it is not before it. */
  aheadOfNew(wish: Pick<RunOrder, 'model' | 'payer' | 'latencyClass' | 'deadlineMs' | 'price'>): number {
    const lane = this.#lanes.get(wish.model.table.id)
    if (lane === undefined) return 0
    const { model, payer, latencyClass, deadlineMs, price } = wish
    const nowMs = this.#clock.monotonicMs()
    const due = { readyMs: nowMs, dueMs: nowMs + deadlineMs }
    const job = { payer, latencyClass, lane: model.table.id, serviceMs: model.serviceMs, price, ...due }
    const inHand = this.#inTheWayOf(lane, job, nowMs) === undefined ? lane.inHand.size : 0
    return lane.waiting === 0 ? inHand : inHand + this.#queue.aheadOf(job, nowMs)
  }

  #laneOf(model: ServedModel): Lane {
    const known = this.#lanes.get(model.table.id)
    if (known?.model === model) return known
    const lane: Lane = {
      model,
      inHand: new Set(),
      waiting: 0,
      lastRun: 0,
      freeSinceMs: 0,
      restsUntilMs: 0,
      timer: undefined,
    }
    this.#lanes.set(model.table.id, lane)
    return lane
  }

  #hasRoom(lane: Lane, nowMs: number): boolean {
    const { loadShare } = this.#care()
    if (nowMs < lane.restsUntilMs || lane.inHand.size >= this.#inHandMax(lane, loadShare)) return false
    return lane.inHand.size > 0 || this.#busy < sideBySide(this.#lanes.size, loadShare)
  }

  /** Where runs are shared what comes meanwhile is gathered for the next: a second run would only take it apart. */
  #inHandMax({ model }: Lane, loadShare: number): number {
    return model.sharesRuns ? 1 : runsInHand(model.serviceMs, loadShare)
  }

  #wait(lane: Lane, run: WaitingRun): void {
    lane.waiting++
    this.#queue.add(run)
    this.#runs.set(run.order, run)
    run.listen((error) => this.#leave(lane, run, error))
    this.#watchDue()
    this.#fill(lane)
  }

  #leave(lane: Lane, run: WaitingRun, error: MeshError): void {
    if (this.#queue.remove(run)) lane.waiting--
    run.reject(error)
  }

  /** Hands over as much as the engine may hold. */
  #fill(lane: Lane): void {
    while (lane.waiting > 0) {
      const nowMs = this.#clock.monotonicMs()
      if (!this.#hasRoom(lane, nowMs) || this.#gathers(lane, nowMs)) break
      // Those who were waited for have come.
      lane.timer?.cancel()
      lane.timer = undefined
      const runs = this.#take(lane, nowMs)
      for (const run of runs) run.unlisten()
      this.#hand(lane, runs, nowMs)
    }
    this.#lookAgain(lane)
  }

  /** The next, and those behind it that may share its run; order is kept, so the first that may not ends it. */
  #take(lane: Lane, nowMs: number): readonly WaitingRun[] {
    const id = lane.model.table.id
    const runs: WaitingRun[] = []
    let gathered = { rows: 0, bytes: 0 }
    for (let next = this.#queue.peek(id); next !== undefined; next = this.#queue.peek(id)) {
      const shape = this.#shapeOf(next, nowMs)
      const isFirst = runs.length === 0
      if (!isFirst && (shape === undefined || shape.key !== runs[0]!.shape?.key || !fitsBatch(gathered, shape))) break
      this.#queue.take(id, nowMs)
      lane.waiting--
      runs.push(next)
      if (shape === undefined) break
      gathered = { rows: gathered.rows + shape.rows, bytes: gathered.bytes + shape.bytes }
    }
    return runs
  }

  #shapeOf(run: WaitingRun, nowMs: number): BatchShape | undefined {
    const untilMs = this.#spoilers.get(run.payer)
    return untilMs !== undefined && nowMs < untilMs ? undefined : run.shape
  }

  /** The engine stands still for a moment, because others follow at once as a rule. */
  #gathers(lane: Lane, nowMs: number): boolean {
    if (!lane.model.sharesRuns || lane.inHand.size > 0) return false
    const slackMs = (this.#queue.firstDueMs ?? nowMs) - nowMs - 2 * (lane.model.serviceMs ?? 0)
    const waitMs = gatherMs(lane.waiting, lane.lastRun, nowMs - lane.freeSinceMs, slackMs)
    if (waitMs <= 0) return false
    lane.timer ??= this.#clock.after(waitMs, () => {
      lane.timer = undefined
      // Whoever has come by now has come.
      lane.lastRun = 0
      this.#fill(lane)
    })
    return true
  }

  /** Where it is care that keeps work waiting nothing else would wake it. */
  #lookAgain(lane: Lane): void {
    if (lane.waiting === 0 || lane.inHand.size > 0 || lane.timer !== undefined) return
    const restMs = lane.restsUntilMs - this.#clock.monotonicMs()
    lane.timer = this.#clock.after(restMs > 0 ? restMs : CARE_AGAIN_MS, () => {
      lane.timer = undefined
      this.#fill(lane)
    })
  }

  #hand(lane: Lane, runs: readonly WaitingRun[], startedMs: number): void {
    const [first] = runs
    const { order } = first!
    const isShared = runs.length > 1
    const stop = isShared || order.latencyClass === 'economy' ? new AbortController() : undefined
    const handed: Handed = { runs, startedMs, stop }
    if (lane.inHand.size === 0) this.#busy++
    lane.inHand.add(handed)
    lane.lastRun = runs.length
    const settled = stop === undefined ? undefined : this.#follow(handed, stop)
    for (const run of runs) run.order.onBegun()
    const dueMs = runs.reduce((last, run) => Math.max(last, run.dueMs), 0)
    const options = {
      signal: stop?.signal ?? order.signal,
      deadlineMs: Math.max(1, Math.floor(dueMs - startedMs)),
    }
    const inputs = isShared ? joinTensors(runs.map((run) => run.order.inputs)) : order.inputs
    lane.model.session.run(inputs, options).then(
      (result) => {
        settled?.()
        // First the engine, then the client: it is not to stand still while an answer is made.
        this.#release(lane, handed)
        this.#ran(lane, handed, result)
      },
      (error: unknown) => {
        settled?.()
        this.#failed(lane, handed, asMeshError(error))
        this.#release(lane, handed)
      },
    )
  }

  /** Ends the run when nobody wants it any more; each job by itself when its own time is over. Returns what ends the watch. */
  #follow({ runs }: Handed, stop: AbortController): () => void {
    const leave = (run: WaitingRun, error: MeshError): void => {
      if (runs.length > 1) run.reject(error)
      if (runs.length === 1 || runs.every((each) => each.isSettled)) stop.abort(error)
    }
    for (const run of runs) run.listen((error) => leave(run, error))
    if (runs.length === 1) return () => runs[0]!.unlisten()
    const nowMs = this.#clock.monotonicMs()
    const timers = runs.map((run) =>
      this.#clock.after(Math.max(0, run.dueMs - nowMs), () => leave(run, lateError(run))),
    )
    return () => {
      for (const timer of timers) timer.cancel()
      for (const run of runs) run.unlisten()
    }
  }

  #ran(lane: Lane, handed: Handed, result: RunResult): void {
    const { runs } = handed
    if (runs.length === 1) {
      this.#answer(runs[0]!, { ...result, notes: ALONE }, handed.startedMs)
      return
    }
    const rows = runs.map((run) => run.shape!.rows)
    const total = rows.reduce((sum, count) => sum + count, 0)
    try {
      const each = splitTensors(result.outputs, rows)
      const notes = { together: runs.length }
      for (const [place, run] of runs.entries()) {
        const computedUs = (result.computedUs * rows[place]!) / total
        this.#answer(run, { ...result, outputs: each[place]!, computedUs, notes }, handed.startedMs)
      }
    } catch (error) {
      this.#failed(lane, handed, asMeshError(error))
    }
  }

  /** What a job computed is its share of the run; what it waited is all until the run began. */
  #answer(run: WaitingRun, result: OrderResult, startedMs: number): void {
    run.order.model.observe(result.computedUs)
    this.#queue.settle(run, result.computedUs / 1_000)
    run.resolve({ ...result, waitedUs: result.waitedUs + (startedMs - run.readyMs) * 1_000 })
  }

  #failed(lane: Lane, { runs, stop, startedMs }: Handed, error: MeshError): void {
    const nowMs = this.#clock.monotonicMs()
    if (runs.length > 1) {
      // One of them may have spoiled it: each has its own try, and whose fails by itself shares no runs for a while.
      for (const run of runs) if (!run.isSettled) this.#alone(lane, run, nowMs)
      return
    }
    const [run] = runs as readonly [WaitingRun]
    this.#queue.settle(run, nowMs - startedMs)
    if (stop?.signal.reason === SET_ASIDE && !run.order.signal.aborted) {
      run.setAside++
      run.order.onSetAside()
      lane.waiting++
      this.#queue.add(run)
      this.#runs.set(run.order, run)
      run.listen((reason) => this.#leave(lane, run, reason))
      this.#watchDue()
      return
    }
    if (lane.model.sharesRuns && error.code !== 'CANCELLED') this.#spoiled(run.payer, nowMs)
    run.reject(error)
  }

  #alone(lane: Lane, run: WaitingRun, nowMs: number): void {
    this.#queue.pass(run)
    this.#hand(lane, [run], nowMs)
  }

  #spoiled(payer: string, nowMs: number): void {
    this.#spoilers.delete(payer)
    this.#spoilers.set(payer, nowMs + ALONE_MS)
    if (this.#spoilers.size > SPOILERS_MAX) this.#spoilers.delete(this.#spoilers.oldest()!)
  }

  #release(lane: Lane, handed: Handed): void {
    lane.inHand.delete(handed)
    if (lane.inHand.size === 0) this.#busy--
    lane.freeSinceMs = this.#clock.monotonicMs()
    const { loadShare } = this.#care()
    const nowMs = this.#clock.monotonicMs()
    if (loadShare < 1) lane.restsUntilMs = nowMs + restMs(nowMs - handed.startedMs, loadShare)
    this.#fill(lane)
    // Another model may have waited for this one's place.
    if (loadShare < 1) for (const other of this.#lanes.values()) if (other.inHand.size === 0) this.#fill(other)
  }

  /** Ends an economy run where the rule says that it pays. */
  #setAsideFor(lane: Lane, urgent: WaitingRun, nowMs: number): void {
    if (!urgent.isSettled && this.#queue.has(urgent)) this.#inTheWayOf(lane, urgent, nowMs)?.stop?.abort(SET_ASIDE)
  }

  #inTheWayOf(lane: Lane, urgent: PricedJob, nowMs: number): Handed | undefined {
    if (lane.inHand.size !== 1) return undefined
    const [handed] = lane.inHand
    const { runs, startedMs } = handed!
    // A shared run is nearly over, and others' work as well.
    if (runs.length !== 1) return undefined
    const { latencyClass, dueMs, serviceMs, price, setAside } = runs[0]!
    const running = { latencyClass, dueMs, serviceMs, price, setAside, startedMs }
    const backMs = lane.model.session.backMs ?? BACK_MS
    return isWorthSettingAside(running, urgent, nowMs, backMs) ? handed : undefined
  }

  /** One timer for all that wait: when the first of them is over. */
  #watchDue(): void {
    const first = this.#queue.firstDueMs
    if (first === undefined || first >= this.#lateAtMs) return
    this.#late?.cancel()
    this.#lateAtMs = first
    this.#late = this.#clock.after(Math.max(0, first - this.#clock.monotonicMs()), () => {
      this.#lateAtMs = Number.POSITIVE_INFINITY
      for (const run of this.#queue.dropDue(this.#clock.monotonicMs())) {
        this.#lanes.get(run.lane)!.waiting--
        run.reject(lateError(run))
      }
      this.#watchDue()
    })
  }

  [Symbol.dispose](): void {
    this.#late?.cancel()
    for (const lane of this.#lanes.values()) lane.timer?.cancel()
  }
}

const lateError = (run: WaitingRun): MeshError => new MeshError('ENGINE_DEADLINE', { max: run.order.deadlineMs })
