import { describe, expect, it } from 'vitest'
import { isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { AttemptId } from '../../../protocols/kernel/ids.ts'
import { answerJob, type DeskAttempt, type JobDesk } from '../../../protocols/wire/job/job-handler.ts'
import type { DataFrame, JobRequest, JobResponse } from '../../../protocols/wire/job/job-messages.ts'
import { CALLER } from '../../support/nodes/direct-network.ts'
import { attempt, hashOf, requests, responses } from '../../support/wire-vectors/job-samples.ts'

const [run] = requests.run
const [input] = requests.input
const [finished] = responses.finished
const cancelled: JobResponse = { kind: 'aborted', attempt, cause: 'cancelled', error: 180, detail: '' }

/** An attempt that takes two input frames, and ends when it has them or is cancelled. */
class TwoFrames implements DeskAttempt {
  readonly id: AttemptId = attempt
  readonly acknowledged: number[] = []
  readonly askedFrom: number[] = []
  readonly #ended = Promise.withResolvers<JobResponse>()
  #frames = 0
  fault: Error | undefined

  get frames(): number {
    return this.#frames
  }

  get ended(): Promise<JobResponse> {
    return this.#ended.promise
  }

  input({ sequence }: DataFrame): void {
    if (this.fault !== undefined) throw this.fault
    if (sequence !== this.#frames) throw new MeshError('OUTPUT_GARBLED', { rule: 'frames come in order, without gaps' })
    if (++this.#frames === 2) this.#ended.resolve(finished)
  }

  acknowledge(next: number): void {
    this.acknowledged.push(next)
  }

  cancel(): void {
    this.#ended.resolve(cancelled)
  }

  async *responses(next: number): AsyncGenerator<JobResponse> {
    this.askedFrom.push(next)
    yield await this.ended
  }
}

const deskOf = (found: DeskAttempt | JobResponse): JobDesk => ({ begin: async () => found, attach: () => found })

/** Requests that come one by one, and then stay away until the call is over: a caller that waits. */
async function* waiting(requests: readonly JobRequest[], until: Promise<unknown>): AsyncGenerator<JobRequest> {
  yield* requests
  await until
}

/** What the caller hears: the responses, and the code of the error that ended the call. */
async function heard(
  found: TwoFrames | JobResponse,
  first: JobRequest,
  more: readonly JobRequest[] = [],
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly unknown[]> {
  const said: unknown[] = []
  const until = 'ended' in found ? found.ended : Promise.resolve()
  try {
    for await (const response of answerJob(deskOf(found))(first, waiting(more, until), { peer: CALLER, signal }))
      said.push(response.kind)
  } catch (error) {
    if (!isMeshError(error)) throw error
    said.push(error.code)
  }
  return said
}

const frame = (sequence: number): typeof input => ({ ...input, sequence })

describe('a call for a job', () => {
  it('brings the input to the attempt, and its end to the caller', async () => {
    const taken = new TwoFrames()
    expect(await heard(taken, run, [frame(0), { kind: 'ack', attempt, next: 16 }, frame(1)])).toEqual(['finished'])
    expect(taken.acknowledged).toEqual([16])
    expect(taken.askedFrom).toEqual([0])
  })

  it('that is refused hears why, and nothing else', async () => {
    expect(await heard(responses.refused[0], run)).toEqual(['refused'])
  })

  it('that resumes goes on from the frame that it names', async () => {
    const taken = new TwoFrames()
    expect(await heard(taken, { ...requests.resume[0], next: 7 }, [frame(0), frame(1)])).toEqual(['finished'])
    expect(taken.askedFrom).toEqual([7])
  })

  it('that cancels ends the attempt, and is sent no output', async () => {
    const taken = new TwoFrames()
    expect(await heard(taken, requests.cancel[0])).toEqual(['aborted'])
    expect(taken.askedFrom[0]).toBeGreaterThan(1_000_000)
  })

  it('may cancel on its way, without a token: who opened it knows it', async () => {
    expect(await heard(new TwoFrames(), run, [frame(0), requests.cancel[0]])).toEqual(['aborted'])
  })

  it.each([
    ['an input', frame(0)],
    ['an acknowledgement', requests.ack[0]],
  ] as const)('does not begin with %s', async (_, first) => {
    expect(await heard(new TwoFrames(), first)).toEqual(['MESSAGE_UNKNOWN'])
  })

  it.each([
    ['a second run', run, 'MESSAGE_UNKNOWN'],
    ['a resume', requests.resume[0], 'MESSAGE_UNKNOWN'],
    ['a frame of another attempt', { ...frame(0), attempt: hashOf('another') }, 'WRONG_JOB'],
    ['an acknowledgement of another attempt', { ...requests.ack[0], attempt: hashOf('another') }, 'WRONG_JOB'],
    ['a frame out of order', frame(1), 'OUTPUT_GARBLED'],
  ] satisfies [string, JobRequest, string][])('ends its attempt with %s', async (_, broken, code) => {
    const taken = new TwoFrames()
    expect(await heard(taken, run, [broken])).toEqual(['aborted', code])
    expect(await taken.ended).toBe(cancelled)
  })

  it('whose attempt fails by a fault of ours is told so, and does not wait for ever', async () => {
    const taken = new TwoFrames()
    taken.fault = new TypeError('undefined is not a function')
    expect(await heard(taken, run, [frame(0)])).toEqual(['aborted', 'BUG'])
  })

  it('that its caller cancels ends the attempt', async () => {
    const taken = new TwoFrames()
    const caller = new AbortController()
    const call = heard(taken, run, [], caller.signal)
    await expect.poll(() => taken.askedFrom).toHaveLength(1)
    caller.abort(new MeshError('CANCELLED'))
    expect(await call).toEqual(['aborted'])
  })

  it('that was cancelled before it began ends the attempt too', async () => {
    const caller = new AbortController()
    caller.abort(new MeshError('CANCELLED'))
    expect(await heard(new TwoFrames(), run, [], caller.signal)).toEqual(['aborted'])
  })

  it('that is lost leaves the attempt to run: it may be resumed', async () => {
    const taken = new TwoFrames()
    const caller = new AbortController()
    async function* lost(): AsyncGenerator<JobRequest> {
      yield frame(0)
      throw new MeshError('STREAM_LOST', { peer: CALLER })
    }
    const answers = answerJob(deskOf(taken))(run, lost(), { peer: CALLER, signal: caller.signal })
    const first = answers[Symbol.asyncIterator]().next()
    await expect.poll(() => taken.frames).toBe(1)
    caller.abort(new MeshError('STREAM_LOST', { peer: CALLER }))
    // Only the second frame, on another call, brings the end.
    expect(await heard(taken, requests.resume[0], [frame(1)])).toEqual(['finished'])
    expect((await first).value).toMatchObject({ kind: 'finished' })
  })

  it('ends well when its caller has nothing more to say', async () => {
    const taken = new TwoFrames()
    async function* said(): AsyncGenerator<JobRequest> {
      yield frame(0)
      yield frame(1)
    }
    const heardOf: unknown[] = []
    for await (const { kind } of answerJob(deskOf(taken))(run, said(), {
      peer: CALLER,
      signal: new AbortController().signal,
    }))
      heardOf.push(kind)
    expect(heardOf).toEqual(['finished'])
  })
})
