import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../../../node/client/infer-options.ts'
import { wireOf } from '../../../protocols/kernel/error-projections.ts'
import { type ErrorCode, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Handler } from '../../../protocols/kernel/protocol.ts'
import { directoryKey } from '../../../protocols/wire/directory/directory-key.ts'
import { directoryProtocol } from '../../../protocols/wire/directory/directory-protocol.ts'
import type { DataFrame, JobRequest, JobResponse, RunRequest } from '../../../protocols/wire/job/job-messages.ts'
import { signStarted } from '../../../protocols/wire/job/started.ts'
import type { TensorHeader } from '../../../protocols/wire/job/tensor.ts'
import { TensorFrames } from '../../../protocols/wire/job/tensor-frames.ts'
import { signOffer } from '../../../protocols/wire/offer/offer.ts'
import { HostileMiner, type HostileMinerOptions, honest, type JobLie } from '../../support/hostile-miner.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/job-network.ts'
import { hasher, meshNode } from '../../support/mesh-nodes.ts'
import { identityModel } from '../../support/onnx-models.ts'
import { cast } from '../../support/statement-vectors/cast.ts'
import { type TestClient, testClient } from '../../support/test-client.ts'

let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) })
})
afterAll(() => mesh[Symbol.asyncDispose]())

const input = bytesInput(16)

interface Scene extends AsyncDisposable {
  /** Cheaper than the honest miner, so it is asked first. */
  readonly liar: HostileMiner
  readonly user: TestClient
  /** One job with the liar's `lie` as its answer; the failures that were met on the way, by code. */
  run(lie?: JobLie): Promise<{ readonly answer: Answer; readonly met: readonly string[] }>
}

async function scene(options: Partial<HostileMinerOptions> = {}): Promise<Scene> {
  await using stack = new AsyncDisposableStack()
  const liar = stack.use(await HostileMiner.start(mesh.net, { model: mesh.model('identity'), ...options }))
  const user = stack.use(await testClient(mesh.net))
  const owned = stack.move()
  return {
    liar,
    user,
    async run(lie) {
      if (lie !== undefined) liar.job = lie
      const met: string[] = []
      const answer = await user.client.infer({
        model: mesh.id('identity'),
        inputs: [input],
        onEvent: (event) => {
          if (event.kind === 'failed') met.push(event.error.code)
          if (event.kind === 'refused') met.push(event.reason)
          if (event.kind === 'resumed') met.push('resumed')
        },
      })
      return { answer, met }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Says nothing more until the other side has had enough. */
async function* silently(signal: AbortSignal): AsyncGenerator<never> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
const silence: JobLie = (_, __, { context }) => silently(context.signal)

const honestMiner = () => mesh.net.miners[0]!.operator

/** The liar was paid for a good job before, so that nothing is paid ahead: what it holds is what it earned. */
async function afterOneGoodJob({ liar, user, run }: Scene): Promise<bigint> {
  const { answer } = await run(honest)
  expect(answer.miner).toBe(liar.address)
  await answer.receipt
  expect(await user.client.settle()).toBe(true)
  expect(liar.held).toBe(10n)
  return liar.held
}

const frame = (attempt: Hash32, change: Partial<DataFrame> = {}): JobResponse => ({
  kind: 'output',
  attempt,
  stream: 0,
  sequence: 0,
  offset: 0,
  bytes: new Uint8Array(1_000),
  ...change,
})
const large: TensorHeader = { name: 'y', type: 'uint8', dims: [100_000], byteLength: 100_000 }

/** Answers that break a rule, and the code under which the client goes on to the next miner. */
const lies: readonly (readonly [what: string, met: ErrorCode, lie: JobLie])[] = [
  [
    'bytes that are no message',
    'MALFORMED',
    async function* () {
      yield { kind: 'garbage', bytes: new Uint8Array(4_000).fill(0xa7) }
    },
  ],
  [
    'a word of having begun that another key signed',
    'WRONG_SIGNER',
    async function* (run, miner) {
      const { signer } = cast.owner
      const nowMs = Date.now()
      yield {
        kind: 'started',
        statement: signStarted(miner.domain, signer, miner.attemptOf(run), { sequence: BigInt(nowMs), nowMs }),
      }
    },
  ],
  [
    'words about another attempt',
    'WRONG_JOB',
    async function* () {
      yield { kind: 'progress', attempt: `0x${'1'.repeat(64)}` as Hash32, state: 'running', ahead: 0, etaMs: 1 }
    },
  ],
  [
    'the end of another attempt',
    'WRONG_JOB',
    async function* (run, miner) {
      yield { ...miner.finished(run), attempt: `0x${'1'.repeat(64)}` as Hash32 }
    },
  ],
  [
    'frames without a head',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      yield frame(miner.attemptOf(run))
    },
  ],
  [
    'frames out of order',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      const attempt = miner.attemptOf(run)
      yield { kind: 'head', attempt, outputs: [large] }
      yield frame(attempt)
      yield frame(attempt, { sequence: 2, offset: 1_000 })
    },
  ],
  [
    'a frame that leaves a hole',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      const attempt = miner.attemptOf(run)
      yield { kind: 'head', attempt, outputs: [large] }
      yield frame(attempt)
      yield frame(attempt, { sequence: 1, offset: 1_001 })
    },
  ],
  [
    'more output than its head says',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      const attempt = miner.attemptOf(run)
      yield { kind: 'head', attempt, outputs: [large] }
      for (let i = 0; i < 4; i++) {
        yield frame(attempt, { sequence: i, offset: i * 30_000, bytes: new Uint8Array(30_000) })
      }
    },
  ],
  [
    'less output than its head says',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      const attempt = miner.attemptOf(run)
      yield { kind: 'head', attempt, outputs: [large] }
      yield frame(attempt)
      yield { ...miner.finished(run), outputs: [large], inline: new Uint8Array(0) }
    },
  ],
  [
    'two different heads',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      const attempt = miner.attemptOf(run)
      yield { kind: 'head', attempt, outputs: [large] }
      yield { kind: 'head', attempt, outputs: [{ ...large, name: 'z' }] }
    },
  ],
  [
    'a head whose bytes do not follow from its shape',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      yield { kind: 'head', attempt: miner.attemptOf(run), outputs: [{ ...large, dims: [7] }] }
    },
  ],
  [
    'a head of more bytes than any answer may have',
    'OVERSIZE',
    async function* (run, miner) {
      const byteLength = 2 ** 31
      const dims = [2, 2 ** 30]
      yield { kind: 'head', attempt: miner.attemptOf(run), outputs: [{ ...large, dims, byteLength }] }
    },
  ],
  [
    'inline bytes that its headers do not announce',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      yield { ...miner.finished(run), inline: new Uint8Array(17) }
    },
  ],
  [
    'a higher price than was agreed',
    'OVERPRICED',
    async function* (run, miner) {
      yield miner.finished(run, undefined, { price: credits(11) })
    },
  ],
  [
    'an acknowledgement of frames that were never sent',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      yield { kind: 'ack', attempt: miner.attemptOf(run), next: 9 }
    },
  ],
  ['the end of the call without a word', 'OUTPUT_GARBLED', async function* () {}],
  [
    'an abort for no reason',
    'ATTEMPT_ABORTED',
    async function* (run, miner) {
      const error = wireOf('BUG')
      yield { kind: 'aborted', attempt: miner.attemptOf(run), cause: 'thermal', error, detail: 'too hot' }
    },
  ],
  [
    'an error that only this side can have',
    'CANCELLED',
    // biome-ignore lint/correctness/useYield: the error is the answer
    async function* () {
      throw new MeshError('CANCELLED')
    },
  ],
]

describe('a miner that answers with', () => {
  test.each(lies)('%s is left for another and not paid: %s', async (_, code, lie) => {
    await using it = await scene()
    const held = await afterOneGoodJob(it)
    const { answer, met } = await it.run(lie)
    expect(met).toEqual([code])
    expect(answer.miner).toBe(honestMiner())
    expect(answer.outputs[0]!.data).toEqual(input.data)
    await answer.receipt
    await it.user.client.settle(1_000)
    expect(it.liar.held).toBe(held)
  })
})

describe('a miner that falls silent', () => {
  test('before its first word is left after the patience for it', async () => {
    await using it = await scene()
    const held = await afterOneGoodJob(it)
    const running = it.run(silence)
    await expect.poll(() => it.liar.runs.length).toBe(2)
    it.user.clock.shift(10_000)
    const { answer, met } = await running
    expect(met).toEqual(['TIMEOUT'])
    expect(answer.miner).toBe(honestMiner())
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
    expect(answer.miner).toBe(honestMiner())
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
  async function* send({ liar, user }: Scene, run: RunRequest, from: number, to: number): AsyncGenerator<JobResponse> {
    const frames = new TensorFrames([output])
    const attempt = liar.attemptOf(run)
    yield { kind: 'head', attempt, outputs: [output] }
    for (let i = from; i < Math.min(to, frames.count); i++) yield { kind: 'output', ...frames.frame(attempt, i) }
    if (to < frames.count) liar.network.disconnect(user.mesh.self)
    else yield liar.finished(run, [output])
  }
  /** Sends that many frames more at each resume, then hangs up again. */
  const resuming = (it: Scene, frames: number): Handler<JobRequest, JobResponse> =>
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
    expect(answer.miner).toBe(honestMiner())
    await it.user.client.settle(1_000)
    expect(it.liar.held).toBe(held)
  })

  test('again and again is left after two resumes', async () => {
    await using it = await scene()
    it.liar.resume = resuming(it, 0)
    const { answer, met } = await it.run((run) => send(it, run, 0, 1))
    expect(met).toEqual(['resumed', 'resumed', 'STREAM_LOST'])
    expect(answer.miner).toBe(honestMiner())
  })
})

describe('a miner that refuses', () => {
  const refusing = (offer: (miner: HostileMiner) => Uint8Array | undefined): JobLie =>
    async function* (_, miner) {
      yield miner.refused('OFFER_STALE', offer(miner))
    }

  test('with its newer offer is asked once more under that one', async () => {
    await using it = await scene()
    it.liar.job = async function* (run, miner) {
      if (miner.runs.length === 1) yield miner.refused('OFFER_STALE', miner.sign().bytes)
      else yield miner.finished(run)
    }
    const { answer, met } = await it.run()
    expect(met).toEqual(['OFFER_STALE'])
    expect(answer.miner).toBe(it.liar.address)
    expect(it.liar.runs[1]!.terms.offerHead).toBe(it.liar.offer.hash)
    expect(it.liar.runs[1]!.terms.offerHead).not.toBe(it.liar.runs[0]!.terms.offerHead)
  })

  test('with a newer offer each time is asked twice, and cannot use up the attempts of the job', async () => {
    await using it = await scene()
    const { answer, met } = await it.run(refusing((miner) => miner.sign().bytes))
    expect(met).toEqual(['OFFER_STALE', 'OFFER_STALE'])
    expect(answer.miner).toBe(honestMiner())
  })

  test('with the same offer is not asked again', async () => {
    await using it = await scene()
    const { met } = await it.run(refusing((miner) => miner.offer.bytes))
    expect(met).toEqual(['OFFER_STALE'])
  })

  test("with another miner's offer is left, and that offer is not taken from its mouth", async () => {
    await using it = await scene()
    await using other = await HostileMiner.start(mesh.net, { model: mesh.model('identity'), price: 5_000n })
    const forged = other.sign()
    const { answer, met } = await it.run(refusing(() => forged.bytes))
    expect(met).toEqual(['WRONG_SIGNER'])
    expect(answer.miner).toBe(honestMiner())
    expect(it.user.client.book.offerOf(other.address)?.hash).not.toBe(forged.hash)
  })

  test('with bytes that are no offer is left: it is no bug of this side', async () => {
    await using it = await scene()
    const { answer, met } = await it.run(refusing(() => new Uint8Array(200).fill(0x9f)))
    expect(met).toEqual(['MALFORMED'])
    expect(answer.miner).toBe(honestMiner())
  })

  test('with an offer whose signature was made over other words is left', async () => {
    await using it = await scene()
    const bytes = (miner: HostileMiner): Uint8Array => {
      const forged = miner.sign().bytes.slice()
      forged[forged.length - 1]! ^= 1
      return forged
    }
    const { met } = await it.run(refusing(bytes))
    expect(met).toEqual(['MALFORMED'])
  })

  test('the input alone is not believed', async () => {
    await using it = await scene()
    const { answer, met } = await it.run(async function* (_, miner) {
      yield miner.refused('INPUT')
    })
    expect(met).toEqual(['INPUT'])
    expect(answer.miner).toBe(honestMiner())
  })

  test('the input is believed where a second one says the same', async () => {
    await using it = await scene()
    await using second = await HostileMiner.start(mesh.net, { model: mesh.model('identity'), price: 20n })
    second.job = async function* (run, miner) {
      const error = wireOf('ENGINE_FAILED')
      yield { kind: 'aborted', attempt: miner.attemptOf(run), cause: 'error', error, detail: 'no such row' }
    }
    const running = it.run(async function* (_, miner) {
      yield miner.refused('INPUT')
    })
    await expect(running).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
  })
})

describe('an offer', () => {
  test('that was withdrawn is not used', async () => {
    await using it = await scene()
    await it.liar.publish({ paused: 1 })
    const { directory } = mesh.net.miners[0]!.router!
    await expect.poll(() => [...directory.live()].some(({ offer }) => offer.miner === it.liar.address)).toBe(false)
    const { answer } = await it.run()
    expect(answer.miner).toBe(honestMiner())
    expect(it.liar.runs).toEqual([])
  })

  test('whose table is another one names no model, but the miner may still answer for it', async () => {
    const fake = { ...mesh.model('identity'), name: 'a name to lure people' }
    await using it = await scene({ table: [fake] })
    const names = (await it.user.client.models()).map(({ name }) => name)
    expect(names).not.toContain(fake.name)
    const { answer } = await it.run()
    expect(answer.miner).toBe(it.liar.address)
  })

  test('of a miner that does not tell its table keeps nobody waiting where another one does', async () => {
    await using it = await scene()
    it.liar.table = (_, __, { signal }) => silently(signal)
    const { answer } = await it.run()
    expect(answer.miner).toBe(it.liar.address)
    expect(answer.totalMs).toBeLessThan(2_000)
  })

  test('of a miner that says CANCELLED instead of its table cancels nothing', async () => {
    await using it = await scene()
    // biome-ignore lint/correctness/useYield: the error is the answer
    it.liar.table = async function* () {
      throw new MeshError('CANCELLED')
    }
    const { answer } = await it.run()
    expect(answer.miner).toBe(it.liar.address)
  })
})

describe('a directory that', () => {
  /** A directory of its own beside the honest one, found through the DHT. */
  async function lyingDirectory(entries: () => readonly Uint8Array[]): Promise<AsyncDisposable> {
    await using stack = new AsyncDisposableStack()
    const { network } = stack.use(await meshNode({ network: mesh.net.network.networkId }))
    network.serve(directoryProtocol, async function* () {
      for (const offer of entries()) yield { offer, ageMs: 0 }
    })
    await network.connect(mesh.net.door.peer, mesh.net.door.addresses)
    await network.connect(mesh.net.miners[0]!.peer, mesh.net.miners[0]!.addresses())
    stack.use(await network.provide(directoryKey(hasher, network.tag, mesh.net.client.settings.region)))
    return stack.move()
  }

  test('invents offers is found out, and the honest one is believed', async () => {
    await using it = await scene()
    const forged = it.liar.sign({ jobsMax: 4_096 }).bytes.slice()
    forged[forged.length - 1]! ^= 1
    await using _ = await lyingDirectory(() => [new Uint8Array(300), forged])
    await it.user.client.search(mesh.id('identity'))
    const answers = it.user.events.flatMap((event) => (event.kind === 'searched' ? event.answers : []))
    expect(answers.map((answer) => answer.false).sort()).toEqual([0, 2])
    expect((await it.run()).answer.miner).toBe(it.liar.address)
  })

  test('hands out offers that have expired sends no work to them', async () => {
    await using it = await scene()
    await it.liar.publish({ paused: 1 })
    const old = signOffer(it.liar.domain, it.liar.signer, it.liar.body(), 10n ** 15n, Date.now() - 400_000)
    await using _ = await lyingDirectory(() => [old.bytes])
    const { answer } = await it.run()
    expect(it.user.client.book.offerOf(it.liar.address)?.hash).toBe(old.hash)
    expect(answer.miner).toBe(honestMiner())
    expect(it.liar.runs).toEqual([])
  })
})
