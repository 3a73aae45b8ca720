import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../../../../protocols/kernel/bytes.ts'
import type { Address, AttemptId, Hash32 } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import {
  drawWitnesses,
  isDrawn,
  ticketBelow,
  type WitnessCandidate,
} from '../../../../protocols/rules/service-level/draw-witnesses.ts'
import { intervalMs, intervalsOf } from '../../../../protocols/rules/service-level/intervals.ts'
import { beaconOf, serviceSeed } from '../../../../protocols/statements/service-level.ts'
import type { TimeStamp } from '../../../../protocols/statements/struct-types.ts'
import { crypto, digestOf } from '../../../support/statement-vectors/cast.ts'
import '../../../support/property-seed.ts'

const hash = (text: string): Hash32 => toHex(digestOf(text)) as Hash32
const address = (text: string): Address => toHex(digestOf(text).subarray(12)) as Address
const candidate = (name: string, stake: number, owner = name): WitnessCandidate => ({
  operator: address(`operator of ${name}`),
  owner: address(owner),
  stake: credits(stake),
})
const parties = { minerOwner: address('miner'), payer: address('payer') }
const draw = (seed: Hash32, candidates: readonly WitnessCandidate[], drawStake = 100, count = 7) =>
  drawWitnesses(crypto, seed, candidates, { drawStake: credits(drawStake), parties, count })

describe('the draw', () => {
  const many = Array.from({ length: 20 }, (_, i) => candidate(`owner ${i}`, 50))

  test('is the same in whatever order the candidates are known', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(many, { minLength: 20 }), fc.nat(), (shuffled, n) => {
        expect(draw(hash(`seed ${n}`), shuffled)).toEqual(draw(hash(`seed ${n}`), many))
      }),
    )
  })
  test('names only those that a court finds drawn, looking at one alone', () => {
    for (let n = 0; n < 50; n++) {
      const seed = hash(`seed ${n}`)
      const names = many.filter((owner) => isDrawn(crypto, seed, owner, credits(100)))
      const drawn = draw(seed, many, 100, 20)
      expect(new Set(drawn)).toEqual(new Set(names))
      expect(draw(seed, many, 100, 3)).toEqual(drawn.slice(0, 3))
    }
  })
  test('gives owners places in proportion to their stake', () => {
    const owners = [candidate('small', 10), candidate('middle', 30), candidate('large', 90)]
    const times = new Map<Address, number>()
    const seeds = 4_000
    for (let n = 0; n < seeds; n++)
      for (const { owner } of draw(hash(`seed ${n}`), owners)) times.set(owner, (times.get(owner) ?? 0) + 1)
    // Four standard deviations of 4,000 draws.
    for (const { owner, stake } of owners)
      expect(Math.abs(times.get(owner)! / seeds - Number(stake) / 100)).toBeLessThan(0.032)
  })
  test('never gives two parts of a stake more than the whole', () => {
    const amount = fc.bigInt({ min: 0n, max: 2n ** 63n })
    fc.assert(
      fc.property(amount, amount, amount, (a, b, more) => {
        const drawStake = credits(
          a + b + more > 0n ? (a + b + more > 2n ** 64n - 1n ? 2n ** 64n - 1n : a + b + more) : 1n,
        )
        const parts = ticketBelow(credits(a), drawStake) + ticketBelow(credits(b), drawStake)
        expect(parts).toBeLessThanOrEqual(ticketBelow(credits(a + b), drawStake))
      }),
    )
  })
  test('gives an owner one voice, however many machines it has', () => {
    const machines = Array.from({ length: 9 }, (_, i) => candidate(`machine ${i}`, 100, 'owner'))
    const drawn = draw(hash('seed'), machines)
    expect(drawn).toHaveLength(1)
    expect(drawn[0]!.operator).toBe([...machines].map(({ operator }) => operator).sort()[0])
  })
  test('leaves out both sides and who has no stake', () => {
    const left = [candidate('a', 100, 'miner'), candidate('b', 100, 'payer'), candidate('c', 0)]
    expect(draw(hash('seed'), left)).toEqual([])
    const self = { ...candidate('d', 100), operator: parties.payer }
    expect(draw(hash('seed'), [self])).toEqual([])
  })
  test('hangs on the agreement and on the secret: who chose one of them knew nothing of the other', () => {
    const secret = digestOf('secret')
    const attempt = hash('agreement') as AttemptId
    const seed = serviceSeed(crypto, attempt, secret)
    expect(serviceSeed(crypto, hash('another') as AttemptId, secret)).not.toBe(seed)
    expect(serviceSeed(crypto, attempt, digestOf('other secret'))).not.toBe(seed)
    expect(seed).toBe(toHex(crypto.keccak256(Uint8Array.of(...fromHex(attempt)!, ...secret))))
    expect(beaconOf(crypto, secret)).toBe(toHex(crypto.keccak256(secret)))
  })
})

describe('intervals', () => {
  const stamp = (witness: string, atMs: bigint): TimeStamp => ({ witness: address(witness), digest: hash('x'), atMs })
  test('come in the order of the draw, from who has both stamps', () => {
    const starts = new Map(['a', 'b', 'c'].map((name) => [address(name), stamp(name, 1_000n)]))
    const ends = new Map([
      [address('c'), stamp('c', 1_300n)],
      [address('a'), stamp('a', 1_200n)],
      [address('d'), stamp('d', 1_900n)],
    ])
    expect(intervalsOf([address('c'), address('b'), address('a'), address('d')], starts, ends)).toEqual([300, 200])
  })
  test('of a clock that ran backwards are 0, and of one that is broken a day', () => {
    expect(intervalMs({ start: stamp('a', 5n), end: stamp('a', 4n) })).toBe(0)
    expect(intervalMs({ start: stamp('a', 0n), end: stamp('a', 2n ** 64n - 1n) })).toBe(86_400_000)
  })
})
