import { describe, expect, it } from 'vitest'
import type { SessionMemory } from '../../../../node/engines/engine.ts'
import { fitJob, openSeats } from '../../../../node/work/queue/fit-job.ts'
import { ModelSeat } from '../../../../node/work/queue/model-seat.ts'
import { runInPieces } from '../../../../node/work/queue/run-in-pieces.ts'
import type { RunOrder } from '../../../../node/work/queue/run-order.ts'
import { RunQueue } from '../../../../node/work/queue/run-queue.ts'
import { ServedModel } from '../../../../node/work/served-models.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import type { Address } from '../../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../../protocols/kernel/model-id.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { unhindered } from '../../../../protocols/rules/care/care-verdict.ts'
import { ScriptedSession } from '../../../support/engines/scripted-session.ts'
import { tensorOf } from '../../../support/engines/tensor-of.ts'
import { crypto, digestOf } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

/** 1,000 bytes of room above the model, and ten bytes for each of an input. */
const tight: SessionMemory = { readyBytes: 5_000, perInputByte: 8, bytesMax: 6_100 }

function served(memory: SessionMemory, shares = true) {
  const session = new ScriptedSession()
  session.memory = memory
  const { inputs, outputs, kernelClass } = session
  const table = { id: modelIdOf(digestOf('a')), name: 'm', bytes: 1, base: credits(1), kernelClass, inputs, outputs }
  return { session, model: new ServedModel(table, [new ModelSeat(crypto, 'cpu', session)], shares) }
}

const input = (rows: number) =>
  tensorOf(
    'x',
    'uint8',
    [rows, 2],
    new Uint8Array(2 * rows).map((_, i) => i),
  )

describe('a job at a model whose memory is known', () => {
  it('runs whole where it fits', () => {
    expect(fitJob(served(tight).model, [input(50)])).toEqual({ kind: 'fits' })
  })

  it('is fitted to the seat where most of it fits, of those that take work now', () => {
    const [small, large] = [tight, { ...tight, bytesMax: 6_700 }].map((memory) => {
      const session = new ScriptedSession()
      session.memory = memory
      return session
    })
    const { inputs, outputs, kernelClass } = small!
    const table = { id: modelIdOf(digestOf('a')), name: 'm', bytes: 1, base: credits(1), kernelClass, inputs, outputs }
    const seats = [new ModelSeat(crypto, 'small', small!), new ModelSeat(crypto, 'large', large!)]
    const model = new ServedModel(table, seats, true)
    const rowsWhile = (admits: (card: string) => boolean) => {
      const open = openSeats(model, (card) => ({ ...unhindered, admits: admits(card) }))
      return fitJob(model, [input(100)], undefined, open)
    }
    expect(rowsWhile(() => true)).toEqual({ kind: 'fits', rows: 50 })
    expect(rowsWhile((card) => card === 'small')).toEqual({ kind: 'fits', rows: 25 })
    expect(rowsWhile(() => false)).toEqual({ kind: 'fits', rows: 50 })
    large!.state = 'closed'
    expect(rowsWhile(() => true)).toEqual({ kind: 'fits', rows: 25 })
  })

  it('runs in pieces where its rows know nothing of each other', () => {
    expect(fitJob(served(tight).model, [input(100)])).toEqual({ kind: 'fits', rows: 25 })
    const full = { ...tight, bytesMax: 5_500 }
    expect(fitJob(served(full).model, [input(100)])).toEqual({ kind: 'too-large', needBytes: 7_000, bytesMax: 5_500 })
    const roomy = { ...tight, bytesMax: 6_700 }
    expect(fitJob(served(roomy).model, [input(100)])).toEqual({ kind: 'fits', rows: 50 })
  })

  it('is too large where they may', () => {
    const found = fitJob(served({ ...tight, bytesMax: 6_700 }, false).model, [input(100)])
    expect(found).toMatchObject({ kind: 'too-large', needBytes: 7_000 })
  })

  it('is taken as it is where nothing is known: the hard limit stands behind it', () => {
    expect(fitJob(served({ ...tight, readyBytes: undefined }).model, [input(10_000)])).toEqual({ kind: 'fits' })
    expect(fitJob(served({ ...tight, perInputByte: undefined }).model, [input(100)])).toEqual({ kind: 'fits' })
  })

  it('is too large where its input alone is, though nothing was learned', () => {
    const { model } = served({ ...tight, perInputByte: undefined }, false)
    expect(fitJob(model, [input(10_000)])).toMatchObject({ kind: 'too-large', needBytes: 25_000 })
  })
})

describe('a job at a machine that may not run for long at once', () => {
  const on = (isMobile: boolean, onBattery: boolean) => () => ({ isMobile, onBattery })
  const unknown: SessionMemory = { ...tight, readyBytes: undefined }

  it('runs in small pieces, though it would fit, and whether it would is known or not', () => {
    for (const memory of [tight, unknown]) {
      const { model } = served(memory)
      expect(fitJob(model, [input(16)], on(false, false))).toEqual({ kind: 'fits' })
      expect(fitJob(model, [input(16)], on(true, false))).toEqual({ kind: 'fits', rows: 4 })
      expect(fitJob(model, [input(16)], on(false, true))).toEqual({ kind: 'fits', rows: 8 })
      expect(fitJob(model, [input(16)], on(true, true))).toEqual({ kind: 'fits', rows: 2 })
      expect(fitJob(model, [input(4)], on(true, false))).toEqual({ kind: 'fits' })
    }
  })

  it('runs whole where its rows may depend on each other, and in the smaller pieces where memory is the nearer bound', () => {
    expect(fitJob(served(tight, false).model, [input(16)], on(true, true))).toEqual({ kind: 'fits' })
    const narrow: SessionMemory = { ...tight, bytesMax: 5_555 }
    expect(fitJob(served(narrow).model, [input(100)], on(false, true))).toMatchObject({ kind: 'fits', rows: 2 })
  })
})

describe('a job in pieces', () => {
  const order = (model: ServedModel, rows: number): RunOrder => ({
    model,
    payer: 'a' as Address,
    latencyClass: 'standard',
    price: credits(1),
    inputs: [input(rows)],
    signal: new AbortController().signal,
    deadlineMs: 1_000,
    mayShare: true,
    onBegun: () => undefined,
    onSetAside: () => undefined,
    onLost: () => undefined,
  })
  const told = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve()
  }

  it('is answered as one, with the time of all of them, within one deadline', async () => {
    const { session, model } = served(tight)
    const clock = new ManualClock()
    const result = runInPieces(new RunQueue({ clock }), order(model, 7), 3, clock)
    for (let piece = 0; piece < 3; piece++) {
      await told()
      clock.advance(100)
      session.next(500)
    }
    const { outputs, computedUs, notes } = await result
    expect(notes).toEqual({ pieces: 3 })
    expect(outputs).toEqual([{ ...input(7), name: 'y' }])
    expect(computedUs).toBe(1_500)
    expect(session.runs.map(({ inputs }) => inputs[0]!.dims[0])).toEqual([3, 3, 1])
    expect(session.runs.map(({ deadlineMs }) => deadlineMs)).toEqual([1_000, 900, 800])
  })

  it('ends with the first piece that fails', async () => {
    const { session, model } = served(tight)
    const clock = new ManualClock()
    const result = runInPieces(new RunQueue({ clock }), order(model, 7), 3, clock)
    await told()
    session.runs[0]!.fail(new MeshError('ENGINE_FAILED', { why: 'x' }))
    await expect(result).rejects.toMatchObject({ code: 'ENGINE_FAILED' })
    expect(session.runs.length).toBe(1)
  })
})
