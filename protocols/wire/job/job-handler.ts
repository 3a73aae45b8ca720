/** The answering side of the job protocol, over a narrow port: the miner's desk. It does no work and knows no engine. */
import { asMeshError, isMeshError, MeshError } from '../../kernel/errors.ts'
import type { AttemptId, PeerId } from '../../kernel/ids.ts'
import type { Handler } from '../../kernel/protocol.ts'
import type { DataFrame, JobRequest, JobResponse, RunRequest } from './job-messages.ts'

export interface JobDesk {
  /** Refuses, or takes the job; a run of an attempt that is already here attaches to it. */
  begin(run: RunRequest, peer: PeerId): Promise<JobResponse | DeskAttempt>
  /** The attempt of that id where the token fits, else what to answer. */
  attach(attempt: AttemptId, token: Uint8Array): JobResponse | DeskAttempt
}

/** One attempt, as the wire sees it. */
export interface DeskAttempt {
  readonly id: AttemptId
  input(frame: DataFrame): void
  acknowledge(next: number): void
  /** @param reason what the other side did wrong; absent where it just wants no more */
  cancel(reason?: MeshError): void
  /** Progress, output from frame `next` on, and the end. One reader at a time: a newer one takes over. */
  responses(next: number, signal: AbortSignal): AsyncIterable<JobResponse>
}

/** Above every frame number. */
const FRAMES_MAX = 0xffff_ffff

const isAttempt = (found: JobResponse | DeskAttempt): found is DeskAttempt => 'responses' in found

export function answerJob(desk: JobDesk): Handler<JobRequest, JobResponse> {
  return async function* (first, more, context) {
    const found = await open(desk, first, context.peer)
    if (!isAttempt(found)) {
      yield found
      return
    }
    if (first.kind === 'cancel') found.cancel()
    const onAbort = (): void => {
      // The caller said stop: the work stops. A call that was merely lost may be resumed: the work goes on.
      if (isMeshError(context.signal.reason, 'CANCELLED')) found.cancel()
    }
    if (context.signal.aborted) onAbort()
    else context.signal.addEventListener('abort', onAbort, { once: true })
    let broken: MeshError | undefined
    void read(more, found).catch((error: unknown) => {
      const failed = asMeshError(error)
      // A call that was merely lost may be resumed.
      if (failed.fault === 'network') return
      // A stranger's frames broke a rule, or this program did: the attempt ends, with the reason in the answer.
      broken = failed
      found.cancel(failed)
    })
    try {
      yield* found.responses(firstFrame(first), context.signal)
    } finally {
      context.signal.removeEventListener('abort', onAbort)
    }
    if (broken !== undefined) throw broken
  }
}

/** Who cancels wants the end and no output. */
function firstFrame(first: JobRequest): number {
  if (first.kind === 'resume') return first.next
  return first.kind === 'cancel' ? FRAMES_MAX : 0
}

async function open(desk: JobDesk, first: JobRequest, peer: PeerId): Promise<JobResponse | DeskAttempt> {
  switch (first.kind) {
    case 'run':
      return desk.begin(first, peer)
    case 'resume':
    case 'cancel':
      return desk.attach(first.attempt, first.token)
    default:
      throw new MeshError('MESSAGE_UNKNOWN', { what: first.kind })
  }
}

async function read(more: AsyncIterable<JobRequest>, attempt: DeskAttempt): Promise<void> {
  for await (const message of more) {
    if (message.kind === 'run' || message.kind === 'resume')
      throw new MeshError('MESSAGE_UNKNOWN', { what: message.kind })
    if (message.attempt !== attempt.id) {
      throw new MeshError('WRONG_JOB', { given: message.attempt, expected: attempt.id })
    }
    if (message.kind === 'input') attempt.input(message)
    else if (message.kind === 'ack') attempt.acknowledge(message.next)
    // On its own call a cancel needs no token: who opened the call knows it.
    else attempt.cancel()
  }
}
