/**
 * A model that stays ready: runs wait in order, one child computes them one after the other, and a child that had to die is
 * replaced. A run that the child died of fails; those that were sent along with it did not run, and are sent again.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { abortError, asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Tensor, TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import type { EngineSession, ModelFile, RunOptions, RunResult, SessionState } from '../engine.ts'
import type { KernelSet } from '../kernels.ts'
import type { ChildExit, ChildSettings, EngineChild } from './engine-child.ts'
import type { ReceivedFrame } from './frame-stream.ts'
import { failureKinds, frameKinds } from './frames.ts'
import { prepareInputs } from './inputs.ts'
import { type LoadedChild, loadChild } from './load-child.ts'
import { readOutputs } from './outputs.ts'
import { Call, type CallEnd } from './run-call.ts'
import { exitError, type FailureContext, failureError } from './run-errors.ts'
import { SeenMemory } from './seen-memory.ts'

/** Waiting and sent together: a tenth of a second of work for the smallest models; more is admission's failure. */
const CALLS_MAX = 1_024
/** Runs are sent ahead of the one that computes only while they take less than this: there a round trip counts. */
const SEND_AHEAD_US_MAX = 5_000
/** What is sent ahead is computed even if it is cancelled meanwhile. */
const AHEAD_CALLS_MAX = 16
const AHEAD_BYTES_MAX = 1_048_576
/** Weight of the newest run in the running mean. */
const MEAN_WEIGHT = 0.2
/** Deadlines, memory and cancelled runs are looked at this often while there is work. */
const WATCH_MS = 50
/** A cancelled run that is about to end may: a new child costs a hundred times this. With {@link WATCH_MS} below 200 ms. */
const GRACE_MS = 50
/** A run without a deadline of its own. */
const RUN_MS_MAX = 3_600_000
/** Children in a row that died before they answered anything; then the model does not run on this machine. */
const RESPAWNS_MAX = 3
const RESPAWN_DELAY_MS = 250

/** What the owner of a session may want to log. */
export type SessionEvent =
  | { readonly kind: 'engine:respawned'; readonly model: ModelFile; readonly how: string; readonly tookMs: number }
  | { readonly kind: 'engine:stopped'; readonly model: ModelFile; readonly error: MeshError }
  /** The card that was asked for cannot run this one whole. */
  | {
      readonly kind: 'engine:on-processor'
      readonly model: ModelFile
      readonly kernels: KernelSet
      readonly error: MeshError
    }

export interface SessionSettings {
  readonly model: ModelFile
  readonly child: ChildSettings
  readonly kernelClass: string
  readonly report: (event: SessionEvent) => void
  /** Called when the session was disposed. */
  readonly released: () => void
}

export class OnnxSession implements EngineSession {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  readonly kernelClass: string
  readonly memory: SeenMemory
  readonly #settings: SessionSettings
  readonly #context: FailureContext
  readonly #closing = new AbortController()
  #child: EngineChild
  #loadedMs: number
  #state: SessionState = 'ready'
  #stoppedBy: MeshError | undefined
  #respawning: Promise<void> = Promise.resolve()
  /** Children in a row without an answer. */
  #fruitless = 0
  #waiting: Call[] = []
  /** In the child's hands, in order; it computes the first. */
  #sent: Call[] = []
  #sentBytes = 0
  #nextCall = 1
  #meanUs = Number.POSITIVE_INFINITY
  #watch: NodeJS.Timeout | undefined

  constructor(settings: SessionSettings, loaded: LoadedChild) {
    this.#settings = settings
    this.#context = { model: settings.model, memoryBytesMax: settings.child.memoryBytesMax }
    this.kernelClass = settings.kernelClass
    this.memory = new SeenMemory(settings.child.memoryBytesMax)
    this.inputs = loaded.ready.inputs
    this.outputs = loaded.ready.outputs
    this.#child = loaded.child
    this.#loadedMs = loaded.tookMs
    this.#adopt(loaded.child)
  }

  get state(): SessionState {
    return this.#state
  }

  /** From the end of a run that was cancelled: until it is seen, its process is ended and another has loaded the model. */
  get backMs(): number {
    return GRACE_MS + WATCH_MS + this.#loadedMs
  }

  /** Of the process that computes now; `undefined` while there is none. */
  get pid(): number | undefined {
    return this.#state === 'ready' ? this.#child.pid : undefined
  }

  run(inputs: readonly Tensor[], options: RunOptions = {}): Promise<RunResult> {
    return new Promise((resolve, reject) => {
      if (this.#state === 'closed') throw this.#stoppedBy ?? new MeshError('CANCELLED')
      if (options.signal?.aborted) throw abortError(options.signal)
      const parts = prepareInputs(this.inputs, inputs)
      if (this.#waiting.length + this.#sent.length >= CALLS_MAX)
        throw new MeshError('LIMIT', { what: `runs of ${this.#settings.model.id}`, max: CALLS_MAX })
      const deadlineMs = options.deadlineMs ?? RUN_MS_MAX
      const call = new Call(this.#nextCall++, inputs, parts, deadlineMs, { resolve, reject })
      if (options.signal !== undefined) call.listen(options.signal, (error) => this.#end(call, { error }))
      this.#waiting.push(call)
      this.#pump()
      this.#watch ??= setInterval(() => this.#look(), WATCH_MS)
    })
  }

  #pump(): void {
    if (this.#state !== 'ready') return
    for (let call = this.#waiting[0]; call !== undefined && this.#maySend(call); call = this.#waiting[0]) {
      this.#waiting.shift()
      if (this.#sent.length === 0) call.started()
      this.#sent.push(call)
      this.#sentBytes += call.bytes
      this.#child.run(call.id, call.inputs, call.parts)
    }
  }

  #maySend(call: Call): boolean {
    if (this.#sent.length === 0) return true
    return (
      this.#meanUs < SEND_AHEAD_US_MAX &&
      this.#sent.length < AHEAD_CALLS_MAX &&
      this.#sentBytes + call.bytes <= AHEAD_BYTES_MAX
    )
  }

  #takeSent(): Call | undefined {
    const call = this.#sent.shift()
    if (call !== undefined) this.#sentBytes -= call.bytes
    this.#sent[0]?.started()
    return call
  }

  #answer(frame: ReceivedFrame): void {
    const call = this.#sent[0]
    if (call === undefined || frame.header.call !== call.id) {
      this.#child.kill('crash', 'it answered what nobody asked')
      return
    }
    const end = this.#endOf(call, frame)
    this.#takeSent()
    this.memory.ran(call.bytes)
    this.#fruitless = 0
    call.settle(end)
    this.#pump()
  }

  /** @throws FrameError */
  #endOf(call: Call, frame: ReceivedFrame): CallEnd {
    if (frame.kind === frameKinds.result) {
      const computedUs = frame.header.value
      this.#meanUs = Number.isFinite(this.#meanUs)
        ? this.#meanUs + MEAN_WEIGHT * (computedUs - this.#meanUs)
        : computedUs
      return { result: { outputs: readOutputs(this.outputs, frame), computedUs, waitedUs: call.waitedUs } }
    }
    // What the allocator took until it failed it keeps: a new child begins without.
    if (frame.header.value === failureKinds.memory) this.#child.kill('killed', 'no memory left')
    return { error: failureError(frame, this.#context) }
  }

  /** Ends a call from this side: at once for the caller; a run that computes is given the grace, then the child dies. */
  #end(call: Call, end: CallEnd): void {
    call.settle(end)
    const at = this.#waiting.indexOf(call)
    if (at >= 0) this.#waiting.splice(at, 1)
  }

  #look(): void {
    const nowMs = performance.now()
    for (const call of [...this.#sent, ...this.#waiting]) {
      if (call.late(nowMs)) this.#end(call, { error: new MeshError('ENGINE_DEADLINE', { max: call.deadlineMs }) })
    }
    const running = this.#sent[0]
    if (running === undefined) {
      if (this.#waiting.length > 0) return
      clearInterval(this.#watch)
      this.#watch = undefined
    } else if (running.abandonedForMs(nowMs) >= GRACE_MS) this.#child.kill('killed', 'a run was cancelled')
    else void this.#child.watchMemory().then((bytes) => this.memory.saw(bytes))
  }

  #adopt(child: EngineChild): void {
    this.#child = child
    child.onFrame = (frame) => this.#answer(frame)
    this.#state = 'ready'
    void child.watchMemory().then((bytes) => this.memory.ready(bytes))
    child.exited.then((exit) => this.#onExit(exit))
    this.#pump()
  }

  #onExit(exit: ChildExit): void {
    if (this.#state === 'closed') return
    // A child that was ended on purpose says nothing about the runs that are left.
    const blamed = exit.cause === 'killed' ? undefined : this.#sent.shift()
    blamed?.settle({ error: exitError(exit, this.#context) })
    this.#waiting = [...this.#sent.filter((call) => !call.settled), ...this.#waiting]
    this.#sent = []
    this.#sentBytes = 0
    if (blamed === undefined && exit.cause !== 'killed') this.#fruitless++
    this.#state = 'respawning'
    this.#respawning = this.#respawn(exit).catch((error: unknown) => this.#stop(asMeshError(error)))
  }

  async #respawn(exit: ChildExit): Promise<void> {
    const startedMs = performance.now()
    if (this.#fruitless > RESPAWNS_MAX) throw exitError(exit, this.#context)
    const loaded = await this.#load()
    if (this.#closing.signal.aborted) return loaded.child[Symbol.asyncDispose]()
    if (JSON.stringify(loaded.ready) !== JSON.stringify({ inputs: this.inputs, outputs: this.outputs })) {
      await loaded.child[Symbol.asyncDispose]()
      throw new MeshError('MODEL_FILE', { path: this.#settings.model.path, why: 'it changed while it was served' })
    }
    const tookMs = performance.now() - startedMs
    this.#loadedMs = loaded.tookMs
    this.#settings.report({ kind: 'engine:respawned', model: this.#settings.model, how: exit.how, tookMs })
    this.#adopt(loaded.child)
  }

  async #load(): Promise<LoadedChild> {
    const { signal } = this.#closing
    for (let attempt = 1; ; attempt++) {
      try {
        return await loadChild(this.#settings.child, this.#context, signal)
      } catch (error) {
        if (attempt >= RESPAWNS_MAX || signal.aborted) throw error
        await delay(RESPAWN_DELAY_MS * attempt, undefined, { signal })
      }
    }
  }

  #stop(error: MeshError): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#stoppedBy = error
    this.#settleAll(error)
    this.#settings.report({ kind: 'engine:stopped', model: this.#settings.model, error })
  }

  #settleAll(error: MeshError): void {
    clearInterval(this.#watch)
    this.#watch = undefined
    for (const call of [...this.#sent, ...this.#waiting]) call.settle({ error })
    this.#sent = []
    this.#waiting = []
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state = 'closed'
    this.#settleAll(new MeshError('CANCELLED'))
    this.#closing.abort()
    await this.#respawning
    await this.#child[Symbol.asyncDispose]()
    this.#settings.released()
  }
}
