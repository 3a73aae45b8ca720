import { expect, test } from 'vitest'
import type { Engine, EngineSession } from '../../../../node/engines/engine.ts'
import type { EngineSeat } from '../../../../node/engines/seat.ts'
import { EventBus } from '../../../../node/events/event-bus.ts'
import type { NodeEvent } from '../../../../node/events/node-event.ts'
import { MeasuredFile } from '../../../../node/measure/measured-file.ts'
import type { Foundation } from '../../../../node/roles/foundation.ts'
import { startMeasuring } from '../../../../node/roles/miner/measuring.ts'
import { Parts } from '../../../../node/roles/parts.ts'
import { systemClock } from '../../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../../node/storage/data-folder.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const FIRST_MS = 60_000
const RETRY_MS = 300_000
const DAY_MS = 86_400_000

/** An engine as the benchmark meets it: a run takes as long as its card says, and nobody waits for it. */
class ModelledSeats {
  /** Cards whose engines were opened for a measurement, in order. */
  readonly measured: string[] = []
  openAtOnce = 0
  openAtOnceMost = 0
  readonly broken = new Set<string>()

  seat(card: string, runUs: number): EngineSeat {
    const engine: Engine = {
      name: 'modelled',
      version: '1.0.0',
      kernels: 'cuda',
      open: async () => {
        if (this.measured.at(-1) !== card) this.measured.push(card)
        if (this.broken.has(card)) throw new MeshError('ENGINE_CRASHED', { why: 'the card fell off its bus' })
        this.openAtOnceMost = Math.max(this.openAtOnceMost, ++this.openAtOnce)
        const session: EngineSession = {
          inputs: [],
          outputs: [],
          kernelClass: 'modelled/1.0.0/cuda/fp32/x64',
          state: 'ready',
          run: async () => ({ outputs: [], computedUs: runUs, waitedUs: 0 }),
          [Symbol.asyncDispose]: async () => void this.openAtOnce--,
        }
        return session
      },
      async [Symbol.asyncDispose]() {},
    }
    return { card, engine, facts: { key: card, seenBy: [], platforms: {}, limits: {} } }
  }
}

async function measuring(seats: readonly EngineSeat[], preset = 'public') {
  const clock = new ManualClock()
  const events: NodeEvent[] = []
  const bus = new EventBus(clock, { wants: () => false, write: () => undefined })
  bus.listen(({ event }) => events.push(event))
  const now = { isIdle: true, resting: new Set<string>(), told: 0 }
  const running = await Parts.start({ clock, onEvent: () => undefined }, async (parts) => {
    const folder = await parts.start('data folder', () => DataFolder.open(temporaryFolder(), { clock: systemClock }))
    const base = { clock, crypto, folder, bus, network: { preset } } as unknown as Foundation
    await startMeasuring(parts, base, {
      seats,
      limits: { memoryBytesMax: 2 ** 31, threads: 1, outputBytesMax: 2 ** 26 },
      isIdle: () => now.isIdle,
      admits: (card) => !now.resting.has(card),
      onMeasured: () => now.told++,
    })
    return new MeasuredFile(folder.file('measured'))
  })
  const file = running.value
  const gflops = (): Readonly<Record<string, number>> =>
    Object.fromEntries(
      file
        .read()
        .map(({ card, findings: { fp32Gflops } }) => [card, fp32Gflops.kind === 'measured' ? fp32Gflops.value : 0]),
    )
  const known = () =>
    file
      .read()
      .map(({ card }) => card)
      .toSorted()
  /** The next look is waited for: the one before has ended. */
  const idle = () => expect.poll(() => clock.pending, { interval: 5 }).toBe(1)
  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms)
    await idle()
  }
  return { clock, events, now, gflops, known, pass, [Symbol.asyncDispose]: () => running.stop() }
}

test('a minute after its start a node measures each of its seats, one after the other, each by its own engine', async () => {
  const cards = new ModelledSeats()
  await using node = await measuring([cards.seat('a', 40_000), cards.seat('b', 80_000)])
  node.clock.advance(FIRST_MS - 1)
  expect(cards.measured).toEqual([])
  await node.pass(1)
  expect(cards.measured).toEqual(['a', 'b'])
  expect(cards.openAtOnceMost).toBe(1)
  const { a, b } = node.gflops()
  expect(a).toBeCloseTo(2 * b!)
  expect(node.now.told).toBe(2)
  expect(node.events.map(({ kind }) => kind)).toEqual(['card:measured', 'card:measured'])
  // What is known is not measured again until it no longer holds.
  await node.pass(DAY_MS)
  expect(cards.measured).toHaveLength(2)
  for (let day = 1; day <= 30; day++) await node.pass(DAY_MS)
  expect(cards.measured).toEqual(['a', 'b', 'a', 'b'])
})

test('a seat that rests is measured when it is back, and keeps no other from it', async () => {
  const cards = new ModelledSeats()
  await using node = await measuring([cards.seat('a', 40_000), cards.seat('b', 80_000)])
  node.now.resting.add('a')
  await node.pass(FIRST_MS)
  expect(node.known()).toEqual(['b'])
  await node.pass(RETRY_MS)
  expect(cards.measured).toEqual(['b'])
  node.now.resting.clear()
  await node.pass(RETRY_MS)
  expect(cards.measured).toEqual(['b', 'a'])
  expect(node.known()).toEqual(['a', 'b'])
})

test('a seat whose engine fails is told of, and the others are measured all the same', async () => {
  const cards = new ModelledSeats()
  cards.broken.add('a')
  await using node = await measuring([cards.seat('a', 40_000), cards.seat('b', 80_000)])
  await node.pass(FIRST_MS)
  expect(node.known()).toEqual(['b'])
  expect(node.events).toContainEqual(expect.objectContaining({ kind: 'trouble', during: 'measuring this machine' }))
})

test('nothing is measured while jobs run, and what is left waits when they come between', async () => {
  const cards = new ModelledSeats()
  const seats = [cards.seat('a', 40_000), cards.seat('b', 80_000)]
  await using node = await measuring(seats)
  node.now.isIdle = false
  await node.pass(FIRST_MS)
  expect(cards.measured).toEqual([])
  let looks = 0
  // Idle when it is looked, and for the first seat; a job is there before the second.
  Object.defineProperty(node.now, 'isIdle', { get: () => ++looks <= 2, configurable: true })
  await node.pass(RETRY_MS)
  expect(node.known()).toEqual(['a'])
  Object.defineProperty(node.now, 'isIdle', { value: true })
  await node.pass(RETRY_MS)
  expect(node.known()).toEqual(['a', 'b'])
})

test('in a network of one machine nobody measures', async () => {
  const cards = new ModelledSeats()
  await using node = await measuring([cards.seat('a', 40_000)], 'local')
  node.clock.advance(DAY_MS)
  expect([node.clock.pending, cards.measured]).toEqual([0, []])
})
