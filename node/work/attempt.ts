/** One attempt at the miner: its input as it arrives, its output until the client has it, and who listens now. */
import { abortError, assert, type MeshError } from '../../protocols/kernel/errors.ts'
import type { AttemptId, Hash32, PeerId } from '../../protocols/kernel/ids.ts'
import { HEARTBEAT_MS } from '../../protocols/kernel/limits.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { GrowingContent } from '../../protocols/statements/growing-content.ts'
import type { DeskAttempt } from '../../protocols/wire/job/job-handler.ts'
import type { DataFrame, JobResponse, Ready, RunRequest } from '../../protocols/wire/job/job-messages.ts'
import type { Tensor, TensorHeader } from '../../protocols/wire/job/tensor.ts'
import { TensorAssembler } from '../../protocols/wire/job/tensor-assembler.ts'
import { fitsInline, TensorFrames } from '../../protocols/wire/job/tensor-frames.ts'

/** The first word on work that is not done at once: below every client's patience, above the time of a small inference. */
const FIRST_PROGRESS_MS = 500
/** Input frames between two acknowledgements. */
const ACK_EVERY_FRAMES = 64

/** Work that has ended is not cancelled any more. */
const ENDED = new AbortController().signal

type End = Extract<JobResponse, { kind: 'finished' | 'aborted' | 'refused' }>

/** Who holds attempts; one for all of them, for an ended one is kept for minutes and should keep nothing else. */
export interface AttemptOwner {
  readonly clock: Clock
  /** Jobs before this one, and the estimated time left. */
  outlook(attempt: Attempt): { ahead: number; etaMs: number }
  /** The input is complete. */
  inputArrived(attempt: Attempt): void
  /** A call that was attached is over; `hasAll`: it took the end of the attempt. */
  left(attempt: Attempt, hasAll: boolean): void
}

export interface AttemptInput {
  readonly bytesMax: number
  /** For the root of an input that comes in frames: it is hashed while it arrives. */
  readonly growing: (signal: AbortSignal) => GrowingContent
}

export class Attempt implements DeskAttempt {
  readonly id: AttemptId
  readonly peer: PeerId
  readonly tokenHash: Hash32
  readonly acceptedAtMs: number
  readonly isTraced: boolean
  readonly #owner: AttemptOwner
  /** These are let go of at the end: an ended attempt is kept for minutes, and the room for inputs counts running ones. */
  #run: RunRequest | undefined
  #input: TensorAssembler | undefined
  #growing: GrowingContent | undefined
  #work: AbortController | undefined = new AbortController()
  #state: 'receiving' | 'queued' | 'running' | 'ended' = 'receiving'
  #end: End | undefined
  #frames: TensorFrames | undefined
  #head: JobResponse | undefined
  #started: Uint8Array | undefined
  #ready: Ready | undefined
  #dropped = false
  #ackDue = false
  #acknowledged = 0
  /** Wakes the one reader; a new reader replaces it. */
  #wake: (() => void) | undefined
  #reader = 0
  #readers = 0
  endedAtMs: number | undefined

  /** @throws MeshError for contradicting headers */
  constructor(id: AttemptId, run: RunRequest, peer: PeerId, input: AttemptInput, owner: AttemptOwner) {
    this.id = id
    this.#run = run
    this.tokenHash = run.tokenHash
    this.isTraced = run.header?.traceparent !== undefined
    this.peer = peer
    this.#owner = owner
    this.acceptedAtMs = owner.clock.monotonicMs()
    const { inputs } = run.spec
    if (fitsInline(inputs)) {
      this.#input = new TensorAssembler(inputs, input.bytesMax)
      this.#input.acceptInline(run.inline)
    } else {
      const growing = input.growing(this.signal)
      this.#growing = growing
      this.#input = new TensorAssembler(inputs, input.bytesMax, (...arrived) => growing.arrived(...arrived))
    }
  }

  /** Hands the input to the desk if it came whole in the first message. Apart from the constructor, so that the desk holds the attempt first. */
  begin(): void {
    if (this.#input?.complete === true) this.#owner.inputArrived(this)
  }

  /** What was asked for. Not after the end. */
  get run(): RunRequest {
    assert(this.#run !== undefined, 'an ended attempt is asked for nothing more')
    return this.#run
  }

  get state(): 'receiving' | 'queued' | 'running' | 'ended' {
    return this.#state
  }

  /** Aborted when the attempt is cancelled or runs out of time: the engine stops. */
  get signal(): AbortSignal {
    return this.#work?.signal ?? ENDED
  }

  get end(): End | undefined {
    return this.#end
  }

  /** True while a call is attached. */
  get attended(): boolean {
    return this.#readers > 0
  }

  /** Output that is kept for a client that may come back. */
  get unacknowledgedBytes(): number {
    if (this.#frames === undefined || this.#end?.kind !== 'finished') return 0
    return this.#end.outputs.reduce((sum, output) => sum + output.byteLength, 0)
  }

  /** Its root comes from here where the input came in frames; `undefined` for what came inline. */
  get growing(): GrowingContent | undefined {
    return this.#growing
  }

  get awaitsInput(): boolean {
    return this.#input?.complete === false
  }

  inputs(): readonly Tensor[] {
    assert(this.#input !== undefined, 'an ended attempt has no inputs')
    return this.#input.tensors()
  }

  input(frame: DataFrame): void {
    const input = this.#input
    if (this.#state !== 'receiving' || input === undefined) return
    input.accept(frame)
    if (input.next % ACK_EVERY_FRAMES === 0 || input.complete) {
      this.#ackDue = true
      this.#notify()
    }
    if (input.complete) this.#owner.inputArrived(this)
  }

  acknowledge(next: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, next)
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  /** It waits for its turn: for the first time, or again where it was set aside. */
  queued(): void {
    if (this.#state !== 'ended') this.#state = 'queued'
  }

  running(): void {
    if (this.#state !== 'ended') this.#state = 'running'
  }

  /** The signed word that work has begun, for work that is expected to take long. */
  started(statement: Uint8Array): void {
    this.#started = statement
    this.#notify()
  }

  /** The input is complete, for a client that has the time witnessed: said before anything else. */
  ready(ready: Omit<Ready, 'kind' | 'attempt'>): void {
    this.#ready = { kind: 'ready', attempt: this.id, ...ready }
    this.#notify()
  }

  cancel(reason?: MeshError): void {
    this.#work?.abort(reason)
  }

  /** The output is there: it goes out at once, while its evidence is still being made. For what does not fit inline. */
  produce(headers: readonly TensorHeader[], outputs: readonly Tensor[]): void {
    if (this.#state === 'ended') return
    this.#frames = new TensorFrames(outputs)
    this.#head = { kind: 'head', attempt: this.id, outputs: headers }
    this.#notify()
  }

  finish(end: Extract<JobResponse, { kind: 'finished' }>): void {
    if (this.#state !== 'ended') this.#close(end)
  }

  abort(end: Extract<JobResponse, { kind: 'aborted' | 'refused' }>): void {
    if (this.#state !== 'ended') this.#close(end)
  }

  /** Lets the output go: the client has it, or did not come for it in time. */
  drop(): void {
    this.#dropped = true
    this.#frames = undefined
  }

  get dropped(): boolean {
    return this.#dropped
  }

  #close(end: End): void {
    this.#end = end
    this.#state = 'ended'
    this.#run = undefined
    this.#input = undefined
    this.#growing = undefined
    this.#work = undefined
    this.endedAtMs = this.#owner.clock.monotonicMs()
    this.#notify()
  }

  #notify(): void {
    this.#wake?.()
    this.#wake = undefined
  }

  async *responses(next: number, signal: AbortSignal): AsyncGenerator<JobResponse> {
    const reader = ++this.#reader
    this.#readers++
    // The one before leaves now: when its patience is over it would take away what wakes this one.
    this.#notify()
    const onAbort = (): void => this.#notify()
    signal.addEventListener('abort', onAbort, { once: true })
    let hasAll = false
    try {
      if (reader > 1 && this.#state === 'receiving') this.#ackDue = true
      let patienceMs = FIRST_PROGRESS_MS
      let startedSent = false
      let readySent = false
      let outputSent = false
      for (;;) {
        if (signal.aborted) throw abortError(signal)
        // A newer call took over; this one's peer has lost it and must not consume output.
        if (reader !== this.#reader) return
        if (this.#ready !== undefined && !readySent) {
          readySent = true
          yield this.#ready
          continue
        }
        if (!outputSent && this.#head !== undefined && this.#frames !== undefined) {
          outputSent = true
          yield* this.#output(this.#head, this.#frames, next, signal)
        }
        if (this.#end !== undefined) break
        if (this.#ackDue && this.#input !== undefined) {
          this.#ackDue = false
          yield { kind: 'ack', attempt: this.id, next: this.#input.next }
        } else if (this.#started !== undefined && !startedSent) {
          startedSent = true
          yield { kind: 'started', statement: this.#started }
        } else if (await this.#quietFor(patienceMs)) {
          patienceMs = HEARTBEAT_MS
          const state = this.#state === 'running' ? 'running' : 'queued'
          if (this.#end === undefined) yield { kind: 'progress', attempt: this.id, state, ...this.#owner.outlook(this) }
        }
      }
      yield this.#end
      hasAll = true
    } finally {
      this.#readers--
      this.#owner.left(this, hasAll)
      signal.removeEventListener('abort', onAbort)
    }
  }

  *#output(head: JobResponse, frames: TensorFrames, next: number, signal: AbortSignal): Generator<JobResponse> {
    yield head
    for (let sequence = next; sequence < frames.count; sequence++) {
      if (signal.aborted) throw abortError(signal)
      yield { kind: 'output', ...frames.frame(this.id, sequence) }
    }
  }

  /** True where nothing happened for `ms`. */
  #quietFor(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = this.#owner.clock.after(ms, () => {
        this.#wake = undefined
        resolve(true)
      })
      this.#wake = () => {
        timer.cancel()
        resolve(false)
      }
    })
  }
}
