import { beforeEach, describe, expect, it } from 'vitest'
import type { CloudAdapter, CloudOutcome } from '../../../../node/client/cloud/cloud-adapter.ts'
import { memoryCloudBudget } from '../../../../node/client/cloud/cloud-budget.ts'
import { CloudDesk } from '../../../../node/client/cloud/cloud-desk.ts'
import type { CloudModel } from '../../../../node/client/cloud/cloud-model.ts'
import { type ErrorCode, MeshError } from '../../../../protocols/kernel/errors.ts'
import { type ModelId, modelId } from '../../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../../protocols/kernel/money.ts'
import type { CloudTariff } from '../../../../protocols/rules/venue/cloud-price.ts'
import { floats } from '../../../support/engines/tensor-of.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const mapped = modelId('mapped')
const other = modelId('other')
const inputs = [floats('x', [1], [1])]
const models = new Map<ModelId, CloudModel>([[mapped, { operation: 'infer', name: 'm' }]])
const NOTHING = { n: 0n, d: 1n }
/** 0.001 a call, and as much for each thousand tokens. */
const tariff: CloudTariff = {
  perCall: { n: 1n, d: 1_000n },
  per1kTokensIn: { n: 1n, d: 1_000n },
  per1kTokensOut: NOTHING,
  unitWorth: { n: 1n, d: 1n },
}
const answered: CloudOutcome = { outputs: [], usage: { tokensIn: 500n, tokensOut: 0n }, served: 'm', isCut: false }
const CEILING = credits(10_000)

let clock: ManualClock
let calls: number
let next: () => Promise<CloudOutcome>
let desk: CloudDesk

/** An adapter whose answers a test decides: a call uses a thousand tokens at most. */
const adapter: CloudAdapter = {
  usageMax: () => ({ tokensIn: 1_000n, tokensOut: 0n }),
  run: () => {
    calls++
    return next()
  },
  describe: async () => ({ inputs: [], outputs: [] }),
}

beforeEach(() => {
  clock = new ManualClock()
  calls = 0
  next = async () => answered
  desk = deskOf(credits(10_000))
})

function deskOf(budget: Credits): CloudDesk {
  const own = memoryCloudBudget(clock, 'test', budget)
  return new CloudDesk({ clock, provider: 'test', adapter, budget: own, tariff, models })
}

const signal = new AbortController().signal
const run = (): ReturnType<CloudDesk['run']> => desk.run(mapped, inputs, CEILING, signal)
const fails = (code: ErrorCode): void => {
  next = () => Promise.reject(new MeshError(code, { provider: 'test', why: 'asked', rule: 'asked' }))
}
const hindrance = (): string | undefined => desk.view(mapped, inputs)?.hindrance

describe('a cloud for the jobs of a client', () => {
  it('has nothing for a model that nobody mapped', async () => {
    expect(desk.view(other, inputs)).toBeUndefined()
    await expect(desk.run(other, inputs, CEILING, signal)).rejects.toMatchObject({ code: 'CLOUD_UNMAPPED' })
    expect(await desk.describe(other, signal)).toBeUndefined()
    expect(calls).toBe(0)
  })

  it('costs at most its price for all that a call may use, and then what it used', async () => {
    expect(desk.view(mapped, inputs)).toEqual({ priceMax: 2_000n, estimatedMs: undefined, hindrance: undefined })
    expect(await run()).toMatchObject({ price: 1_500n, served: 'm' })
    next = async () => ({ ...answered, usage: undefined })
    expect((await run()).price).toBe(2_000n)
  })

  it('is asked for nothing above the ceiling', async () => {
    await expect(desk.run(mapped, inputs, credits(1_999), signal)).rejects.toMatchObject({
      code: 'PRICE_CEILING',
      facts: { cheapest: 2_000n, ceiling: 1_999n },
    })
    expect(calls).toBe(0)
  })

  it('knows how long it takes by the median of its answers', async () => {
    for (const tookMs of [100, 5_000, 300]) {
      next = async () => {
        clock.advance(tookMs)
        return answered
      }
      expect((await run()).tookMs).toBe(tookMs)
    }
    expect(desk.view(mapped, inputs)?.estimatedMs).toBe(300)
  })

  it('says that the budget of the day is used up, and begins again on the next', async () => {
    desk = deskOf(credits(3_400))
    await run()
    expect(hindrance()).toBe('0.0019 of its 0.0034 a day are left')
    await expect(run()).rejects.toMatchObject({ code: 'CLOUD_BUDGET', facts: { left: 1_900n, needed: 2_000n } })
    expect(calls).toBe(1)
    clock.setWall(clock.nowMs() + 86_400_000)
    expect(hindrance()).toBeUndefined()
    clock.setWall(clock.nowMs() - 10 * 86_400_000)
    await run()
    expect(hindrance()).toBeDefined()
  })

  it('counts whole what may have been run, and nothing that was not', async () => {
    desk = deskOf(credits(4_000))
    for (const code of ['CLOUD_UNREACHABLE', 'CLOUD_BUSY', 'CLOUD_REFUSED', 'CLOUD_CREDENTIAL'] as const) {
      fails(code)
      await expect(run()).rejects.toMatchObject({ code })
      clock.advance(400_000)
    }
    expect(hindrance()).toBeUndefined()
    fails('CLOUD_OTHER_MODEL')
    await expect(run()).rejects.toMatchObject({ code: 'CLOUD_OTHER_MODEL' })
    fails('CLOUD_FAILED')
    await expect(run()).rejects.toMatchObject({ code: 'CLOUD_FAILED' })
    clock.advance(400_000)
    expect(hindrance()).toBe('0 of its 0.004 a day are left')
  })

  it('is left alone after a failure, for twice as long after each further one, and five minutes at most', async () => {
    fails('CLOUD_UNREACHABLE')
    for (const seconds of [5, 10, 20, 40, 80, 160, 300, 300]) {
      await expect(run()).rejects.toMatchObject({ code: 'CLOUD_UNREACHABLE' })
      expect(hindrance()).toBe(`it failed, and is left alone for another ${seconds} s`)
      clock.advance(seconds * 1_000)
      expect(hindrance()).toBeUndefined()
    }
    next = async () => answered
    await run()
    fails('CLOUD_UNREACHABLE')
    await expect(run()).rejects.toMatchObject({ code: 'CLOUD_UNREACHABLE' })
    expect(hindrance()).toContain('another 5 s')
  })

  it('is not blamed for a caller in a hurry, but for one that waited a second', async () => {
    const late = (ms: number): Promise<unknown> => {
      const job = new AbortController()
      next = () => {
        clock.advance(ms)
        job.abort(new MeshError('TIMEOUT', { what: 'the job', ms }))
        return Promise.reject(job.signal.reason)
      }
      return desk.run(mapped, inputs, CEILING, job.signal)
    }
    await expect(late(999)).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(hindrance()).toBeUndefined()
    await expect(late(1_000)).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(hindrance()).toContain('left alone')
  })

  it('runs sixteen jobs at once', async () => {
    desk = deskOf(credits(1_000_000))
    const end = Promise.withResolvers<CloudOutcome>()
    next = () => end.promise
    const running = Array.from({ length: 16 }, run)
    expect(hindrance()).toBe('16 jobs run there already')
    await expect(run()).rejects.toMatchObject({ code: 'LIMIT' })
    end.resolve(answered)
    await Promise.all(running)
    expect(hindrance()).toBeUndefined()
    expect(calls).toBe(16)
  })

  it('ends what runs when the client does', async () => {
    let given: AbortSignal | undefined
    const stopping: CloudAdapter = {
      ...adapter,
      run: ({ signal: both }) => {
        given = both
        return new Promise((_, reject) => both.addEventListener('abort', () => reject(both.reason), { once: true }))
      },
    }
    const budget = memoryCloudBudget(clock, 'test', CEILING)
    desk = new CloudDesk({ clock, provider: 'test', adapter: stopping, budget, tariff, models })
    const running = run()
    desk[Symbol.dispose]()
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(given?.aborted).toBe(true)
  })
})
