import { expect, it } from 'vitest'
import { MEASURED_FOR_MS, type MeasuredRow } from '../../../node/measure/measured-file.ts'
import { measuredRates } from '../../../node/measure/measured-rates.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const absent = { kind: 'absent', why: 'not asked for' } as const
const card: CardFacts = {
  key: 'pci:0000:01:00.0',
  driver: '570.86',
  seenBy: [],
  vendor: 'nvidia',
  platforms: {},
  limits: {},
}

it('is the newest measurement that still holds, under this driver, as for everything else that asks', () => {
  const clock = new ManualClock()
  const row = (gflops: number, change: Partial<MeasuredRow> = {}): MeasuredRow => ({
    card: card.key,
    driver: '570.86',
    measuredAtMs: clock.nowMs(),
    engine: 'onnxruntime/1.30.0/cuda',
    findings: {
      fp32Gflops: { kind: 'measured', value: gflops, runs: 7 },
      ...{ fp16Gflops: absent, int8Gops: absent, memoryMBps: absent, modelLatencyMs: absent },
    },
    ...change,
  })
  let rows: readonly MeasuredRow[] = [row(900, { driver: '575.00' }), row(170)]
  const rateOf = measuredRates({ read: () => rows }, clock)
  expect(rateOf(card)).toBe(170)
  expect(rateOf({ ...card, driver: '580.00' })).toBeUndefined()
  clock.advance(59_999)
  rows = [row(180), ...rows]
  expect(rateOf(card)).toBe(170)
  clock.advance(1)
  expect(rateOf(card)).toBe(180)
  clock.advance(MEASURED_FOR_MS)
  expect(rateOf(card)).toBeUndefined()
})
