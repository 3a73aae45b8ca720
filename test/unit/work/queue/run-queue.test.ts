import { describe, expect, it } from 'vitest'
import { ModelSeat } from '../../../../node/work/queue/model-seat.ts'
import type { OrderResult, RunOrder } from '../../../../node/work/queue/run-order.ts'
import { RunQueue } from '../../../../node/work/queue/run-queue.ts'
import { ServedModel } from '../../../../node/work/served-models.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import type { Address } from '../../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../../protocols/kernel/model-id.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { type CareVerdict, unhindered } from '../../../../protocols/rules/care/care-verdict.ts'
import type { DeviceState } from '../../../../protocols/rules/scheduling/adapt-job.ts'
import { ScriptedSession } from '../../../support/engines/scripted-session.ts'
import { tensorOf } from '../../../support/engines/tensor-of.ts'
import { crypto, digestOf } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

interface Asked {
  readonly order: RunOrder
  readonly events: string[]
  readonly result: Promise<OrderResult>
  stop(reason?: MeshError): void
}

interface Given {
  readonly shares?: boolean
  readonly serviceMs?: number
  readonly device?: DeviceState
}

function set(options: Given = {}) {
  const clock = new ManualClock()
  let care: CareVerdict = unhindered
  const { device } = options
  const queue = new RunQueue({ clock, careOf: () => care, ...(device === undefined ? {} : { deviceOf: () => device }) })
  const session = new ScriptedSession()
  const { inputs, outputs, kernelClass } = session
  const table = { id: modelIdOf(digestOf('a')), name: 'm', bytes: 1, base: credits(1), kernelClass, inputs, outputs }
  const model = new ServedModel(table, [new ModelSeat(crypto, 'cpu', session)], options.shares ?? false)
  if (options.serviceMs !== undefined) model.observe(options.serviceMs * 1_000)
  let byte = 0
  const ask = (payer = 'a', { rows = 1, ...change }: Partial<RunOrder> & { rows?: number } = {}): Asked => {
    const abort = new AbortController()
    const events: string[] = []
    const data = new Uint8Array(2 * rows).map(() => byte++)
    const order: RunOrder = {
      model,
      payer: payer as Address,
      latencyClass: 'standard',
      price: credits(1_000),
      inputs: [tensorOf('x', 'uint8', [rows, 2], data)],
      signal: abort.signal,
      deadlineMs: 60_000,
      mayShare: true,
      onBegun: () => events.push('begun'),
      onSetAside: () => events.push('set aside'),
      onLost: (why) => abort.abort(why),
      ...change,
    }
    const result = queue.run(order)
    result.catch(() => undefined)
    return { order, events, result, stop: (reason) => abort.abort(reason) }
  }
  /** Lets what was settled be told. */
  const told = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) await Promise.resolve()
  }
  return {
    clock,
    queue,
    session,
    model,
    ask,
    told,
    setCare: (next: CareVerdict) => {
      care = next
    },
  }
}

describe('a miner’s queue', () => {
  it('hands a run over at once where nobody waits', () => {
    const { session, ask, queue } = set()
    const { events } = ask()
    expect([session.runs.length, queue.waiting, events]).toEqual([1, 0, ['begun']])
  })

  it('keeps the others until their turn: what is handed over cannot be overtaken', async () => {
    const { session, ask, told, queue } = set({ serviceMs: 20 })
    const [first, , urgent] = [ask('a'), ask('a', { latencyClass: 'economy' }), ask('b', { latencyClass: 'realtime' })]
    expect([session.runs.length, queue.waiting]).toEqual([1, 2])
    session.next()
    await told()
    expect(await first.result).toMatchObject({ computedUs: 1_000 })
    expect(session.runs[1]!.inputs).toBe(urgent.order.inputs)
  })

  it('hands over ahead what is short, so that the engine never waits for a round trip', () => {
    const { session, ask } = set({ serviceMs: 0.1 })
    for (let i = 0; i < 40; i++) ask()
    expect(session.runs.length).toBe(16)
    const slow = set({ serviceMs: 50 })
    for (let i = 0; i < 40; i++) slow.ask()
    expect(slow.session.runs.length).toBe(1)
  })

  it('tells how many are before a run, and before one that would come', () => {
    const { queue, ask, model } = set({ serviceMs: 20 })
    const [running, first, second] = [ask('a'), ask('a'), ask('a')]
    expect([running, first, second].map(({ order }) => queue.outlookOf(order).ahead)).toEqual([0, 1, 2])
    const wish = { model, latencyClass: 'standard' as const, deadlineMs: 60_000, price: credits(1) }
    expect(queue.outlookOfNew({ ...wish, payer: 'a' as Address })).toEqual({ ahead: 3, waitMs: 60, etaMs: 80 })
    expect(queue.outlookOfNew({ ...wish, payer: 'b' as Address, latencyClass: 'realtime' }).ahead).toBe(1)
  })

  it('lets go of what is cancelled while it waits, with its reason', async () => {
    const { session, ask, queue, told } = set({ serviceMs: 20 })
    const [, waiting] = [ask(), ask()]
    waiting.stop(new MeshError('CARD_HOT', { why: '96 C' }))
    await expect(waiting.result).rejects.toMatchObject({ code: 'CARD_HOT' })
    session.next()
    await told()
    expect([session.runs.length, queue.waiting]).toEqual([1, 0])
  })

  it('ends what waits too long at its deadline, and hands the engine what is left of the others’', async () => {
    const { clock, session, ask, told } = set({ serviceMs: 20 })
    const [, late, patient] = [ask(), ask('a', { deadlineMs: 500 }), ask('a', { deadlineMs: 9_000 })]
    clock.advance(500)
    await expect(late.result).rejects.toMatchObject({ code: 'ENGINE_DEADLINE', facts: { max: 500 } })
    session.next()
    await told()
    expect(session.runs[1]!.inputs).toBe(patient.order.inputs)
    expect(session.runs[1]!.deadlineMs).toBe(8_500)
  })

  it('takes no run that is cancelled before it comes', async () => {
    const { ask, session } = set()
    const signal = AbortSignal.abort(new MeshError('CANCELLED'))
    await expect(ask('a', { signal }).result).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(session.runs.length).toBe(0)
  })

  it('counts what a run waited here too', async () => {
    const { clock, session, ask, told } = set({ serviceMs: 20 })
    const [, second] = [ask(), ask()]
    clock.advance(30)
    session.next()
    await told()
    session.next()
    expect((await second.result).waitedUs).toBeCloseTo(30_005)
  })
})

describe('a miner’s queue under care', () => {
  const half: CareVerdict = { ...unhindered, loadShare: 0.5 }

  it('lets the card rest between runs for as long as it worked', async () => {
    const { clock, session, ask, told, setCare } = set({ serviceMs: 1 })
    setCare(half)
    ask()
    ask()
    expect(session.runs.length).toBe(1)
    clock.advance(40)
    session.next()
    await told()
    clock.advance(39)
    expect(session.runs.length).toBe(1)
    clock.advance(1)
    expect(session.runs.length).toBe(2)
  })

  it('starts nothing at a share of none, and goes on by itself when care allows it', () => {
    const { clock, session, ask, setCare } = set()
    setCare({ ...unhindered, loadShare: 0 })
    ask()
    clock.advance(60_000 - 1)
    expect(session.runs.length).toBe(0)
    const next = set()
    next.setCare({ ...unhindered, loadShare: 0 })
    next.ask()
    next.setCare(unhindered)
    next.clock.advance(1_000)
    expect(next.session.runs.length).toBe(1)
  })
})

describe('a machine that may not run for long at once', () => {
  const device = { isMobile: true, onBattery: false }
  const other = () => {
    const session = new ScriptedSession()
    const { inputs, outputs, kernelClass } = session
    const table = { id: modelIdOf(digestOf('b')), name: 'n', bytes: 1, base: credits(1), kernelClass, inputs, outputs }
    return { session, model: new ServedModel(table, [new ModelSeat(crypto, 'cpu', session)]) }
  }

  it('runs one model at a time, and the other when the first is done', async () => {
    for (const [given, atOnce] of [
      [{ device }, 0],
      [{}, 1],
    ] as const) {
      const { session, ask, told } = set({ serviceMs: 20, ...given })
      const second = other()
      ask('a')
      ask('b', { model: second.model })
      expect([session.runs.length, second.session.runs.length]).toEqual([1, atOnce])
      session.next()
      await told()
      expect(second.session.runs.length).toBe(1)
    }
  })

  it('gathers no more rows of its clients than it may run at once', async () => {
    const { session, ask, told } = set({ shares: true, serviceMs: 1, device })
    ask('first')
    for (let i = 0; i < 10; i++) ask(`payer ${i}`)
    session.next()
    await told()
    expect(session.runs[1]!.inputs[0]!.dims).toEqual([4, 2])
  })
})

describe('an economy run that an urgent one sets aside', () => {
  const economy = { latencyClass: 'economy', deadlineMs: 3_600_000 } as const
  const urgent = { latencyClass: 'realtime', deadlineMs: 15_000, price: credits(3_000) } as const

  it('waits again, runs once more and answers as if nothing had been', async () => {
    const { clock, session, ask, told, queue } = set({ serviceMs: 10_000 })
    const patient = ask('a', economy)
    clock.advance(1_000)
    const hasty = ask('b', urgent)
    await told()
    expect(session.runs.map(({ inputs }) => inputs)).toEqual([patient.order.inputs, hasty.order.inputs])
    expect([patient.events, queue.waiting]).toEqual([['begun', 'set aside'], 1])
    session.next()
    await hasty.result
    await told()
    session.next()
    await patient.result
    expect(patient.events).toEqual(['begun', 'set aside', 'begun'])
  })

  it('is not before the urgent one that comes, which is taken though it had not the time to wait', () => {
    const { clock, ask, queue, model } = set({ serviceMs: 10_000 })
    ask('a', economy)
    const wish = { ...urgent, model, payer: 'b' as Address }
    expect(queue.outlookOfNew(wish).ahead).toBe(0)
    expect(queue.outlookOfNew({ ...wish, price: credits(1) }).ahead).toBe(1)
    // Past the half it soon ends by itself.
    clock.advance(6_000)
    expect(queue.outlookOfNew(wish).ahead).toBe(1)
  })

  it('is not set aside a second time', async () => {
    const { clock, session, ask, told } = set({ serviceMs: 10_000 })
    ask('a', economy)
    ask('b', urgent)
    await told()
    session.next(10_000_000)
    await told()
    clock.advance(10)
    ask('c', urgent)
    await told()
    expect(session.runs.length).toBe(3)
  })

  it('can be cancelled while it is aside, and by its client while it runs', async () => {
    const { session, ask, told } = set({ serviceMs: 10_000 })
    const [aside] = [ask('a', economy), ask('b', urgent)]
    await told()
    aside.stop(new MeshError('CANCELLED'))
    await expect(aside.result).rejects.toMatchObject({ code: 'CANCELLED' })
    session.next()
    await told()
    const running = ask('a', economy)
    running.stop(new MeshError('CANCELLED'))
    await expect(running.result).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(session.runs.length).toBe(3)
  })
})

describe('runs that are shared', () => {
  it('take all that wait, each answered with its own rows, its share of the time and its own wait', async () => {
    const { clock, session, ask, told } = set({ shares: true, serviceMs: 1 })
    ask('a')
    const [one, three] = [ask('b'), ask('c', { rows: 3 })]
    clock.advance(7)
    session.next()
    await told()
    expect(session.runs.length).toBe(2)
    expect(session.runs[1]!.inputs).toMatchObject([{ dims: [4, 2], byteLength: 8 }])
    session.next(4_000)
    for (const [{ order, result }, rows] of [
      [one, 1],
      [three, 3],
    ] as const) {
      const { outputs, computedUs, waitedUs, notes } = await result
      expect(notes).toEqual({ together: 2 })
      expect(outputs).toMatchObject([{ name: 'y', dims: [rows, 2], data: order.inputs[0]!.data }])
      expect(computedUs).toBe(1_000 * rows)
      expect(waitedUs).toBeCloseTo(7_005)
      // Of its own memory: nobody's answer is kept alive by another's.
      expect(outputs[0]!.data.buffer.byteLength).toBe(2 * rows)
    }
  })

  it('hold no more rows than the limit, and none of a job that may not be shared', async () => {
    const { session, ask, told } = set({ shares: true, serviceMs: 1 })
    ask('first')
    for (let i = 0; i < 40; i++) ask(`payer ${i}`)
    ask('private', { mayShare: false, latencyClass: 'realtime' })
    session.next()
    await told()
    expect(session.runs[1]!.inputs[0]!.dims).toEqual([1, 2])
    session.next()
    await told()
    expect(session.runs[2]!.inputs[0]!.dims).toEqual([32, 2])
  })

  it('are not shared where the model does not allow it', async () => {
    const { session, ask, told } = set({ serviceMs: 20 })
    for (let i = 0; i < 4; i++) ask(`payer ${i}`)
    session.next()
    await told()
    expect(session.runs[1]!.inputs[0]!.dims).toEqual([1, 2])
  })

  it('that fail are tried one by one, and only who fails alone has failed', async () => {
    const { session, ask, told } = set({ shares: true, serviceMs: 1 })
    ask('first')
    const [good, bad] = [ask('good'), ask('bad')]
    session.next()
    await told()
    session.runs[1]!.fail(new MeshError('ENGINE_FAILED', { why: 'an index is outside' }))
    await told()
    expect(session.runs.length).toBe(4)
    session.runs[2]!.finish()
    session.runs[3]!.fail(new MeshError('ENGINE_FAILED', { why: 'an index is outside' }))
    expect((await good.result).outputs[0]!.data).toEqual(good.order.inputs[0]!.data)
    await expect(bad.result).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
    // And shares no runs with anybody for a while.
    const [again, other, another] = [ask('good'), ask('other'), ask('another')]
    ask('bad')
    session.next()
    await told()
    expect(session.runs[5]!.inputs[0]!.dims).toEqual([2, 2])
    session.next()
    await told()
    expect(session.runs[6]!.inputs[0]!.dims).toEqual([1, 2])
    await Promise.all([again.result, other.result, another.result])
  })

  it('go on where one of their jobs is cancelled or late, and end where all are', async () => {
    const { clock, session, ask, told } = set({ shares: true, serviceMs: 1 })
    ask('first')
    const [stopped, late, kept] = [ask('a'), ask('b', { deadlineMs: 100 }), ask('c')]
    session.next()
    await told()
    stopped.stop(new MeshError('CARD_HOT', { why: 'x' }))
    await expect(stopped.result).rejects.toMatchObject({ code: 'CARD_HOT' })
    clock.advance(100)
    await expect(late.result).rejects.toMatchObject({ code: 'ENGINE_DEADLINE' })
    expect(session.runs[1]!.ended).toBe(false)
    session.next()
    await kept.result
    const next = [ask('a'), ask('b'), ask('c')]
    session.next()
    await told()
    for (const each of next) each.stop()
    await told()
    expect(session.runs.every(({ ended }) => ended)).toBe(true)
  })

  it('wait for those who follow at once, a moment and no longer', async () => {
    const { clock, session, ask, told } = set({ shares: true, serviceMs: 1 })
    ask('first')
    for (let i = 0; i < 16; i++) ask(`payer ${i}`)
    session.next()
    await told()
    expect(session.runs[1]!.inputs[0]!.dims).toEqual([16, 2])
    ask('early')
    session.next()
    await told()
    expect(session.runs.length).toBe(2)
    ask('second')
    clock.advance(2)
    expect(session.runs[2]!.inputs[0]!.dims).toEqual([2, 2])
  })
})
