import { describe, expect, it } from 'vitest'
import type { Engine } from '../../../node/engines/engine.ts'
import type { EngineSeat } from '../../../node/engines/seat.ts'
import { askedSeat, claimedSeat, seatOf } from '../../../node/measure/claimed-seat.ts'
import type { MeasuredRow } from '../../../node/measure/measured-file.ts'
import { measuredTarget } from '../../../node/measure/measured-target.ts'
import { processorKey } from '../../../node/measure/processor-key.ts'
import { PublishedClaims } from '../../../node/measure/published-claims.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'

const engine = { name: 'onnxruntime', version: '1.30.0', kernels: 'cuda' } as Engine
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

describe('the seat that answers probes', () => {
  it('is the one with the highest figure, which is what is probed', () => {
    const seats = [seat('a'), seat('b', '570'), seat('c')]
    expect(claimedSeat(seats, file({ a: 10, b570: 30, c: 20 }), 0)).toBe(seats[1])
    expect(claimedSeat(seats, file({ a: 10, b: 30, c: 20 }), 0)).toBe(seats[2])
  })

  it('is the first while nothing is known', () => {
    const seats = [seat('a'), seat('b')]
    expect(claimedSeat(seats, file({}), 0)).toBe(seats[0])
  })
})

describe('the seat that a probe asks for', () => {
  it('is that of its place in the profile that it names, whatever is listed by now, and else the highest claim', () => {
    const seats = [seat('a'), seat('b'), seat('c')]
    const published = new PublishedClaims()
    published.note(7n, ['a', 'b', undefined])
    published.note(8n, ['b', 'c'])
    const asked = (card: number, profile?: bigint) =>
      askedSeat(
        { card, ...(profile === undefined ? {} : { header: { profile } }) },
        published,
        seats,
        file({ c: 9 }),
        0,
      )
    expect([asked(0, 7n), asked(0, 8n), asked(1, 7n)]).toEqual([seats[0], seats[1], seats[1]])
    expect([asked(2, 7n), asked(15, 8n), asked(0, 9n)]).toEqual(['card', 'card', 'profile'])
    expect(asked(0)).toBe(seats[2])
  })
})

describe('a card of the machine', () => {
  const facts = (key: string, more: object = {}): CardFacts => ({ ...seat(key).facts, ...more })

  it('is the seat that runs models on it, or none', () => {
    const seats = [seat('a'), seat('b', '570')]
    expect(seatOf(seats, facts('b', { driver: '570' }))).toBe(seats[1])
    // Under another driver it is another card to claim something of.
    expect(seatOf(seats, facts('b', { driver: '580' }))).toBeUndefined()
    expect(seatOf(seats, facts('cpu', { vendor: 'cpu', form: 'cpu' }))).toBeUndefined()
  })

  it('is the processor for seats whose kernels are its own', () => {
    const simulated = { ...seat('simulated/1'), engine: { ...engine, kernels: 'cpu' } } as EngineSeat
    expect(seatOf([simulated], facts('cpu', { vendor: 'cpu', form: 'cpu' }))).toBe(simulated)
    expect(seatOf([simulated], facts('simulated/1'))).toBeUndefined()
  })
})

describe('what a profile claimed of a card', () => {
  it('is known by its sequence and its place, as long as it may be read', () => {
    const published = new PublishedClaims()
    published.note(7n, ['a', undefined, 'b'])
    published.note(8n, ['b'])
    expect(published.cardAt(7n, 2)).toEqual({ card: 'b' })
    expect(published.cardAt(8n, 0)).toEqual({ card: 'b' })
    expect([published.cardAt(7n, 1), published.cardAt(8n, 2)]).toEqual(['card', 'card'])
    expect(published.cardAt(6n, 0)).toBe('profile')
    for (let i = 0n; i < 40n; i++) published.note(9n + i, [])
    expect(published.cardAt(8n, 0)).toBe('profile')
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
