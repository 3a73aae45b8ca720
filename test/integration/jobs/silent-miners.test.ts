import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Handler } from '../../../protocols/kernel/protocol.ts'
import type { JobRequest, JobResponse, RunRequest } from '../../../protocols/wire/job/job-messages.ts'
import { TensorFrames } from '../../../protocols/wire/job/tensor-frames.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import type { HostileMinerOptions } from '../../support/nodes/hostile-miner.ts'
import {
  afterOneGoodJob,
  frame,
  type HostileScene,
  hostileScene,
  input,
  large,
  silence,
} from '../../support/nodes/hostile-scene.ts'
import { type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'

let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) })
})
afterAll(() => mesh[Symbol.asyncDispose]())
const scene = (options?: Partial<HostileMinerOptions>) => hostileScene(mesh, options)

describe('a miner that falls silent', () => {
  test('before its first word is left after the patience for it', async () => {
    await using it = await scene()
    const held = await afterOneGoodJob(it)
    const running = it.run(silence)
    await expect.poll(() => it.liar.runs.length).toBe(2)
    it.user.clock.shift(10_000)
    const { answer, met } = await running
    expect(met).toEqual(['TIMEOUT'])
    expect(answer.miner).toBe(it.honestMiner)
    await it.user.client.settle(1_000)
    expect(it.liar.held).toBe(held)
  })

  test('in the middle of its output is left after the patience for that', async () => {
    await using it = await scene()
    const held = await afterOneGoodJob(it)
    const running = it.run(async function* (run, miner, call) {
      const attempt = miner.attemptOf(run)
      yield { kind: 'head', attempt, outputs: [large] }
      yield frame(attempt)
      yield { kind: 'progress', attempt, state: 'running', ahead: 0, etaMs: 0 }
      yield* silence(run, miner, call)
    })
    const heard = () => it.user.events.some((told) => told.kind === 'job' && told.event.kind === 'progress')
    await expect.poll(heard).toBe(true)
    it.user.clock.shift(15_000)
    const { answer, met } = await running
    expect(met).toEqual(['STALLED'])
    expect(answer.miner).toBe(it.honestMiner)
    await it.user.client.settle(1_000)
    expect(it.liar.held).toBe(held)
  })

  test('is told to stop when the job is cancelled', async () => {
    await using it = await scene()
    const stopped = Promise.withResolvers<unknown>()
    it.liar.job = async function* (run, miner, call) {
      call.context.signal.addEventListener('abort', () => stopped.resolve(call.context.signal.reason))
      yield { kind: 'progress', attempt: miner.attemptOf(run), state: 'running', ahead: 0, etaMs: 0 }
      yield* silence(run, miner, call)
    }
    const stop = new AbortController()
    const running = it.user.client.infer({ model: mesh.id('identity'), inputs: [input], signal: stop.signal })
    await expect.poll(() => it.liar.runs.length).toBe(1)
    stop.abort()
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(await stopped.promise).toMatchObject({ code: 'CANCELLED' })
  })
})

describe('a miner that hangs up in the middle of its output', () => {
  const content = new Uint8Array(300_000).map((_, i) => i * 7)
  const output = { ...large, dims: [content.length], byteLength: content.length, data: content }

  /** Sends what there is from frame `from` on, and hangs up before frame `to`. */
  async function* send(
    { liar, user }: HostileScene,
    run: RunRequest,
    from: number,
    to: number,
  ): AsyncGenerator<JobResponse> {
    const frames = new TensorFrames([output])
    const attempt = liar.attemptOf(run)
    yield { kind: 'head', attempt, outputs: [output] }
    for (let i = from; i < Math.min(to, frames.count); i++) yield { kind: 'output', ...frames.frame(attempt, i) }
    if (to < frames.count) liar.network.disconnect(user.mesh.self)
    else yield liar.finished(run, [output])
  }
  /** Sends that many frames more at each resume, then hangs up again. */
  const resuming = (it: HostileScene, frames: number): Handler<JobRequest, JobResponse> =>
    async function* (first) {
      if (first.kind === 'resume') yield* send(it, it.liar.runs.at(-1)!, first.next, first.next + frames)
    }

  test('is asked for the rest, from the frame that is missing', async () => {
    await using it = await scene()
    it.liar.resume = resuming(it, 99)
    const { answer, met } = await it.run((run) => send(it, run, 0, 3))
    expect(met).toEqual(['resumed'])
    expect(it.liar.others).toMatchObject([{ kind: 'resume', next: expect.any(Number) }])
    expect(answer.miner).toBe(it.liar.address)
    expect(answer.outputs[0]!.data).toEqual(content)
    expect(await answer.receipt).toMatchObject({ price: 10n })
  })

  test('and has forgotten it then is left for another and not paid', async () => {
    await using it = await scene()
    const held = await afterOneGoodJob(it)
    // biome-ignore lint/correctness/useYield: the error is the answer
    it.liar.resume = async function* (first) {
      throw new MeshError('RESUME_GONE', { attempt: first.kind === 'resume' ? first.attempt : '' })
    }
    const { answer, met } = await it.run((run) => send(it, run, 0, 2))
    expect(met).toEqual(['resumed', 'RESUME_GONE'])
    expect(answer.miner).toBe(it.honestMiner)
    await it.user.client.settle(1_000)
    expect(it.liar.held).toBe(held)
  })

  test('again and again is left after two resumes', async () => {
    await using it = await scene()
    it.liar.resume = resuming(it, 0)
    const { answer, met } = await it.run((run) => send(it, run, 0, 1))
    expect(met).toEqual(['resumed', 'resumed', 'STREAM_LOST'])
    expect(answer.miner).toBe(it.honestMiner)
  })
})
