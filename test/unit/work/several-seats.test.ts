import { describe, expect, it } from 'vitest'
import { ModelSeat } from '../../../node/work/queue/model-seat.ts'
import { runInPieces } from '../../../node/work/queue/run-in-pieces.ts'
import type { OrderResult, RunOrder } from '../../../node/work/queue/run-order.ts'
import { RunQueue } from '../../../node/work/queue/run-queue.ts'
import { ServedModel } from '../../../node/work/served-models.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { type CareVerdict, unhindered } from '../../../protocols/rules/care/care-verdict.ts'
import { ScriptedSession } from '../../support/engines/scripted-session.ts'
import { tensorOf } from '../../support/engines/tensor-of.ts'
import { crypto, digestOf } from '../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const drains: CareVerdict = { admits: false, loadShare: 1, stopsRunning: false, reasons: [] }
const stops: CareVerdict = { admits: false, loadShare: 0, stopsRunning: true, reasons: [] }
const hot = (): MeshError => new MeshError('CARD_HOT', { why: '96 C' })

/** One seat for each service time, by its place as its card's key. */
function set(serviceMs: readonly number[], options: { readonly shares?: boolean; readonly classes?: string[] } = {}) {
  const clock = new ManualClock()
  const care = new Map<string, CareVerdict>()
  const work: string[] = []
  const queue = new RunQueue({
    clock,
    careOf: (card) => care.get(card) ?? unhindered,
    onSeatWork: (card, isBusy) => work.push(`${card} ${isBusy ? 'works' : 'rests'}`),
  })
  const sessions = serviceMs.map((_, i) => new ScriptedSession(options.classes?.[i] ?? 'scripted/1/none/int8/none'))
  const { inputs, outputs, kernelClass } = sessions[0]!
  const table = { id: modelIdOf(digestOf('a')), name: 'm', bytes: 1, base: credits(1), kernelClass, inputs, outputs }
  const seats = sessions.map((session, i) => new ModelSeat(crypto, String(i), session))
  const model = new ServedModel(table, seats, options.shares ?? false)
  for (const [i, ms] of serviceMs.entries()) if (ms > 0) model.observe(ms * 1_000, seats[i])
  const orderOf = (events: string[], abort: AbortController, rows: number): RunOrder => ({
    model,
    payer: 'a' as Address,
    latencyClass: 'standard',
    price: credits(1_000),
    inputs: [tensorOf('x', 'uint8', [rows, 2], new Uint8Array(2 * rows))],
    signal: abort.signal,
    deadlineMs: 60_000,
    mayShare: true,
    onBegun: ({ card }) => events.push(`begun on ${card}`),
    onSetAside: () => events.push('set aside'),
    onLost: (why) => abort.abort(why),
  })
  const ask = (rows = 1, change: Partial<RunOrder> = {}) => {
    const events: string[] = []
    const order = { ...orderOf(events, new AbortController(), rows), ...change }
    const result = queue.run(order)
    result.catch(() => undefined)
    return { order, events, result }
  }
  const told = async (): Promise<void> => {
    for (let i = 0; i < 10; i++) await Promise.resolve()
  }
  const held = () => sessions.map(({ runs }) => runs.filter(({ ended }) => !ended).length)
  return { clock, care, work, queue, sessions, seats, model, ask, told, held, orderOf }
}

describe('a miner’s queue over several seats', () => {
  it('gives each run to the seat where it ends earliest', () => {
    const { ask, held, queue } = set([10, 100])
    for (let i = 0; i < 5; i++) ask()
    expect([held(), queue.waiting]).toEqual([[1, 0], 4])
    const equal = set([20, 20])
    for (let i = 0; i < 3; i++) equal.ask()
    expect([equal.held(), equal.queue.waiting]).toEqual([[1, 1], 1])
  })

  it('gives a slow seat the one that would wait as long for the quick one, not the first', async () => {
    const { ask, sessions, queue, held } = set([10, 100])
    const asked = Array.from({ length: 14 }, () => ask())
    expect([held(), queue.waiting]).toEqual([[1, 1], 12])
    // One computes on the quick seat, and nine more end there before the slow one has done one.
    expect(sessions[1]!.runs[0]!.inputs).toBe(asked[10]!.order.inputs)
  })

  it('knows of each card when work of ours ended there', async () => {
    const { ask, sessions, queue, clock, told } = set([20, 20])
    expect(queue.workEndedMs('0')).toBe(Number.NEGATIVE_INFINITY)
    ask()
    clock.advance(30)
    expect([queue.workEndedMs('0'), queue.workEndedMs('1')]).toEqual([clock.monotonicMs(), Number.NEGATIVE_INFINITY])
    const endedMs = clock.monotonicMs()
    sessions[0]!.next()
    await told()
    clock.advance(1_000)
    expect(queue.workEndedMs('0')).toBe(endedMs)
  })

  it('tries a seat that has run nothing yet', () => {
    const { ask, held } = set([20, 0])
    ask()
    ask()
    expect(held()).toEqual([1, 1])
  })

  it('does not wait for ever for a quick seat that takes longer than it should', () => {
    const { ask, clock, held } = set([10, 100])
    ask()
    ask()
    expect(held()).toEqual([1, 0])
    clock.advance(95)
    expect(held()).toEqual([1, 0])
    clock.advance(30)
    expect(held()).toEqual([1, 1])
  })

  it('tells when a run would be over by what all seats do', () => {
    const { ask, queue, model } = set([20, 20])
    const wish = {
      model,
      payer: 'a' as Address,
      latencyClass: 'standard' as const,
      deadlineMs: 60_000,
      price: credits(1),
    }
    expect(queue.outlookOfNew(wish)).toEqual({ ahead: 0, waitMs: 0, etaMs: 20 })
    const asked = Array.from({ length: 6 }, () => ask())
    expect(queue.outlookOfNew(wish).ahead).toBe(6)
    expect(queue.outlookOfNew(wish).etaMs).toBeCloseTo(80, 1)
    expect(queue.outlookOfNew(wish).waitMs).toBeCloseTo(60, 1)
    expect(queue.outlookOf(asked[3]!.order).etaMs).toBeCloseTo(40, 1)
    expect(queue.outlookOf(asked[0]!.order)).toMatchObject({ ahead: 0 })
  })

  it('answers with the seat that ran it, whose kernel class the receipt names', async () => {
    const { ask, sessions, seats } = set([20, 20], { classes: ['one/1/cuda/fp32/a', 'one/1/cuda/fp32/b'] })
    const [one, other] = [ask(), ask()]
    sessions[0]!.next()
    sessions[1]!.next()
    expect([(await one.result).seat, (await other.result).seat]).toEqual(seats)
    expect(seats[0]!.kernelClass).not.toBe(seats[1]!.kernelClass)
  })

  it('keeps what is too large for one seat for the other', () => {
    const { ask, sessions, held } = set([10, 10])
    sessions[0]!.memory = { readyBytes: 100, perInputByte: 1, bytesMax: 120 }
    ask(50)
    expect(held()).toEqual([0, 1])
    ask(50)
    ask(1)
    expect(held()).toEqual([1, 1])
  })

  it('lets a seat try what is too large for all: the engine’s own limit stands behind it', () => {
    const { ask, sessions, held } = set([10, 10])
    for (const session of sessions) session.memory = { readyBytes: 100, perInputByte: 1, bytesMax: 120 }
    ask(50)
    expect(held()).toEqual([1, 0])
  })

  it('runs pieces of one job in one kernel class', async () => {
    const { sessions, queue, clock, orderOf, ask, told } = set([10, 10], {
      shares: true,
      classes: ['one/1/cuda/fp32/a', 'one/1/cuda/fp32/b'],
    })
    const pieces = runInPieces(queue, orderOf([], new AbortController(), 4), 2, clock)
    sessions[0]!.next()
    await told()
    const other = ask(8)
    expect(sessions[0]!.runs.filter(({ ended }) => !ended).length + sessions[1]!.runs.length).toBe(2)
    sessions[0]!.next()
    await told()
    expect((await pieces).notes).toEqual({ pieces: 2 })
    expect(sessions[1]!.runs.length).toBe(1)
    sessions[1]!.next()
    await other.result
  })

  it('tells which card has work, and not between two runs of which one follows the other', async () => {
    const { ask, work, sessions, told } = set([20, 20])
    for (let i = 0; i < 3; i++) ask()
    sessions[0]!.next()
    await told()
    expect(work).toEqual(['0 works', '1 works'])
    sessions[0]!.next()
    await told()
    expect(work).toEqual(['0 works', '1 works', '0 rests'])
  })
})

describe('a seat that has to stop', () => {
  it('is given nothing while others admit work', () => {
    const { ask, care, held } = set([10, 10])
    care.set('0', drains)
    for (let i = 0; i < 3; i++) ask()
    expect(held()).toEqual([0, 1])
  })

  it('hands what it runs to another seat, and nobody pays for what it could not end', async () => {
    const { ask, care, queue, sessions, told } = set([20, 20])
    const [one, other] = [ask(), ask()]
    care.set('0', stops)
    queue.leaveSeat('0', hot())
    await told()
    expect([one.events, queue.waiting]).toEqual([['begun on 0', 'set aside'], 1])
    sessions[1]!.next()
    await other.result
    await told()
    sessions[1]!.next()
    expect((await one.result).seat.card).toBe('1')
    expect(one.events).toEqual(['begun on 0', 'set aside', 'begun on 1'])
  })

  it('keeps the economy job that it ends in order, for no urgent one would get its place', () => {
    const { ask, care, held } = set([20_000, 20_000])
    const patient = ask(1, { latencyClass: 'economy', deadlineMs: 600_000 })
    ask()
    care.set('0', drains)
    ask(1, { latencyClass: 'realtime', deadlineMs: 25_000, price: credits(3_000) })
    expect([patient.events, held()]).toEqual([['begun on 0'], [1, 1]])
    care.delete('0')
    ask(1, { latencyClass: 'realtime', deadlineMs: 25_000, price: credits(3_000) })
    expect(held()).toEqual([0, 1])
  })

  it('takes work again when it has cooled', async () => {
    const { ask, care, queue, sessions, held, told, clock } = set([20, 20])
    for (let i = 0; i < 4; i++) ask()
    clock.advance(20)
    care.set('0', stops)
    queue.leaveSeat('0', hot())
    await told()
    expect(held()).toEqual([0, 1])
    care.delete('0')
    sessions[1]!.next()
    await told()
    expect(held()).toEqual([1, 1])
  })

  it('takes apart a shared run, whose jobs run on the other seat', async () => {
    const { ask, care, queue, sessions, told, held } = set([20, 20], { shares: true })
    ask()
    ask()
    const [one, other] = [ask(), ask()]
    sessions[0]!.next()
    await told()
    expect([one.events, other.events]).toEqual([['begun on 0'], ['begun on 0']])
    care.set('0', stops)
    queue.leaveSeat('0', hot())
    await told()
    expect(held()).toEqual([0, 1])
    sessions[1]!.next()
    await told()
    sessions[1]!.next()
    expect(await one.result).toMatchObject({ notes: { together: 2 }, seat: { card: '1' } })
    await other.result
  })

  it('ends with its reason what no other seat can take, whether it runs or waits', async () => {
    const { ask, care, queue } = set([20, 20])
    care.set('1', stops)
    const [one, other] = [ask(), ask()]
    care.set('0', stops)
    queue.leaveSeat('0', hot())
    await expect(one.result).rejects.toMatchObject({ code: 'CARD_HOT' })
    await expect(other.result).rejects.toMatchObject({ code: 'CARD_HOT' })
  })

  it('ends also what comes to it only now, or comes back from another, and could only wait for it to cool', async () => {
    const { ask, care, queue, sessions, told } = set([20, 20, 20])
    sessions[2]!.memory = { readyBytes: 100, perInputByte: 1, bytesMax: 101 }
    const moved = ask()
    expect(moved.events).toEqual(['begun on 0'])
    // Both that could run it stop before the engine of the first has let go of it.
    care.set('0', stops)
    queue.leaveSeat('0', hot())
    care.set('1', stops)
    queue.leaveSeat('1', hot())
    await told()
    const late = ask()
    const single = set([20])
    single.care.set('0', stops)
    single.queue.leaveSeat('0', hot())
    await told()
    for (const { result } of [moved, late, single.ask()])
      await expect(Promise.race([result, 'still here'])).rejects.toMatchObject({ code: 'CARD_HOT' })
    expect(queue.waiting).toBe(0)
    care.clear()
    ask()
    await told()
    expect(sessions[0]!.runs.length).toBe(2)
  })

  it('ends what it runs where it is the only one, and where the others only end what they have', async () => {
    const single = set([20])
    const one = single.ask()
    single.care.set('0', stops)
    single.queue.leaveSeat('0', hot())
    await expect(one.result).rejects.toMatchObject({ code: 'CARD_HOT' })
    const pair = set([20, 20])
    const run = pair.ask()
    pair.care.set('1', drains)
    pair.queue.leaveSeat('0', hot())
    await expect(run.result).rejects.toMatchObject({ code: 'CARD_HOT' })
  })

  it('does not run again what was ended, by its client or by the heat of all cards, while it was handed on', async () => {
    const { ask, care, queue, sessions, told, held } = set([20, 20])
    const abort = new AbortController()
    const { result, events } = ask(1, { signal: abort.signal })
    care.set('0', stops)
    queue.leaveSeat('0', hot())
    abort.abort(new MeshError('CANCELLED'))
    await told()
    await expect(Promise.race([result, 'still here'])).rejects.toMatchObject({ code: 'CANCELLED' })
    expect([events, held(), queue.waiting, sessions[1]!.runs.length]).toEqual([['begun on 0'], [0, 0], 0, 0])
  })

  it('lets what is here end in order where no seat admits new work', async () => {
    const { ask, care, sessions, told, held } = set([20, 20])
    for (let i = 0; i < 4; i++) ask()
    care.set('0', drains)
    care.set('1', drains)
    sessions[0]!.next()
    sessions[1]!.next()
    await told()
    expect(held()).toEqual([1, 1])
  })

  it('rests as long as its own care wants, and the other does not', async () => {
    const { ask, care, clock, sessions, told, held } = set([20, 20])
    care.set('0', { ...unhindered, loadShare: 0.5 })
    for (let i = 0; i < 8; i++) ask()
    clock.advance(20)
    sessions[0]!.next()
    sessions[1]!.next()
    await told()
    expect(held()).toEqual([0, 1])
    clock.advance(20)
    expect(held()).toEqual([1, 1])
  })
})

describe('a seat whose engine fails', () => {
  const crashed = (): MeshError => new MeshError('ENGINE_CRASHED', { how: 'SIGSEGV' })

  it('loses its run to another seat, and a run that ends two engines has failed itself', async () => {
    const { ask, sessions, told } = set([20, 20])
    const { result, events } = ask()
    sessions[0]!.state = 'respawning'
    sessions[0]!.runs[0]!.fail(crashed())
    await told()
    expect(events).toEqual(['begun on 0', 'set aside', 'begun on 1'])
    sessions[1]!.runs[0]!.fail(crashed())
    await expect(result).rejects.toMatchObject({ code: 'ENGINE_CRASHED' })
  })

  it('is given nothing more once it has given up', async () => {
    const { ask, sessions, told, held } = set([20, 20])
    const { result } = ask()
    sessions[0]!.state = 'closed'
    sessions[0]!.runs[0]!.fail(new MeshError('ENGINE_CRASHED', { how: 'SIGSEGV' }))
    await told()
    ask()
    expect(held()).toEqual([0, 1])
    sessions[1]!.next()
    expect(((await result) satisfies OrderResult).seat.card).toBe('1')
  })

  it('says why to what no other can run, which else would wait for as long as it may', async () => {
    const { ask, sessions, seats, told, queue, clock } = set([20, 20], {
      classes: ['one/1/cuda/fp32/a', 'one/1/cuda/fp32/b'],
    })
    const crash = new MeshError('ENGINE_CRASHED', { how: 'SIGSEGV' })
    const [first, other] = [ask(), ask()]
    const pinned = ask(1, { kernelClass: seats[0]!.kernelClass })
    sessions[0]!.state = 'closed'
    sessions[0]!.runs[0]!.fail(crash)
    await told()
    // An engine that has given up refuses at once.
    sessions[0]!.runs[1]?.fail(crash)
    await told()
    await expect(Promise.race([pinned.result, 'still here'])).rejects.toMatchObject({ code: 'ENGINE_CRASHED' })
    sessions[1]!.next()
    await told()
    sessions[1]!.next()
    expect([(await first.result).seat, (await other.result).seat]).toEqual([seats[1], seats[1]])
    clock.advance(60_000)
    expect(queue.waiting).toBe(0)
  })

  it('fails its run as ever where there is no other', async () => {
    const { ask, sessions } = set([20])
    const { result } = ask()
    sessions[0]!.runs[0]!.fail(crashed())
    await expect(result).rejects.toMatchObject({ code: 'ENGINE_CRASHED' })
  })
})
