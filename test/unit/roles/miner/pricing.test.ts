import { expect, test } from 'vitest'
import type { Engine } from '../../../../node/engines/engine.ts'
import type { EngineSeat } from '../../../../node/engines/seat.ts'
import { EventBus } from '../../../../node/events/event-bus.ts'
import { MeasuredFile } from '../../../../node/measure/measured-file.ts'
import { STEP_MS } from '../../../../node/pricing/price-keeper.ts'
import type { Foundation } from '../../../../node/roles/foundation.ts'
import type { NodeCards } from '../../../../node/roles/miner/cards.ts'
import { startPricing } from '../../../../node/roles/miner/pricing.ts'
import type { Router } from '../../../../node/roles/network/router.ts'
import { Parts } from '../../../../node/roles/parts.ts'
import { systemClock } from '../../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../../node/storage/data-folder.ts'
import type { OfferBoard } from '../../../../node/work/offer-board.ts'
import { ModelSeat } from '../../../../node/work/queue/model-seat.ts'
import { ServedModel, ServedModels } from '../../../../node/work/served-models.ts'
import type { Address } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import type { CardFacts } from '../../../../protocols/rules/cards/card-facts.ts'
import { IdentitySession } from '../../../support/engines/identity-session.ts'
import { crypto } from '../../../support/statement-vectors/cast.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { model } from '../../../support/wire-vectors/job-samples.ts'

const NOON_MS = Date.UTC(2026, 0, 1, 12)
const facts: CardFacts = { key: 'a', seenBy: [], platforms: {}, limits: {}, memoryBytes: 24 * 2 ** 30 }

test('a card that is measured while the node runs is priced by it from the next look on, as its profile says it', async () => {
  const clock = new ManualClock(NOON_MS)
  const session = new IdentitySession(clock, 1)
  const { kernelClass, inputs, outputs } = session
  const table = { id: model, name: 'm', bytes: 1, base: credits(1_000), kernelClass, inputs, outputs }
  const served = new ServedModel(table, [new ModelSeat(crypto, facts.key, session)])
  const models = new ServedModels()
  models.add(served)
  const bus = new EventBus(clock, { wants: () => false, write: () => undefined })
  await using running = await Parts.start({ clock, onEvent: () => undefined }, async (parts) => {
    const folder = await parts.start('data folder', () => DataFolder.open(temporaryFolder(), { clock: systemClock }))
    const settings = { priceStrategy: 'market', jobsMax: 4 }
    await startPricing(parts, { clock, bus, folder, settings } as unknown as Foundation, {
      own: `0x${'f'.repeat(40)}` as Address,
      models,
      board: { current: undefined } as OfferBoard,
      desk: { jobs: 0 },
      router: { directory: { live: () => [] } } as unknown as Router,
      cards: { facts: () => [facts], cards: () => [] } as unknown as NodeCards,
      seats: [{ card: facts.key, facts, engine: {} as Engine } satisfies EngineSeat],
    })
    return new MeasuredFile(folder.file('measured'))
  })
  const capability = () => served.asked!.formula.multipliers.capability.why
  const unmeasured = capability()
  const absent = { kind: 'absent', why: 'not asked for' } as const
  clock.advance(STEP_MS / 2)
  const memoryMBps = { kind: 'measured', value: 300_000, runs: 9 } as const
  running.value.keep({
    card: facts.key,
    measuredAtMs: clock.nowMs(),
    engine: 'onnxruntime/1.30.0/cuda',
    findings: { fp32Gflops: absent, fp16Gflops: absent, int8Gops: absent, memoryMBps, modelLatencyMs: absent },
  })
  clock.advance(STEP_MS / 2)
  expect(capability()).not.toBe(unmeasured)
  expect(capability()).toMatch(/the card scores 0\.\d\d of 1/)
})
