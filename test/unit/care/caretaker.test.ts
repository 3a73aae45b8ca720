import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { byOwner, Caretaker, type Holder } from '../../../node/care/caretaker.ts'
import { type CareVerdict, unhindered } from '../../../protocols/rules/care/care-verdict.ts'
import '../../support/property-seed.ts'

const hot: CareVerdict = {
  admits: false,
  loadShare: 0.25,
  stopsRunning: false,
  reasons: [{ cause: 'heat', text: '86 C at the core' }],
}
const off: CareVerdict = { ...hot, loadShare: 0, stopsRunning: true }
/** As it stands once it is of a card. */
const of = (card: string, verdict: CareVerdict): CareVerdict => ({
  ...verdict,
  reasons: verdict.reasons.map((reason) => ({ ...reason, card })),
})

function made(seats: readonly string[] = []) {
  const said: string[] = []
  const facts = { fails: false, seats, nowMs: 1_000 }
  const caretaker = new Caretaker({
    clock: { nowMs: () => facts.nowMs },
    seats: () => facts.seats,
    withdraw: async (isWithdrawn) => {
      said.push(isWithdrawn ? 'withdraws' : 'comes back')
      if (facts.fails) throw new Error('no network')
    },
    endRunning: (why, card) => said.push(`ends${card === undefined ? '' : ` on ${card}`}: ${why}`),
    onChange: ({ admits, reasons }) => said.push(`${admits}: ${reasons.map(({ cause }) => cause).join()}`),
    onFailure: ({ code }) => said.push(code),
  })
  return { caretaker, said, facts }
}

describe('the caretaker', () => {
  it('withdraws at the first hold, and comes back when the last one is gone', async () => {
    const { caretaker, said } = made()
    await caretaker.hold('owner', byOwner())
    await caretaker.hold('heat/a', hot)
    await caretaker.hold('owner', undefined)
    expect(caretaker.verdict).toEqual(of('a', hot))
    await caretaker.hold('heat/a', unhindered)
    expect(said.filter((word) => !word.includes(':'))).toEqual(['withdraws', 'comes back'])
    expect(caretaker.verdict).toEqual(unhindered)
  })

  it('names the gravest reason first, whoever came first', async () => {
    const { caretaker } = made()
    await caretaker.hold('owner', byOwner())
    await caretaker.hold('heat/a', off)
    expect(caretaker.verdict.reasons.map(({ cause }) => cause)).toEqual(['heat', 'owner'])
  })

  it('ends what runs when it has to stop, and only then', async () => {
    const { caretaker, said } = made()
    await caretaker.hold('heat/a', hot)
    await caretaker.hold('heat/a', off)
    expect(said.filter((word) => word.startsWith('ends'))).toEqual(['ends: 86 C at the core'])
  })

  it('goes by a verdict from the moment it is told, and says it once', async () => {
    const { caretaker, said } = made()
    const held = caretaker.hold('heat/a', hot)
    expect(caretaker.verdict.admits).toBe(false)
    await held
    await caretaker.hold('heat/a', { ...hot, loadShare: 0.26, reasons: [{ cause: 'heat', text: '85 C' }] })
    expect(said).toEqual(['false: heat', 'withdraws'])
  })

  it('stays withdrawn where that could not be told: who waits hears it, and who cannot wait too', async () => {
    const { caretaker, said, facts } = made()
    facts.fails = true
    await expect(caretaker.hold('owner', byOwner())).rejects.toThrow('no network')
    expect(caretaker.verdict.admits).toBe(false)
    caretaker.tell('owner', undefined)
    await expect.poll(() => said.at(-1)).toBe('BUG')
  })

  it('is as strict as the strictest, in whatever order they come and go', async () => {
    const verdict: fc.Arbitrary<CareVerdict> = fc.constantFrom(unhindered, byOwner(), hot, off, {
      admits: true,
      loadShare: 0.8,
      stopsRunning: false,
      reasons: [{ cause: 'heat' as const, text: '82 C' }],
    })
    const holder = fc.constantFrom<Holder>('owner', 'program', 'heat/a', 'heat/b', 'card/a')
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(holder, verdict), { maxLength: 30 }), async (changes) => {
        const { caretaker, said } = made()
        const held = new Map<Holder, CareVerdict>()
        for (const [who, what] of changes) {
          held.set(who, what)
          await caretaker.hold(who, what)
          const all = [...held.values()]
          expect(caretaker.verdict.admits).toBe(all.every(({ admits }) => admits))
          expect(caretaker.verdict.stopsRunning).toBe(all.some(({ stopsRunning }) => stopsRunning))
          expect(caretaker.verdict.loadShare).toBe(Math.min(1, ...all.map(({ loadShare }) => loadShare)))
        }
        // Never twice in a row the same word to the market.
        const market = said.filter((word) => word === 'withdraws' || word === 'comes back')
        expect(market.every((word, i) => word === (i % 2 === 0 ? 'withdraws' : 'comes back'))).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('keeps the offer while one of its cards works, and ends what runs on the other alone', async () => {
    const { caretaker, said } = made(['a', 'b'])
    await caretaker.hold('heat/a', off)
    expect(caretaker.verdict).toMatchObject({ admits: true, loadShare: 0.5, stopsRunning: false })
    expect([caretaker.verdictOf('a'), caretaker.verdictOf('b')]).toEqual([of('a', off), unhindered])
    await caretaker.hold('heat/a', { ...off, reasons: [{ cause: 'heat', text: '97 C' }] })
    await caretaker.hold('heat/b', { ...hot, admits: true })
    await caretaker.hold('heat/b', off)
    expect(said).toEqual([
      'true: heat',
      'ends on a: 86 C at the core',
      'true: heat,heat',
      'false: heat,heat',
      'withdraws',
      'ends: 97 C',
    ])
  })

  it('is held by a card that runs no models as little as if it were not there, and says that it stands', async () => {
    const { caretaker, said, facts } = made(['pci/0000:01:00.0'])
    await caretaker.hold('heat/pci/0000:02:00.0', off)
    expect([said, caretaker.verdict]).toEqual([[], unhindered])
    facts.nowMs = 5_000
    await caretaker.hold('heat/pci/0000:02:00.0', hot)
    expect(caretaker.holds()).toEqual([
      {
        holder: 'heat/pci/0000:02:00.0',
        card: 'pci/0000:02:00.0',
        sinceMs: 1_000,
        reach: 'nobody',
        verdict: of('pci/0000:02:00.0', hot),
      },
    ])
  })

  it('is held by the use of any card where models run on the processor alone', async () => {
    for (const [seats, admits] of [
      [['cpu'], false],
      [['cuda'], true],
      [['cpu', 'cuda'], true],
    ] as const) {
      const { caretaker } = made(seats)
      await caretaker.hold('card use/game', { ...byOwner(), reasons: [{ cause: 'presence', text: 'a game' }] })
      expect([caretaker.verdict.admits, caretaker.holds()[0]!.reach]).toEqual([admits, admits ? 'nobody' : 'miner'])
    }
  })

  it('takes every hold as its own until it knows its seats, and says only what that changes', async () => {
    const { caretaker, said, facts } = made()
    facts.seats = ['a']
    caretaker.seatsChanged()
    expect(said).toEqual([])
    facts.seats = []
    await caretaker.hold('heat/b', hot)
    expect([caretaker.verdict.admits, caretaker.verdictOf('a').admits]).toEqual([false, false])
    facts.seats = ['a']
    caretaker.seatsChanged()
    expect(said).toEqual(['false: heat', 'withdraws', 'true: ', 'comes back'])
  })

  it('says nothing when two warm cards change places, and does when one is warm instead of the other', async () => {
    const { caretaker, said, facts } = made(['a', 'b', 'c'])
    const warm = (loadShare: number): CareVerdict => ({ ...hot, admits: true, loadShare })
    await caretaker.hold('heat/a', warm(0.5))
    await caretaker.hold('heat/b', warm(0.52))
    said.length = 0
    await caretaker.hold('heat/a', warm(0.53))
    expect(said).toEqual([])
    await caretaker.hold('heat/b', undefined)
    said.length = 0
    await caretaker.hold('heat/c', warm(0.53))
    facts.seats = ['b', 'c']
    caretaker.seatsChanged()
    expect(said).toEqual(['true: heat,heat', 'true: heat'])
  })

  it('tells of a share that creeps once it has moved far enough', async () => {
    const { caretaker, said } = made(['a'])
    for (let share = 99; share >= 80; share--)
      await caretaker.hold('heat/a', { ...hot, admits: true, loadShare: share / 100 })
    expect(said.length).toBeGreaterThan(2)
    expect(caretaker.verdictOf('a').loadShare).toBeLessThan(0.85)
  })
})
