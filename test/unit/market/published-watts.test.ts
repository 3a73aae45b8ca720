import { describe, expect, it } from 'vitest'
import { ClaimBook } from '../../../node/market/claim-book.ts'
import { publishedWatts } from '../../../node/market/published-watts.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

describe('what a card draws', () => {
  it('is what is published of the model that it is said to be', () => {
    expect(publishedWatts({ catalogueId: 'geforce-rtx-3050-8gb' }, 5_000)).toBe(130)
  })

  it('is unknown of no model, of one that nobody published, and of one that could not do what was shown', () => {
    expect(publishedWatts({}, 5_000)).toBeUndefined()
    expect(publishedWatts({ catalogueId: 'geforce-rtx-9999' }, 5_000)).toBeUndefined()
    // 6.774 TFLOPS are published, and it is as quick as a card of three times the watts.
    expect(publishedWatts({ catalogueId: 'geforce-rtx-3050-6gb' }, 8_400)).toBe(70)
    expect(publishedWatts({ catalogueId: 'geforce-rtx-3050-6gb' }, 8_500)).toBeUndefined()
  })

  it('stands beside what was shown, where both are known', () => {
    const miner = `0x${'1'.repeat(40)}` as Address
    const book = new ClaimBook(new ManualClock())
    expect(book.efficiencyOf(miner)).toBeUndefined()
    const shown = { gflops: 5_000, heldBytes: 1, atMs: 1 }
    book.note(miner, { atMs: 1, kind: 'shown' }, { shown })
    expect(book.efficiencyOf(miner)).toBeUndefined()
    book.note(miner, { atMs: 2, kind: 'shown' }, { shown: { ...shown, tdpW: 130 } })
    book.note(miner, { atMs: 3, kind: 'lost' })
    expect(book.efficiencyOf(miner)).toEqual({ gflops: 5_000, watts: 130 })
  })
})
