/**
 * The order in which waiting jobs run. Each payer gets the same share of the engine's time, whatever number of jobs it sends;
 * within that, and ahead of it by ten seconds at most, goes first what has to begin first: by its latency class, or by its
 * deadline where that is nearer. Who waits grows more urgent by the clock, so that nothing starves.
 *
 * A payer's turn is `served + since + slack`, all in milliseconds, the least first: `served` is the engine's time that it was
 * given (start tags of start-time fair queueing), `since` when its first job could have begun, `slack` how long that may wait.
 * A turn does not change while its job waits, which makes a decision cost a logarithm.
 */
import { type LatencyClass, latencyClassTable } from '../pricing/latency-class.ts'
import { OrderedHeap } from './ordered-heap.ts'

export interface WaitingJob {
  readonly payer: string
  /** What can run it: jobs of one lane are taken from it one after the other, lanes run side by side. */
  readonly lane: string
  readonly latencyClass: LatencyClass
  /** When it was ready to run, and when it is over, on one monotonic clock. */
  readonly readyMs: number
  readonly dueMs: number
  /** Estimate of the time inside the engine; `undefined` = unknown. */
  readonly serviceMs: number | undefined
}

/** Economy has no bound on its answers; where others pay for less it waits this long. */
export const SLACK_MS_MAX = 10_000
/** A model that has not run yet: below what most take, so that the first jobs of all payers get their turns. */
const UNKNOWN_SERVICE_MS = 10
/** Models that one payer uses in turns. */
const LINES_KEPT_MAX = 4
const ACCOUNTS_KEPT_MIN = 256
/** Some hundred bytes each. */
const ACCOUNTS_MAX = 65_536
/** No job is free, or one payer could send them without end. */
const COST_MS_MIN = 0.01

export function costMs({ serviceMs }: Pick<WaitingJob, 'serviceMs'>): number {
  if (serviceMs === undefined || !Number.isFinite(serviceMs)) return UNKNOWN_SERVICE_MS
  return Math.max(COST_MS_MIN, serviceMs)
}

/** How long a job that could run from `sinceMs` on may wait and still be what was paid for. */
export function slackMs(job: WaitingJob, sinceMs: number): number {
  const byClass = Math.min(SLACK_MS_MAX, latencyClassTable[job.latencyClass].belowMs)
  const byDeadline = job.dueMs - costMs(job) - sinceMs
  // What cannot be met any more is as urgent as what is due now, and no more; neither is what has no time at all.
  return byDeadline > 0 ? Math.min(byClass, byDeadline) : Number.isNaN(byDeadline) ? byClass : 0
}

interface Placed<J> {
  readonly job: J
  /** Of two that are equal the earlier goes first. */
  readonly number: number
}

interface Entry<J> extends Placed<J> {
  readonly line: Line<J>
}

/** The jobs of one payer in one lane. */
interface Line<J> {
  readonly account: Account<J>
  readonly lane: string
  readonly jobs: OrderedHeap<Entry<J>>
  /** When its last job was taken: the next one could not have begun before. */
  takenMs: number
  turn: number
}

interface Account<J> {
  readonly payer: string
  servedMs: number
  waiting: number
  readonly lines: Map<string, Line<J>>
}

const startBy = ({ job }: Placed<WaitingJob>): number => job.readyMs + slackMs(job, job.readyMs)

const entryBefore = (a: Placed<WaitingJob>, b: Placed<WaitingJob>): boolean => {
  const apart = startBy(a) - startBy(b)
  return apart === 0 ? a.number < b.number : apart < 0
}

interface Turned {
  readonly turn: number
  readonly jobs: { readonly first: { readonly number: number } | undefined }
}

const lineBefore = (a: Turned, b: Turned): boolean =>
  a.turn === b.turn ? a.jobs.first!.number < b.jobs.first!.number : a.turn < b.turn

/** A line as it will be when its first jobs were taken. */
interface ForeseenLine<J> {
  readonly jobs: readonly Placed<J>[]
  at: number
  turn: number
  servedMs: number
}

const foreseen = <J extends WaitingJob>({ jobs, turn, account }: Line<J>): ForeseenLine<J> => ({
  jobs: [...jobs].sort((a, b) => (entryBefore(a, b) ? -1 : 1)),
  at: 0,
  turn,
  servedMs: account.servedMs,
})

const foreseenBefore = (a: ForeseenLine<WaitingJob>, b: ForeseenLine<WaitingJob>): boolean =>
  a.turn === b.turn ? a.jobs[a.at]!.number < b.jobs[b.at]!.number : a.turn < b.turn

const dueBefore = (a: Placed<WaitingJob>, b: Placed<WaitingJob>): boolean =>
  a.job.dueMs === b.job.dueMs ? a.number < b.number : a.job.dueMs < b.job.dueMs

export class JobQueue<J extends WaitingJob> {
  readonly #entries = new Map<J, Entry<J>>()
  readonly #lanes = new Map<string, OrderedHeap<Line<J>>>()
  readonly #accounts = new Map<string, Account<J>>()
  readonly #due = new OrderedHeap<Entry<J>>(dueBefore)
  #number = 0
  /** Payers that wait. */
  #active = 0
  /** What a payer that has waited all the time was given by now: who comes anew begins there. */
  #servedMs = 0
  #sweepAt = ACCOUNTS_KEPT_MIN

  get size(): number {
    return this.#entries.size
  }

  /** Payers that it keeps in mind. */
  get accounts(): number {
    return this.#accounts.size
  }

  has(job: J): boolean {
    return this.#entries.has(job)
  }

  sizeOf(lane: string): number {
    let size = 0
    for (const line of this.#lanes.get(lane) ?? []) size += line.jobs.size
    return size
  }

  /** When the first of those that wait is over; `undefined` where none does. */
  get firstDueMs(): number | undefined {
    return this.#due.first?.job.dueMs
  }

  add(job: J): void {
    const line = this.#line(job)
    const entry = { job, number: this.#number++, line }
    this.#entries.set(job, entry)
    this.#due.add(entry)
    if (line.account.waiting++ === 0) this.#active++
    line.jobs.add(entry)
    if (line.jobs.size === 1) {
      this.#setTurn(line)
      this.#laneOf(line.lane).add(line)
    } else if (line.jobs.first === entry) this.#moveLine(line)
  }

  /** False where it does not wait. */
  remove(job: J): boolean {
    const entry = this.#entries.get(job)
    if (entry === undefined) return false
    const { line } = entry
    this.#entries.delete(job)
    this.#due.delete(entry)
    const wasFirst = line.jobs.first === entry
    const lane = this.#laneOf(line.lane)
    // It leaves its heap while its order still stands.
    if (line.jobs.size === 1) lane.delete(line)
    line.jobs.delete(entry)
    if (--line.account.waiting === 0) this.#active--
    if (line.jobs.size > 0 && wasFirst) this.#moveLine(line)
    if (lane.size === 0) this.#lanes.delete(line.lane)
    this.#forget(line)
    return true
  }

  /** The next of a lane. */
  peek(lane: string): J | undefined {
    return this.#lanes.get(lane)?.first?.jobs.first?.job
  }

  /** Takes the next of a lane and charges its payer with the estimate. */
  take(lane: string, nowMs: number): J | undefined {
    const job = this.peek(lane)
    if (job !== undefined) this.takeOut(job, nowMs)
    return job
  }

  /** Takes one that waits, whoever stands before it, and charges its payer with the estimate. */
  takeOut(job: J, nowMs: number): void {
    const { line } = this.#entries.get(job)!
    line.takenMs = nowMs
    this.#charge(line.account, costMs(job))
    this.remove(job)
  }

  /** Those of a lane in the order in which they would be taken, were nothing to come; nothing may change while it is asked. */
  *inTurn(lane: string, nowMs: number): Generator<J> {
    const next = new OrderedHeap<ForeseenLine<J>>(foreseenBefore)
    for (const line of this.#lanes.get(lane) ?? []) next.add(foreseen(line))
    for (let line = next.first; line !== undefined; line = next.first) {
      const { job } = line.jobs[line.at]!
      yield job
      line.at++
      line.servedMs += costMs(job)
      if (line.at === line.jobs.length) {
        next.delete(line)
        continue
      }
      const following = line.jobs[line.at]!.job
      const sinceMs = Math.max(following.readyMs, nowMs)
      line.turn = line.servedMs + sinceMs + slackMs(following, sinceMs)
      next.move(line)
    }
  }

  /** For a job that runs at once because nobody waits: its payer is charged all the same. */
  pass(job: J): void {
    this.#charge(this.#account(job.payer), costMs(job))
  }

  /** Corrects the charge for a job that was taken, or passed, by what it really took. */
  settle(job: J, tookMs: number): void {
    const account = this.#accounts.get(job.payer)
    if (account === undefined || !(tookMs >= 0)) return
    account.servedMs += Math.max(COST_MS_MIN, tookMs) - costMs(job)
    this.#moveAll(account)
  }

  /** Those that are over, taken out. */
  dropDue(nowMs: number): readonly J[] {
    const dropped: J[] = []
    for (let first = this.#due.first; first !== undefined && first.job.dueMs <= nowMs; first = this.#due.first) {
      dropped.push(first.job)
      this.remove(first.job)
    }
    return dropped
  }

  /**
   * Jobs that run before this one, were nothing to come: of those of its own payer that stand before it, and of each other payer
   * as many as its turns allow. It may be a job that does not wait here yet.
   */
  aheadOf(job: WaitingJob, nowMs: number): number {
    const account = this.#accounts.get(job.payer)
    const line = account?.lines.get(job.lane)
    const placed: Placed<WaitingJob> = this.#entries.get(job as J) ?? { job, number: this.#number }
    let own = 0
    for (const other of line?.jobs ?? []) if (other !== placed && entryBefore(other, placed)) own++
    const servedMs =
      account === undefined || account.waiting === 0
        ? Math.max(account?.servedMs ?? 0, this.#servedMs)
        : account.servedMs
    const sinceMs = own === 0 ? Math.max(job.readyMs, line?.takenMs ?? job.readyMs) : nowMs
    const turn = servedMs + own * costMs(job) + sinceMs + slackMs(job, sinceMs)
    let ahead = own
    for (const other of this.#lanes.get(job.lane) ?? []) {
      if (other === line || other.turn > turn) continue
      const turns = 1 + Math.floor((turn - other.turn) / costMs(other.jobs.first!.job))
      ahead += Math.min(other.jobs.size, turns)
    }
    return ahead
  }

  #line(job: J): Line<J> {
    const account = this.#account(job.payer)
    let line = account.lines.get(job.lane)
    if (line === undefined) {
      const jobs = new OrderedHeap<Entry<J>>(entryBefore)
      line = { account, lane: job.lane, jobs, takenMs: Number.NEGATIVE_INFINITY, turn: 0 }
      account.lines.set(job.lane, line)
    }
    return line
  }

  #account(payer: string): Account<J> {
    let account = this.#accounts.get(payer)
    if (account === undefined) {
      this.#sweep()
      account = { payer, servedMs: this.#servedMs, waiting: 0, lines: new Map() }
      this.#accounts.set(payer, account)
    }
    // Time in which it asked for nothing is not owed to it.
    if (account.waiting === 0) account.servedMs = Math.max(account.servedMs, this.#servedMs)
    return account
  }

  #charge(account: Account<J>, ms: number): void {
    account.servedMs += ms
    this.#servedMs += ms / Math.max(1, this.#active)
    this.#moveAll(account)
  }

  #laneOf(lane: string): OrderedHeap<Line<J>> {
    let lines = this.#lanes.get(lane)
    if (lines === undefined) {
      lines = new OrderedHeap<Line<J>>(lineBefore)
      this.#lanes.set(lane, lines)
    }
    return lines
  }

  #setTurn(line: Line<J>): void {
    const { job } = line.jobs.first!
    const sinceMs = Math.max(job.readyMs, line.takenMs)
    line.turn = line.account.servedMs + sinceMs + slackMs(job, sinceMs)
  }

  #moveLine(line: Line<J>): void {
    this.#setTurn(line)
    this.#laneOf(line.lane).move(line)
  }

  #moveAll(account: Account<J>): void {
    for (const line of account.lines.values()) if (line.jobs.size > 0) this.#moveLine(line)
  }

  #forget(line: Line<J>): void {
    // A payer's own last turn ages with its line: a handful of models each.
    if (line.jobs.size === 0 && line.account.lines.size > LINES_KEPT_MAX) line.account.lines.delete(line.lane)
  }

  /** Accounts of payers that do not wait are kept while they have had more than the others: it would be forgiven them. */
  #sweep(): void {
    if (this.#accounts.size < this.#sweepAt) return
    for (const [payer, account] of this.#accounts)
      if (account.waiting === 0 && account.servedMs <= this.#servedMs) this.#accounts.delete(payer)
    // Strangers without end, each of which was ahead: the first of them are forgiven.
    for (const [payer, account] of this.#accounts) {
      if (this.#accounts.size < ACCOUNTS_MAX) break
      if (account.waiting === 0) this.#accounts.delete(payer)
    }
    // By the next time as many have come as are kept: a newcomer costs little, however many there are.
    this.#sweepAt = Math.min(ACCOUNTS_MAX, Math.max(ACCOUNTS_KEPT_MIN, 2 * this.#accounts.size))
  }
}
