import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ProposedLease } from '../../../protocols/wire/lease/lease-terms.ts'
import { openJournal } from '../../support/open-journal.ts'
import { attemptOf, hashOfWord } from '../../support/receipts.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { proposedLease } from '../../support/wire-vectors/lease-vectors.ts'

const HOUR_S = 3_600n
const { startsAt } = proposedLease
/** From this hour of the card on, that many hours. */
const hours = (from: bigint, count: bigint): ProposedLease => ({
  ...proposedLease,
  startsAt: startsAt + from * HOUR_S,
  endsAt: startsAt + (from + count) * HOUR_S,
})

describe('the time of a card is signed away once', () => {
  test.each<[string, ProposedLease]>([
    ['the same', hours(2n, 2n)],
    ['one that ends in it', hours(1n, 2n)],
    ['one that begins in it', hours(3n, 2n)],
    ['one within it', { ...hours(2n, 2n), startsAt: startsAt + 2n * HOUR_S + 1n, endsAt: startsAt + 4n * HOUR_S - 1n }],
    ['one around it', hours(1n, 4n)],
  ])('%s is refused, also when the journal was opened again', async (_, other) => {
    const path = join(temporaryFolder(), 'node')
    const first = await openJournal(path)
    expect(await first.journal.leases.recordLease(attemptOf('first'), hours(2n, 2n), 1)).toBe('recorded')
    expect(await first.journal.leases.recordLease(attemptOf('other'), other, 1)).toBe('taken')
    await first[Symbol.asyncDispose]()
    const { leases } = (await openJournal(path)).journal
    expect(await leases.recordLease(attemptOf('other'), other, 1)).toBe('taken')
    expect(leases.lease(attemptOf('other'))).toBeUndefined()
    expect(leases.lease(attemptOf('first'))).toMatchObject({ proposed: hours(2n, 2n), steps: 1 })
  })

  test('what touches it, and another card, is not', async () => {
    const { leases } = (await openJournal(join(temporaryFolder(), 'node'))).journal
    const all = [hours(2n, 2n), hours(1n, 1n), hours(4n, 1n), { ...hours(2n, 2n), card: hashOfWord('another card') }]
    for (const [i, lease] of all.entries()) {
      expect(await leases.recordLease(attemptOf(`${i}`), lease, 1)).toBe('recorded')
    }
    expect(leases.leasesAfter(0n)).toHaveLength(all.length)
  })

  test('a lease that was given back leaves its time signed away', async () => {
    const { leases } = (await openJournal(join(temporaryFolder(), 'node'))).journal
    await leases.recordLease(attemptOf('first'), hours(2n, 2n), 1)
    await leases.recordEnd(attemptOf('first'), { at: startsAt, how: 'lessee' }, 0n)
    expect(await leases.recordLease(attemptOf('other'), hours(2n, 2n), 1)).toBe('taken')
  })
})
