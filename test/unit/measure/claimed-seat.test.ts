import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../node/engines/engine.ts'
import type { EngineSeat } from '../../../node/engines/seat.ts'
import { claimedSeat } from '../../../node/measure/claimed-seat.ts'
import type { MeasuredRow } from '../../../node/measure/measured-file.ts'
import { measuredTarget } from '../../../node/measure/measured-target.ts'
import { processorKey } from '../../../node/measure/processor-key.ts'

const engine = {} as Engine
const seat = (card: string, driver?: string): EngineSeat => ({
  card,
  facts: { key: card, seenBy: [], platforms: {}, limits: {}, ...(driver === undefined ? {} : { driver }) },
  engine,
})
const file = (gflops: Readonly<Record<string, number>>) => ({
  of: ({ card, driver = '' }: { card: string; driver?: string }): MeasuredRow | undefined => {
    const value = gflops[`${card}${driver}`]
    const fp32Gflops =
      value === undefined ? { kind: 'absent', why: 'x' } : ({ kind: 'measured', value, runs: 1 } as const)
    return { findings: { fp32Gflops } } as MeasuredRow
  },
})
const by = () => 'onnxruntime/1.30.0/cuda'

describe('the seat that answers probes', () => {
  it('is the one with the highest figure, which is what is probed', () => {
    const seats = [seat('a'), seat('b', '570'), seat('c')]
    expect(claimedSeat(seats, file({ a: 10, b570: 30, c: 20 }), by, 0)).toBe(seats[1])
    expect(claimedSeat(seats, file({ a: 10, b: 30, c: 20 }), by, 0)).toBe(seats[2])
  })

  it('is the first while nothing is known', () => {
    const seats = [seat('a'), seat('b')]
    expect(claimedSeat(seats, file({}), by, 0)).toBe(seats[0])
  })
})

describe('what was measured', () => {
  it('is of the seat’s card and its driver, or of the processor where that computed it', () => {
    expect(measuredTarget('onnxruntime/1.30.0/cuda', seat('pci/1', '570').facts)).toEqual({
      card: 'pci/1',
      driver: '570',
    })
    expect(measuredTarget('onnxruntime/1.30.0/cpu', seat('pci/1', '570').facts)).toEqual({ card: processorKey() })
  })
})
