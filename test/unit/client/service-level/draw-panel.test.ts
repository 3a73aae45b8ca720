import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agreedPanel, drawPanel } from '../../../../node/client/service-level/draw-panel.ts'
import { OwnerStakes } from '../../../../node/client/service-level/owner-stakes.ts'
import type { PanelMember } from '../../../../node/client/service-level/witness-panel.ts'
import { toHex } from '../../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { type Address, type Hash32, peerId } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import type { Standing } from '../../../../protocols/kernel/ports.ts'
import { defaultTerms, WITNESSES_SPARE } from '../../../../protocols/rules/service-level/granted-terms.ts'
import { CANDIDATES_MAX, nearOperators } from '../../../../protocols/rules/service-level/near-operators.ts'
import { crypto, digestOf } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import '../../../support/property-seed.ts'

const address = (name: string): Address => toHex(digestOf(name).subarray(12)) as Address
const member = (name: string): PanelMember => ({ operator: address(name), peer: peerId(name) })
const names = (members: readonly PanelMember[]): readonly string[] => members.map(({ peer }) => peer)
const seed = toHex(digestOf('seed')) as Hash32
const terms = defaultTerms(credits(100))
const tick = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface Told {
  readonly asked: Address[]
  standing: (operator: Address) => Promise<Standing>
}

function set() {
  const clock = new ManualClock()
  const told: Told = {
    asked: [],
    standing: async (operator) => ({ owner: operator, isActive: true, stake: credits(100) }),
  }
  const stakes = new OwnerStakes({
    clock,
    standingOf: (operator) => {
      told.asked.push(operator)
      return told.standing(operator)
    },
  })
  return { clock, told, stakes }
}

describe('who owns an operator', () => {
  test('is known at once where it was asked for, and asked for behind where it was not', async () => {
    const { clock, told, stakes } = set()
    expect(stakes.known(address('a'))).toBeUndefined()
    await tick()
    expect(stakes.known(address('a'))).toMatchObject({ owner: address('a'), stake: 100n })
    expect(told.asked).toHaveLength(1)
    // After five minutes the answer stands until there is a new one.
    clock.advance(300_001)
    expect(stakes.known(address('a'))).toBeDefined()
    expect(told.asked).toHaveLength(2)
  })
  test('is waited for no longer than who asks does', async () => {
    const { told, stakes } = set()
    told.standing = () => new Promise(() => undefined)
    const giveUp = new AbortController()
    const waits = stakes.whenKnown([address('a')], giveUp.signal)
    giveUp.abort(new MeshError('CANCELLED'))
    await waits
    expect(stakes.known(address('a'))).toBeUndefined()
  })
  test('is asked of a chain that is down once in five seconds, and of eight operators at a time', async () => {
    const { clock, told, stakes } = set()
    const many = Array.from({ length: 20 }, (_, i) => member(`operator ${i}`))
    told.standing = () => new Promise(() => undefined)
    stakes.prepare(many)
    expect(told.asked).toHaveLength(8)
    const { clock: later, told: other, stakes: failing } = set()
    other.standing = () => Promise.reject(new MeshError('CHAIN_UNREACHABLE', { url: 'x', why: 'down' }))
    failing.known(address('a'))
    await tick()
    failing.known(address('b'))
    expect(other.asked).toHaveLength(1)
    later.advance(5_001)
    failing.known(address('b'))
    expect(other.asked).toHaveLength(2)
    clock.advance(0)
    for (const each of [stakes, failing]) each[Symbol.dispose]()
  })
})

describe('a panel', () => {
  const draw = { crypto, seed, terms, miner: address('miner'), payer: address('payer') }
  const all = ['a', 'b', 'c', 'd', 'e', 'f', 'miner'].map(member)

  test('is drawn of those whose stake is known, without the miner, and with two to spare', async () => {
    const { stakes } = set()
    expect(drawPanel(draw, all, stakes)).toEqual([])
    await tick()
    const drawn = drawPanel(draw, all, stakes)
    expect(drawn).toHaveLength(terms.witnesses + WITNESSES_SPARE)
    expect(names(drawn)).not.toContain('miner')
    expect(drawPanel(draw, [...all].reverse(), stakes)).toEqual(drawn)
  })
  test('takes nobody that has lost its owner, or whose owner is the miner’s', async () => {
    const { told, stakes } = set()
    told.standing = async (operator) => ({
      owner: operator === address('b') ? address('miner') : operator,
      isActive: operator !== address('a'),
      stake: credits(100),
    })
    drawPanel(draw, all, stakes)
    stakes.known(address('miner'))
    await tick()
    expect([...names(drawPanel(draw, all, stakes))].sort()).toEqual(['c', 'd', 'e', 'f'])
  })
  test('is the miner’s where that could be honest, and the client’s own where it could not', () => {
    const [a, b, c, d, e, f] = all as [PanelMember, ...PanelMember[]] & readonly PanelMember[]
    const own = [a, b, c, d, e] as readonly PanelMember[]
    const of = (named: readonly PanelMember[], isDrawn = (_: PanelMember) => true) =>
      agreedPanel(named, own, terms, isDrawn)
    expect(of([a!, b!, c!])).toEqual([a, b, c])
    // It lacks three that the client knows to stand in front.
    expect(of([a!, b!, f!])).toEqual(own)
    expect(of([a!])).toEqual(own)
    expect(of([])).toEqual(own)
    // One that is not drawn does not count.
    expect(of([a!, b!, c!, f!], ({ operator }) => operator !== f!.operator)).toEqual([a, b, c])
  })
})

test('of very many operators a draw weighs those nearest to its seed, the same whoever knows them', () => {
  const many = Array.from({ length: 1_500 }, (_, i) => member(`operator ${i}`))
  const near = nearOperators(seed, many)
  expect(near).toHaveLength(CANDIDATES_MAX)
  expect(nearOperators(seed, many.slice(0, 10))).toHaveLength(10)
  fc.assert(
    fc.property(fc.shuffledSubarray(many, { minLength: 1_500 }), (shuffled) => {
      expect(nearOperators(seed, shuffled)).toEqual(near)
    }),
    { numRuns: 5 },
  )
})
