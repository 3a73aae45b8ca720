import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AUDITS_MAX, AuditBook } from '../../../../node/client/auditing/audit-book.ts'
import type { AuditParty, AuditRow } from '../../../../node/client/auditing/audit-row.ts'
import { toHex } from '../../../../protocols/kernel/bytes.ts'
import type { Hash32 } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import type { AuditOutcome } from '../../../../protocols/rules/auditing/audit-verdict.ts'
import { VirtualClock } from '../../../../simulations/clock/virtual-clock.ts'
import '../../../support/property-seed.ts'
import { digestOf } from '../../../support/statement-vectors/cast.ts'
import { addressOf } from '../../../support/virtual/audited-market.ts'
import { model } from '../../../support/wire-vectors/job-samples.ts'

const hashOf = (word: string): Hash32 => toHex(digestOf(word)) as Hash32
const party = (i: number, outcome: AuditOutcome, role: AuditParty['role'] = 'audited'): AuditParty => ({
  role,
  miner: addressOf(i),
  outcome,
  ...(outcome === 'inconclusive' ? { why: 'no-twin' as const } : {}),
})
const row = (i: number, parties: readonly AuditParty[], atMs = 1_800_000_000_000): AuditRow => ({
  ...{ drawn: hashOf(`receipt ${i}`), atMs, model, kernelClass: hashOf('class'), tolerance: 'tol32', by: 'twin' },
  ...{ share: 50_000, parties, cost: '1000' },
})

describe('the book of audits', () => {
  it('counts a receipt once, whatever is said of it again', () => {
    const book = new AuditBook(new VirtualClock())
    expect(book.note(row(1, [party(0, 'mismatched')]))).toBe(true)
    expect(book.note(row(1, [party(0, 'mismatched')]))).toBe(false)
    expect(book.tallyOf(addressOf(0))).toEqual({ matched: 0, mismatched: 1, inconclusive: 0 })
  })

  it('goes on from what was kept', () => {
    const kept = {
      rows: [1, 2, 3].map((i) => row(i, [party(0, 'mismatched')])),
      money: { spent: credits(9), audits: credits(3) },
    }
    const book = new AuditBook(new VirtualClock(), kept)
    expect(book.isBarred(addressOf(0))).toBe(true)
    expect(book.money).toEqual(kept.money)
    expect(book.note(kept.rows[0]!)).toBe(false)
  })

  it('knows nothing against who was never looked at', () => {
    const book = new AuditBook(new VirtualClock())
    expect(book.standingOf(addressOf(5))).toBe('untested')
    expect(book.factorOf(addressOf(5))).toBe(1)
    expect(book.isBarred(addressOf(5))).toBe(false)
  })

  it('forgets first what found nothing out, and last what convicts', () => {
    const forgotten: (Hash32 | undefined)[] = []
    const book = new AuditBook(new VirtualClock(), undefined, {
      keep: (_, gone) => forgotten.push(gone),
      keepMoney: () => undefined,
    })
    book.note(row(0, [party(0, 'mismatched')]))
    book.note(row(1, [party(1, 'matched')]))
    book.note(row(2, [party(2, 'inconclusive')]))
    for (let i = 3; i < AUDITS_MAX; i++) book.note(row(i, [party(3, 'matched')]))
    book.note(row(AUDITS_MAX, [party(4, 'matched')]))
    book.note(row(AUDITS_MAX + 1, [party(4, 'matched')]))
    expect(book.rows()).toHaveLength(AUDITS_MAX)
    expect(forgotten.slice(-2)).toEqual([hashOf('receipt 2'), hashOf('receipt 1')])
    expect(book.rows()[0]!.drawn).toBe(hashOf('receipt 0'))
    // With its last audit a miner is forgotten: names that come and go take no memory.
    expect(book.miners()).toEqual([0, 3, 4].map(addressOf))
  })

  it('counts what is set aside as spent until it is known what it was', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 9n }).map(credits)
    fc.assert(
      fc.property(fc.array(fc.record({ reserved: amount, paid: amount }), { maxLength: 20 }), (audits) => {
        const book = new AuditBook(new VirtualClock())
        let paid = 0n
        for (const audit of audits) {
          book.reserve(audit.reserved)
          expect(book.money.audits).toBe(paid + audit.reserved)
          const price = audit.paid < audit.reserved ? audit.paid : audit.reserved
          book.costs(audit.reserved, price)
          paid += price
          expect(book.money.audits).toBe(paid)
        }
      }),
    )
  })
})
