import { beforeEach, describe, expect, it } from 'vitest'
import type { CloudAdapter, CloudOutcome } from '../../../../node/client/cloud/cloud-adapter.ts'
import { memoryCloudBudget } from '../../../../node/client/cloud/cloud-budget.ts'
import { CloudDesk } from '../../../../node/client/cloud/cloud-desk.ts'
import type { JobAnswer, JobEvent, JobWish } from '../../../../node/client/running/job-event.ts'
import { type EdgePort, type VenueAnswer, type VenueWish, venues } from '../../../../node/client/running/venues.ts'
import { abortError, type ErrorCode, MeshError } from '../../../../protocols/kernel/errors.ts'
import { type Address, type AttemptId, jobId, modelId } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { weightsOf } from '../../../../protocols/rules/routing/routing-policy.ts'
import type { EdgeOffer } from '../../../../protocols/rules/venue/choose-venue.ts'
import { floats } from '../../../support/engines/tensor-of.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const model = modelId('mapped')
const inputs = [floats('x', [1], [1])]
const miner = '0xminer' as Address
const provider = 'test cloud'
const NOTHING = { n: 0n, d: 1n }
const answered: CloudOutcome = { outputs: inputs, usage: undefined, served: 'm', isCut: false }
const offer: EdgeOffer = { price: credits(1_000), estimatedMs: 50 }

let clock: ManualClock
let events: JobEvent[]
let cloudCalls: number
let cloudNext: (signal: AbortSignal) => Promise<CloudOutcome>
let edgeCalls: JobWish[]
let edgeNext: (wish: JobWish) => Promise<JobAnswer>
let prepare: () => Promise<void>
let best: EdgeOffer | undefined
let stop: AbortController

beforeEach(() => {
  clock = new ManualClock()
  events = []
  cloudCalls = 0
  cloudNext = async () => answered
  edgeCalls = []
  edgeNext = async (wish) => ofEdge(wish)
  prepare = async () => undefined
  best = offer
  stop = new AbortController()
})

const ofEdge = (wish: JobWish): JobAnswer => {
  begun(wish)
  return { job: jobId('edge'), miner } as JobAnswer
}
const begun = (wish: JobWish): void => {
  if (wish.job === undefined) wish.onEvent({ kind: 'started', job: jobId('edge') })
}
const trying = (wish: JobWish, attempt: string, price = 1_000): void =>
  wish.onEvent({ kind: 'trying', attempt: attempt as AttemptId, miner, price: credits(price) } as JobEvent)
const failed = (wish: JobWish, code: ErrorCode = 'STALLED'): void =>
  wish.onEvent({ kind: 'failed', miner, error: new MeshError(code, { peer: 'p', ms: 1 }) })
const noMiner = (): MeshError => new MeshError('NO_MINER', { model, reasons: 'every one was full' })
/** As a runner whose miner says nothing. */
const hangs = (wish: JobWish): Promise<never> =>
  new Promise((_, reject) => {
    wish.signal.addEventListener('abort', () => reject(abortError(wish.signal)), { once: true })
  })

function newDesk(): CloudDesk {
  const adapter: CloudAdapter = {
    usageMax: () => ({ tokensIn: 0n, tokensOut: 0n }),
    run: ({ signal }) => {
      cloudCalls++
      return cloudNext(signal)
    },
    describe: async () => ({ inputs: [], outputs: [] }),
  }
  const budget = memoryCloudBudget(clock, provider, credits(1_000_000))
  // 0.002 a call.
  const tariff = {
    perCall: { n: 2n, d: 1_000n },
    per1kTokensIn: NOTHING,
    per1kTokensOut: NOTHING,
    unitWorth: { n: 1n, d: 1n },
  }
  const models = new Map([[model, { operation: 'infer', name: 'm' } as const]])
  return new CloudDesk({ clock, provider, adapter, budget, tariff, models })
}

function run(more: Partial<VenueWish> = {}, cloud = newDesk()): Promise<VenueAnswer> {
  const edge: EdgePort = {
    prepare: () => prepare(),
    view: () => ({ best, nearest: undefined }),
    run: (wish) => {
      edgeCalls.push(wish)
      return edgeNext(wish)
    },
  }
  const random = { bytes: (length: number) => new Uint8Array(length).fill(7) }
  return venues({ clock, random, cloud, edge }).run({
    model,
    inputs,
    latencyClass: 'standard',
    weights: weightsOf('latency'),
    hedges: false,
    policy: 'latency',
    latencyMsMax: undefined,
    priceMax: credits(10_000),
    deadlineMs: 60_000,
    endsAtMs: clock.monotonicMs() + 60_000,
    signal: stop.signal,
    consent: 'fallback',
    isSensitive: false,
    onEvent: (event) => void events.push(event),
    ...more,
  })
}

const kinds = (): readonly string[] => events.map(({ kind }) => kind)
const nextTurn = (): Promise<void> => new Promise((done) => setImmediate(done))

describe('the venues of a job', () => {
  it('are the edge alone where the job allows no cloud, with the errors of the edge', async () => {
    expect(await run({ consent: 'never' })).toMatchObject({ venue: 'edge', fallBack: false })
    const error = noMiner()
    edgeNext = () => Promise.reject(error)
    await expect(run({ consent: 'never' })).rejects.toBe(error)
    expect(cloudCalls).toBe(0)
  })

  it('are the edge first, and the cloud stands behind it', async () => {
    expect(await run()).toMatchObject({ venue: 'edge', fallBack: true, answer: { miner } })
    expect(cloudCalls).toBe(0)
    expect(clock.pending).toBe(0)
  })

  it('go on to the cloud where no miner can, under the same job, and each says so', async () => {
    edgeNext = (wish) => {
      begun(wish)
      return Promise.reject(noMiner())
    }
    const { venue, answer } = await run()
    expect({ venue, answer }).toMatchObject({
      venue: 'cloud',
      answer: { job: 'edge', provider, served: 'm', why: 'edge-ended', price: 2_000n, attempts: 0, fallBack: false },
    })
    expect(events).toMatchObject([
      { kind: 'started' },
      { kind: 'cloud-asked', provider, priceMax: 2_000n, why: 'edge-ended' },
      { kind: 'cloud-answered', provider, price: 2_000n },
    ])
  })

  it('are the cloud where no offer fits and where no peer is found, and the job begins there', async () => {
    best = undefined
    expect(await run()).toMatchObject({ venue: 'cloud', answer: { why: 'no-offer-fits', job: '07'.repeat(16) } })
    expect(kinds()).toEqual(['started', 'cloud-asked', 'cloud-answered'])
    prepare = () => Promise.reject(new MeshError('NO_PEERS', { network: 'n' }))
    expect(await run()).toMatchObject({ venue: 'cloud', answer: { why: 'edge-ended' } })
    expect(edgeCalls.length).toBe(0)
  })

  it('turn to the cloud after two miners that failed, before a third is asked', async () => {
    edgeNext = async (wish) => {
      begun(wish)
      for (const attempt of ['a', 'b', 'c']) {
        if (wish.signal.aborted) throw abortError(wish.signal)
        trying(wish, attempt)
        failed(wish, 'ATTEMPT_ABORTED')
      }
      return ofEdge(wish)
    }
    expect(await run()).toMatchObject({ venue: 'cloud', answer: { why: 'failovers', attempts: 2 } })
    expect(kinds()).toEqual(['started', 'trying', 'failed', 'trying', 'failed', 'cloud-asked', 'cloud-answered'])
  })

  it('stay at the edge after refusals, and after one failover', async () => {
    edgeNext = async (wish) => {
      begun(wish)
      for (let i = 0; i < 5; i++) wish.onEvent({ kind: 'refused', miner, reason: 'BUSY', detail: '' })
      failed(wish)
      await nextTurn()
      if (wish.signal.aborted) throw abortError(wish.signal)
      return ofEdge(wish)
    }
    expect((await run()).venue).toBe('edge')
  })

  it('turn to the cloud when only so much of the deadline is left as that needs', async () => {
    edgeNext = (wish) => {
      begun(wish)
      trying(wish, 'a')
      return hangs(wish)
    }
    const running = run()
    await nextTurn()
    // Nobody knows how long the cloud takes: 10 s are kept for it.
    clock.advance(49_999)
    await nextTurn()
    expect(cloudCalls).toBe(0)
    clock.advance(1)
    expect(await running).toMatchObject({ venue: 'cloud', answer: { why: 'late', fallBack: true, attempts: 1 } })
    expect(clock.pending).toBe(0)
  })

  it('leave the edge more of its time where it is known meanwhile that the cloud needs little', async () => {
    const finished = Promise.withResolvers<void>()
    edgeNext = (wish) => {
      begun(wish)
      return Promise.race([hangs(wish), finished.promise.then(() => ofEdge(wish))])
    }
    const cloud = newDesk()
    const running = run({}, cloud)
    await nextTurn()
    await cloud.run(model, inputs, credits(10_000), stop.signal)
    clock.advance(58_999)
    await nextTurn()
    finished.resolve()
    expect((await running).venue).toBe('edge')
    expect(clock.pending).toBe(0)
  })

  it('count what the edge may have cost against the ceiling of the cloud', async () => {
    edgeNext = async (wish) => {
      begun(wish)
      for (const attempt of ['a', 'b']) {
        trying(wish, attempt, 4_001)
        failed(wish)
      }
      throw wish.signal.aborted ? abortError(wish.signal) : noMiner()
    }
    await expect(run()).rejects.toMatchObject({
      code: 'NO_VENUE',
      facts: { cloud: 'it may cost 0.002, and 0.008002 may be spent already, and the ceiling is 0.01' },
    })
    expect(cloudCalls).toBe(0)
    edgeNext = async (wish) => {
      begun(wish)
      for (const attempt of ['a', 'b']) {
        trying(wish, attempt, 4_000)
        failed(wish)
      }
      throw abortError(wish.signal)
    }
    expect((await run()).venue).toBe('cloud')
  })

  it('never are the cloud for a sensitive job: it is told why, and nobody is asked', async () => {
    edgeNext = () => Promise.reject(noMiner())
    await expect(run({ isSensitive: true, consent: 'allowed' })).rejects.toMatchObject({
      code: 'NO_VENUE',
      facts: { cloud: 'a sensitive job never leaves the edge', edge: noMiner().message },
    })
    expect(cloudCalls).toBe(0)
  })

  it('go back to the edge where a cloud that came first fails, under the same job', async () => {
    best = { price: credits(9_000), estimatedMs: 50 }
    cloudNext = () => Promise.reject(new MeshError('CLOUD_FAILED', { provider, why: 'its status is 500' }))
    expect((await run({ consent: 'allowed', policy: 'cost' })).venue).toBe('edge')
    expect(edgeCalls[0]!.job).toBe('07'.repeat(16))
    expect(kinds()).toEqual(['started', 'cloud-asked', 'cloud-failed'])
    expect(events[2]).toMatchObject({ mayCost: 2_000n })
    expect(cloudCalls).toBe(1)
  })

  it('leave the edge what a cloud that failed may bill, and attempts that were lost, have left of the ceiling', async () => {
    cloudNext = () => Promise.reject(new MeshError('CLOUD_FAILED', { provider, why: 'its status is 500' }))
    edgeNext = (wish) => {
      begun(wish)
      if (edgeCalls.length > 1) return Promise.resolve(ofEdge(wish))
      trying(wish, 'lost')
      return hangs(wish)
    }
    const answer = run({ priceMax: credits(3_500) })
    await nextTurn()
    clock.advance(50_000)
    expect(await answer).toMatchObject({ venue: 'edge' })
    expect(cloudCalls).toBe(1)
    expect(edgeCalls.map(({ priceMax }) => priceMax)).toEqual([3_500n, 500n])
  })

  it('are nobody where both have failed, and each says why', async () => {
    edgeNext = (wish) => {
      begun(wish)
      return Promise.reject(noMiner())
    }
    cloudNext = () =>
      Promise.reject(new MeshError('CLOUD_OTHER_MODEL', { provider, expected: 'm', given: 'something else' }))
    await expect(run()).rejects.toMatchObject({
      code: 'NO_VENUE',
      facts: {
        edge: noMiner().message,
        cloud: 'the cloud test cloud was asked for m, and answered with something else',
      },
    })
    expect([edgeCalls.length, cloudCalls]).toEqual([1, 1])
  })

  it('end with the deadline, whoever is at work', async () => {
    edgeNext = () => Promise.reject(noMiner())
    cloudNext = (signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
    const running = run()
    while (cloudCalls === 0) await nextTurn()
    stop.abort(new MeshError('TIMEOUT', { what: 'the job', ms: 60_000 }))
    await expect(running).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(events.at(-1)).toMatchObject({ kind: 'cloud-failed', mayCost: 2_000n })
  })

  it.each<[string, ErrorCode]>([
    ['an input that the model does not take', 'INPUT_SHAPE'],
    ['values that miners refuse', 'ENGINE_FAILED'],
    ['a bug of ours', 'BUG'],
  ])('are not changed for %s', async (_, code) => {
    edgeNext = () => Promise.reject(new MeshError(code))
    await expect(run()).rejects.toMatchObject({ code })
    expect(cloudCalls).toBe(0)
  })
})
