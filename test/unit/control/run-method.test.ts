import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { MeshClient } from '../../../node/client/mesh-client.ts'
import type { Answer, InferOptions } from '../../../node/client/running/infer-options.ts'
import type { JobEvent } from '../../../node/client/running/job-runner.ts'
import type { CloudAnswer } from '../../../node/client/running/venues.ts'
import { type RunEvent, runJob } from '../../../node/control/methods/run-method.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { jobId, peerId } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Receipt } from '../../../protocols/statements/struct-types.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { attemptOf, OPERATOR, receiptOf } from '../../support/receipts.ts'
import { hashOf, model } from '../../support/wire-vectors/job-samples.ts'

const attempt = attemptOf('a')
const params = { model, inputs: [{ name: 'x', type: 'float32', dims: [1], data: 'AACAPw==' }] }
const voucher = { cumulative: '1000', agreementsHash: hashOf('after') }
const told = { batch: hashOf('batch'), outputRoot: hashOf('output'), price: '1000' }

/** A client that answers, with what the test says of its evidence. */
function set(events: readonly JobEvent[] = []) {
  const receipt = Promise.withResolvers<Receipt>()
  receipt.promise.catch(() => undefined)
  const facts = {
    asked: [] as InferOptions[],
    settles: true,
    story: { attempt, receipt: told, voucher } as object,
    failure: undefined as MeshError | undefined,
    /** Instead of the one of a miner. */
    answer: undefined as CloudAnswer | undefined,
  }
  const answer: Answer = {
    venue: 'edge',
    fallBack: false,
    job: jobId('job'),
    attempt,
    attempts: 1,
    miner: OPERATOR,
    outputs: [floats('y', [1], [1])],
    price: credits(1_000),
    waitedMs: 1,
    computedMs: 2,
    roundTripMs: 3,
    totalMs: 4,
    receipt: receipt.promise,
  }
  const client = {
    async infer(options: InferOptions) {
      facts.asked.push(options)
      if (facts.failure !== undefined) throw facts.failure
      for (const event of events) options.onEvent?.(event)
      return facts.answer ?? answer
    },
    settle: async () => facts.settles,
    stories: { find: () => ({ attempts: [{ attempt: attemptOf('other') }, facts.story] }) },
  } as unknown as MeshClient
  const heard: RunEvent[] = []
  const hear = async (event: RunEvent): Promise<void> => void heard.push(event)
  const run = (given: unknown = params, emit = hear) =>
    runJob({ client, settles: false }, given, new AbortController().signal, emit)
  return { facts, receipt, heard, run }
}

describe('a run', () => {
  it('that is to be witnessed says so to the client, and ends with how it was served', async () => {
    const { facts, heard, receipt, run } = set()
    const service = { verdict: 'late', paid: '700', compensation: '0', tookMs: 2_100, met: 'economy', witnesses: 2 }
    facts.story = { attempt, receipt: told, voucher, service }
    receipt.resolve(receiptOf('a'))
    const result = await run({ ...params, serviceLevel: 'witnessed' })
    expect(facts.asked).toMatchObject([{ serviceLevel: 'witnessed' }])
    expect(result).toMatchObject({ service })
    expect(heard.find(({ kind }) => kind === 'answer')).not.toHaveProperty('answer.service')
    await expect(run({ ...params, serviceLevel: 'some' })).rejects.toThrow()
  })

  it('that a cloud answered says so, and waits for no evidence: there is none', async () => {
    const { facts, heard, run } = set([
      { kind: 'cloud-asked', provider: 'far', target: 'm', priceMax: credits(9), why: 'failovers' },
      {
        kind: 'cloud-failed',
        provider: 'far',
        error: new MeshError('CLOUD_BUSY', { provider: 'far' }),
        mayCost: credits(0),
      },
    ])
    facts.answer = {
      ...{ venue: 'cloud', job: jobId('job'), provider: 'far', served: 'm@1', why: 'failovers', fallBack: false },
      ...{ attempts: 2, outputs: [floats('y', [1], [1])], price: credits(7), cloudMs: 1, totalMs: 2, isCut: false },
    }
    expect(await run({ ...params, cloud: 'fallback', sensitive: false })).toEqual({ job: 'job', settles: false })
    expect(facts.asked).toMatchObject([{ cloud: 'fallback', sensitive: false }])
    expect(heard).toMatchObject([
      { kind: 'progress', event: 'cloud', provider: 'far', detail: '2 miners failed' },
      { kind: 'progress', event: 'cloud failed', provider: 'far' },
      { kind: 'answer', answer: { venue: 'cloud', provider: 'far', served: 'm@1', price: 7n, attempts: 2 } },
    ])
    await expect(run({ ...params, cloud: 'always' })).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('gives the answer at once, and its evidence behind it', async () => {
    const { heard, receipt, run } = set()
    const result = run()
    await expect.poll(() => heard.length).toBe(1)
    expect(heard).toMatchObject([
      { kind: 'answer', answer: { job: 'job', model, price: 1_000n, outputs: [{ name: 'y', data: 'AACAPw==' }] } },
    ])
    expect(heard[0]).not.toHaveProperty('answer.receipt')
    receipt.resolve(receiptOf('a'))
    expect(await result).toEqual({ job: 'job', receipt: told, voucher, settles: false })
  })

  it('hands on what it was asked, and leaves to the client what it was not', async () => {
    const { facts, receipt, run } = set()
    receipt.resolve(receiptOf('a'))
    await run()
    await run({ ...params, priceMax: '18446744073709551615', latencyMsMax: 0.5, deadlineMs: 5_000 })
    expect(Object.keys(facts.asked[0]!).sort()).toEqual(['inputs', 'model', 'onEvent', 'signal'])
    expect(facts.asked[0]!.inputs).toEqual([floats('x', [1], [1])])
    expect(facts.asked[1]).toMatchObject({ priceMax: 2n ** 64n - 1n, latencyMsMax: 0.5, deadlineMs: 5_000 })
  })

  it.each(['', '-1', '1.5', '1e3', ' 1', 'abc', '18446744073709551616', '999999999999999999999'])(
    'is refused with the ceiling %j',
    async (priceMax) => {
      await expect(set().run({ ...params, priceMax })).rejects.toMatchObject({ code: 'USAGE' })
    },
  )

  it.each([
    ['no model', { inputs: [] }],
    ['a deadline of nothing', { ...params, deadlineMs: 0 }],
    ['a field more', { ...params, wallet: 'x' }],
    ['no parameters', null],
  ])('is refused with %s', async (_, given) => {
    await expect(set().run(given)).rejects.toMatchObject({ code: 'USAGE' })
  })

  it('tells of its progress in the order in which it was made', async () => {
    const events: readonly JobEvent[] = [
      { kind: 'started', job: jobId('job') },
      { kind: 'trying', attempt, miner: OPERATOR, peer: peerId('p'), offer: hashOf('o'), price: credits(1) },
      { kind: 'progress', attempt, stage: 'queued', ahead: 1, etaMs: 20 },
      { kind: 'refused', miner: OPERATOR, reason: 'BUSY', detail: 'full' },
      { kind: 'failed', miner: OPERATOR, error: new MeshError('STALLED', { peer: 'p', ms: 1 }) },
      { kind: 'resumed', attempt },
    ]
    const { heard, receipt, run } = set(events)
    receipt.resolve(receiptOf('a'))
    await run()
    const words = heard.map((event) => (event.kind === 'progress' ? event.event : event.kind))
    expect(words).toEqual(['trying', 'queued', 'refused', 'failed', 'resumed', 'answer'])
    expect(heard[2]).toMatchObject({ detail: 'BUSY: full' })
  })

  it('goes on for a caller that does not hear of its progress', async () => {
    const { receipt, run } = set([{ kind: 'resumed', attempt }])
    receipt.resolve(receiptOf('a'))
    const deaf = async (event: RunEvent): Promise<void> => {
      if (event.kind === 'progress') throw new Error('gone')
    }
    expect(await run(params, deaf)).toMatchObject({ job: 'job' })
  })

  it('fails as the job does', async () => {
    const { facts, run } = set()
    facts.failure = new MeshError('PRICE_CEILING', { cheapest: 2n, ceiling: 1n })
    await expect(run()).rejects.toBe(facts.failure)
  })

  it('says what is wrong with the evidence, and gives what there is of it', async () => {
    const { facts, receipt, run } = set()
    facts.story = { attempt }
    receipt.reject(new MeshError('OUTPUT_MISMATCH', { field: 'price' }))
    expect(await run()).toMatchObject({ job: 'job', problem: { code: 'OUTPUT_MISMATCH' } })
    expect(await run()).not.toHaveProperty('receipt')
    const late = set()
    late.receipt.resolve(receiptOf('a'))
    late.facts.settles = false
    expect(await late.run()).toMatchObject({ receipt: told, problem: { code: 'TIMEOUT' } })
  })

  it('waits five seconds for its evidence, and no longer', async () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { facts, run } = set()
    facts.story = { attempt }
    let ended = false
    const result = run().finally(() => {
      ended = true
    })
    await vi.advanceTimersByTimeAsync(4_999)
    expect(ended).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(await result).toMatchObject({ job: 'job', problem: { code: 'TIMEOUT' } })
  })
})
