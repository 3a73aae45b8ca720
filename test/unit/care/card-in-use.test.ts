import { describe, expect, it } from 'vitest'
import { cardInUse } from '../../../node/care/presence/card-in-use.ts'
import type { CardForm } from '../../../protocols/rules/cards/card-facts.ts'

const NOW_MS = 1_000_000
/** Readings every ten seconds, the last one now. */
const card = (shares: readonly (number | undefined)[], form: CardForm = 'discrete') => ({
  facts: { form, name: 'a card' },
  readings: shares.map((utilisation, i) => ({
    atMs: NOW_MS - 10_000 * (shares.length - 1 - i),
    temperaturesC: {},
    ...(utilisation === undefined ? {} : { utilisation }),
  })),
})
const LONG_AGO_MS = 0

describe('a card', () => {
  it('that is busy for half a minute without a job of ours is in use', () => {
    expect(cardInUse([card([0.05, 0.9, 0.8, 0.9, 0.9])], LONG_AGO_MS, NOW_MS)).toMatchObject({
      admits: false,
      stopsRunning: false,
      reasons: [{ cause: 'presence', text: 'other programs use a card' }],
    })
  })

  it.each([
    ['is drawn on now and then', [0.05, 0.2, 0.9, 0.1, 0.2], LONG_AGO_MS],
    ['is busy for ten seconds only', [0, 0, 0, 0.9, 0.9], LONG_AGO_MS],
    ['was busy with our own job', [0.9, 0.9, 0.9, 0.9, 0.9], NOW_MS - 15_000],
    ['runs our job now', [0.9, 0.9, 0.9, 0.9, 0.9], NOW_MS],
  ] as const)('that %s is not', (_, shares, ownWorkEndedMs) => {
    expect(cardInUse([card(shares)], ownWorkEndedMs, NOW_MS)).toBeUndefined()
  })

  it('that does not say, or is the processor, tells nothing', () => {
    expect(cardInUse([card([undefined]), card([1, 1, 1, 1], 'cpu')], LONG_AGO_MS, NOW_MS)).toBe('unknown')
    expect(cardInUse([], LONG_AGO_MS, NOW_MS)).toBe('unknown')
  })
})
