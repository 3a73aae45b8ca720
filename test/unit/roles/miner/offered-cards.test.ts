import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Engine } from '../../../../node/engines/engine.ts'
import type { EngineSeat } from '../../../../node/engines/seat.ts'
import { MeasuredFile } from '../../../../node/measure/measured-file.ts'
import { processorKey } from '../../../../node/measure/processor-key.ts'
import { offeredCards } from '../../../../node/roles/miner/offered-cards.ts'
import type { DataFolder } from '../../../../node/storage/data-folder.ts'
import type { ServedModels } from '../../../../node/work/served-models.ts'
import type { CardFacts } from '../../../../protocols/rules/cards/card-facts.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'

const clock = new ManualClock()
const card = (key: string, more: Partial<CardFacts> = {}): CardFacts => ({
  key,
  seenBy: [],
  platforms: {},
  limits: {},
  name: `card ${key}`,
  ...more,
})
const processor = card('cpu', { vendor: 'cpu', form: 'cpu' })

/** A machine of which everything was measured, by whatever engine: its profile, and the seats in it. */
async function profileOf(cards: readonly CardFacts[], seated: readonly CardFacts[], kernels: 'cuda' | 'cpu' = 'cuda') {
  const path = temporaryFolder()
  const file = new MeasuredFile(join(path, 'measured.json'))
  const absent = { kind: 'absent', why: 'not asked for' } as const
  for (const [key, engine, value] of [
    ['a', 'cuda', 9_000],
    ['b', 'cuda', 8_000],
    [processorKey(), 'cpu', 100],
  ] as const)
    file.keep({
      card: key,
      measuredAtMs: clock.nowMs(),
      engine: `onnxruntime/1.30.0/${engine}`,
      findings: {
        fp32Gflops: { kind: 'measured', value, runs: 9 },
        fp16Gflops: absent,
        int8Gops: absent,
        memoryMBps: absent,
        modelLatencyMs: absent,
      },
    })
  const engine = { name: 'onnxruntime', version: '1.30.0', kernels } as Engine
  const seats: readonly EngineSeat[] = seated.map((facts) => ({ card: facts.key, facts, engine }))
  // One model, on each seat; of a second one the first seat leaves all to the processor.
  const classes = [...seats.map(() => kernels), 'cpu'].map((word) => `onnxruntime/1.30.0/${word}/fp32/x64`)
  const on = classes.map((kernelClass, i) => ({ card: seats[i]?.card ?? seats[0]!.card, session: { kernelClass } }))
  const offered = await offeredCards({
    base: { clock, folder: { path } as DataFolder },
    cards: { facts: () => cards, ready: async () => undefined },
    models: { all: () => [{ seats: on }] } as unknown as ServedModels,
    seats,
  })
  return { gflops: offered.inProfile().map(({ fp32Gflops }) => fp32Gflops), seats: offered.seatsInProfile() }
}

test('a profile claims figures of what models run on, each at its place, and of nothing beside it', async () => {
  const [a, b] = [card('a'), card('b')]
  expect(await profileOf([a, b, processor], [a, b])).toEqual({
    gflops: [9_000, 8_000, undefined],
    seats: ['a', 'b', undefined],
  })
  // Measured once, and no model runs there now: nobody could probe it.
  expect(await profileOf([a, b, processor], [b])).toEqual({
    gflops: [undefined, 8_000, undefined],
    seats: [undefined, 'b', undefined],
  })
  expect(await profileOf([a, b, processor], [processor], 'cpu')).toEqual({
    gflops: [undefined, undefined, 100],
    seats: [undefined, undefined, 'cpu'],
  })
})

test('cards that exist in a program only take no place in a profile: what runs on them is the processor’s', async () => {
  const simulated = card('simulated/1', { simulated: true })
  expect(await profileOf([simulated, card('a'), processor], [simulated], 'cpu')).toEqual({
    gflops: [undefined, 100],
    seats: [undefined, 'simulated/1'],
  })
})
