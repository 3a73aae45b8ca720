/** The asking side of one attempt: from the first message to the last frame, and again from where a lost call broke off. */
import { equalBytes } from '../../kernel/bytes.ts'
import { encode } from '../../kernel/codec.ts'
import { MeshError } from '../../kernel/errors.ts'
import type { AttemptId, PeerId } from '../../kernel/ids.ts'
import { BULK_BYTES, OUTPUT_BYTES_MAX } from '../../kernel/limits.ts'
import type { Network } from '../../kernel/network.ts'
import type { CallOptions } from '../../kernel/protocol.ts'
import type { Finished, JobRequest, JobResponse, Ready, RunRequest } from './job-messages.ts'
import { jobProtocol } from './job-protocol.ts'
import { type Tensor, type TensorHeader, tensorHeadersCodec } from './tensor.ts'
import { type ArrivalListener, TensorAssembler } from './tensor-assembler.ts'
import { fitsInline, TensorFrames, totalBytes } from './tensor-frames.ts'

export type AttemptOutcome =
  | { readonly kind: 'finished'; readonly finished: Finished; readonly outputs: readonly Tensor[] }
  | Extract<JobResponse, { kind: 'refused' | 'aborted' }>

export type ProgressListener = (progress: Extract<JobResponse, { kind: 'progress' }>) => void

export interface AttendOptions extends CallOptions {
  readonly onProgress?: ProgressListener
  /** Called once, with the first word that says that the miner took the attempt. */
  readonly onTaken?: () => void
  /** Sees the miner's signed word that it has begun; what it throws ends the attempt. */
  readonly onStarted?: (statement: Uint8Array) => void
  /** Where the agreement has a policy: sees that the miner's time counts from now on, once; what it throws ends the attempt. */
  readonly onReady?: (ready: Ready) => void
  /** Called with every word of the miner. */
  readonly onHeard?: () => void
  /** Called once, when the miner has all of the input, or has been sent all that goes with the first message. */
  readonly onInputTaken?: () => void
  /** Aborted where the answer is not wanted any more: the miner is told to stop on the same call, which then ends as it says. */
  readonly stop?: AbortSignal
}

/** Frames between two acknowledgements: 1 MiB, so that the miner's unacknowledged output stays small. */
const ACK_EVERY_FRAMES = 16

/** What this side knows of one attempt; outlives the call that carries it. */
export class AttemptState {
  readonly id: AttemptId
  readonly run: RunRequest
  readonly token: Uint8Array
  readonly inputs: readonly Tensor[]
  readonly #onOutput: ArrivalListener | undefined
  readonly #frames: TensorFrames
  /** Input frames that the miner has acknowledged. */
  #inputNext = 0
  #output: TensorAssembler | undefined
  #outbox: Outbox | undefined
  #isReady = false
  #isTaken = false

  /** @param onOutput hears of the bytes of an output that comes in frames, in order, while they arrive: for the content root */
  constructor(
    id: AttemptId,
    run: RunRequest,
    token: Uint8Array,
    inputs: readonly Tensor[],
    onOutput?: ArrivalListener,
  ) {
    this.id = id
    this.run = run
    this.token = token
    this.inputs = inputs
    this.#onOutput = onOutput
    this.#frames = new TensorFrames(inputs)
  }

  /**
   * Carries the attempt to its end over one call.
   * @param opening run the first time, resume after a call was lost
   * @throws MeshError what Network.call throws; WRONG_JOB, OUTPUT_GARBLED, OVERSIZE for an answer that breaks a rule; BEACON_WITHHELD for
   *   work before the word that `onReady` waits for
   */
  async attend(
    network: Network,
    miner: PeerId,
    opening: 'run' | 'resume',
    options: AttendOptions,
  ): Promise<AttemptOutcome> {
    const first: JobRequest =
      opening === 'run'
        ? this.run
        : { kind: 'resume', attempt: this.id, token: this.token, next: this.#output?.next ?? 0 }
    const bulk = totalBytes(this.inputs) > BULK_BYTES
    const inline = fitsInline(this.inputs)
    const { stop } = options
    const outbox = inline && opening === 'run' && stop === undefined ? undefined : new Outbox(first)
    this.#outbox = outbox
    if (outbox !== undefined && !inline && opening === 'run') this.#sendInputs(outbox)
    const onStop = (): void => outbox?.cancel({ kind: 'cancel', attempt: this.id, token: this.token })
    if (stop?.aborted) onStop()
    else stop?.addEventListener('abort', onStop, { once: true })
    try {
      const call = network.call(miner, jobProtocol, outbox ?? first, { ...options, bulk })
      let taken = false
      if (inline) this.#inputTaken(options)
      for await (const response of call) {
        options.onHeard?.()
        if (!taken && response.kind !== 'refused') {
          taken = true
          options.onTaken?.()
        }
        const outcome = this.#take(response, options)
        if (outcome !== undefined) return outcome
      }
    } finally {
      stop?.removeEventListener('abort', onStop)
      outbox?.end()
      this.#outbox = undefined
    }
    throw garbled('a call ends with a result, a refusal or an abort')
  }

  #sendInputs(outbox: Outbox): void {
    let sequence = this.#inputNext
    outbox.pull = () =>
      sequence < this.#frames.count ? { kind: 'input', ...this.#frames.frame(this.id, sequence++) } : undefined
  }

  #inputTaken({ onInputTaken }: AttendOptions): void {
    if (this.#isTaken) return
    this.#isTaken = true
    onInputTaken?.()
  }

  #take(response: JobResponse, options: AttendOptions): AttemptOutcome | undefined {
    const { onProgress, onStarted, onReady } = options
    if (response.kind === 'refused') return response
    if (onReady !== undefined && !this.#isReady && isWork(response)) throw new MeshError('BEACON_WITHHELD')
    if (response.kind === 'started') {
      onStarted?.(response.statement)
      return undefined
    }
    if (response.attempt !== this.id) throw new MeshError('WRONG_JOB', { given: response.attempt, expected: this.id })
    switch (response.kind) {
      case 'progress':
        onProgress?.(response)
        return undefined
      case 'ready':
        if (onReady === undefined) throw garbled('nobody asked when the work could begin')
        // A resumed call repeats it.
        if (!this.#isReady) onReady(response)
        this.#isReady = true
        return undefined
      case 'ack':
        this.#resumeInputs(response.next)
        if (response.next === this.#frames.count) this.#inputTaken(options)
        return undefined
      case 'head':
        this.#expect(response.outputs)
        return undefined
      case 'output':
        this.#frame(response)
        return undefined
      case 'finished':
        return { kind: 'finished', finished: response, outputs: this.#finish(response) }
      case 'aborted':
        return response
    }
  }

  #resumeInputs(next: number): void {
    if (next > this.#frames.count) throw garbled('only sent frames are acknowledged')
    this.#inputNext = Math.max(this.#inputNext, next)
    // After a resume the miner says first what it has of the input; sending goes on from there.
    const outbox = this.#outbox
    if (outbox?.pull === undefined && outbox?.isCancelled === false && !fitsInline(this.inputs)) {
      this.#sendInputs(outbox)
      outbox.wake()
    }
  }

  #expect(outputs: readonly TensorHeader[]): void {
    if (fitsInline(outputs)) throw garbled('a head comes only before what does not fit inline')
    // A resumed call repeats the head; the frames go on.
    if (this.#output === undefined) this.#output = new TensorAssembler(outputs, OUTPUT_BYTES_MAX, this.#onOutput)
    else requireSame(this.#output.headers, outputs)
  }

  #frame(frame: Extract<JobResponse, { kind: 'output' }>): void {
    if (this.#output === undefined) throw garbled('the head comes before the frames')
    this.#output.accept(frame)
    if (this.#output.next % ACK_EVERY_FRAMES === 0) {
      this.#outbox?.push({ kind: 'ack', attempt: this.id, next: this.#output.next })
    }
  }

  #finish({ outputs, inline }: Finished): readonly Tensor[] {
    if (this.#output !== undefined) {
      requireSame(this.#output.headers, outputs)
      if (inline.length > 0) throw garbled('outputs come inline or in frames')
      return this.#output.tensors()
    }
    // Asked before anything is made for them: the message that names them is small.
    if (!fitsInline(outputs)) throw garbled('the head comes before the frames')
    const assembler = new TensorAssembler(outputs, OUTPUT_BYTES_MAX)
    assembler.acceptInline(inline)
    return assembler.tensors()
  }
}

/** Signs that a miner has begun with the work, or ended it well. */
const isWork = (response: JobResponse): boolean =>
  response.kind === 'started' ||
  response.kind === 'head' ||
  response.kind === 'output' ||
  response.kind === 'finished' ||
  (response.kind === 'progress' && response.state === 'running')

const garbled = (rule: string): MeshError => new MeshError('OUTPUT_GARBLED', { rule })

/** What was delivered is what was announced, header by header. @throws MeshError OUTPUT_GARBLED */
function requireSame(announced: readonly TensorHeader[], given: readonly TensorHeader[]): void {
  const one = encode(tensorHeadersCodec, announced)
  if (!equalBytes(one, encode(tensorHeadersCodec, given))) throw garbled('one attempt has one head')
}

/** What goes up on one call: the opening, what `pull` yields, and acknowledgements between them. */
class Outbox implements AsyncIterable<JobRequest> {
  pull: (() => JobRequest | undefined) | undefined
  readonly #first: JobRequest
  /** Acknowledgements are cumulative: only the newest waits. */
  #pending: JobRequest | undefined
  #wake: (() => void) | undefined
  #ended = false
  #cancelled = false

  constructor(first: JobRequest) {
    this.#first = first
  }

  get isCancelled(): boolean {
    return this.#cancelled
  }

  /** The last word: nothing goes up behind it. */
  cancel(message: JobRequest): void {
    this.push(message)
    this.#cancelled = true
    this.pull = undefined
  }

  push(message: JobRequest): void {
    if (this.#cancelled) return
    this.#pending = message
    this.wake()
  }

  end(): void {
    this.#ended = true
    this.wake()
  }

  wake(): void {
    this.#wake?.()
    this.#wake = undefined
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<JobRequest> {
    yield this.#first
    while (!this.#ended) {
      const message = this.#pending ?? this.pull?.()
      if (message === this.#pending) this.#pending = undefined
      if (message !== undefined) yield message
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve
        })
      }
    }
  }
}
