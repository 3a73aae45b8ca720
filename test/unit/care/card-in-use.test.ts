import { describe, expect, it } from 'vitest'
import { cardsInUse } from '../../../node/care/presence/card-in-use.ts'
import type { CardForm } from '../../../protocols/rules/cards/card-facts.ts'

const NOW_MS = 1_000_000
/** Readings every ten seconds, the last one now. */
const card = (shares: readonly (number | undefined)[], form: CardForm = 'discrete', key = 'a') => ({
  facts: { key, form, name: 'a card' },
  readings: shares.map((utilisation, i) => ({
    atMs: NOW_MS - 10_000 * (shares.length - 1 - i),
    temperaturesC: {},
    ...(utilisation === undefined ? {} : { utilisation }),
  })),
})
const LONG_AGO_MS = 0
const longAgo = () => LONG_AGO_MS

describe('a card', () => {
  it('that is busy for half a minute without a job of ours is in use', () => {
    const verdict = {
      admits: false,
      loadShare: 1,
      stopsRunning: false,
      reasons: [{ cause: 'presence', text: 'other programs use a card' }],
    }
    const idle = card([0.05, 0.1, 0, 0.1, 0.1], 'discrete', 'b')
    expect(cardsInUse([idle, card([0.05, 0.9, 0.8, 0.9, 0.9])], longAgo, NOW_MS)).toEqual(
      new Map([['card use/a', verdict]]),
    )
  })

  it('is shown with the program that holds most of its memory, which is none of ours', () => {
    const busy = card([0.9, 0.9, 0.9, 0.9, 0.9])
    const processes = [
      { pid: 1, program: 'Xorg', memoryBytes: 5 },
      { pid: 2, program: 'node', memoryBytes: 90 },
      { pid: 3, program: 'blender', memoryBytes: 80 },
      { pid: 4, memoryBytes: 100 },
      { pid: 5, program: 'hidden' },
    ]
    const readings = busy.readings.map((reading) => ({ ...reading, processes }))
    const textOf = (some: Parameters<typeof cardsInUse>[0]) => {
      const used = cardsInUse(some, longAgo, NOW_MS, (program) => program === 'node')
      return used === 'unknown' ? used : used.get('card use/a')!.reasons[0]!.text
    }
    expect(textOf([{ ...busy, readings }])).toBe('other programs use a card; blender holds most of its memory')
    expect(textOf([busy])).toBe('other programs use a card')
  })

  it('is told apart from one that our own job keeps busy', () => {
    const busy = [0.9, 0.9, 0.9, 0.9, 0.9]
    const ended = (key: string) => (key === 'a' ? NOW_MS : LONG_AGO_MS)
    const used = cardsInUse([card(busy), card(busy, 'discrete', 'b')], ended, NOW_MS)
    expect([...(used as Map<string, unknown>).keys()]).toEqual(['card use/b'])
  })

  it.each([
    ['is drawn on now and then', [0.05, 0.2, 0.9, 0.1, 0.2], LONG_AGO_MS],
    ['is busy for ten seconds only', [0, 0, 0, 0.9, 0.9], LONG_AGO_MS],
    ['says what is no number', new Array<number>(5).fill(Number.NaN), LONG_AGO_MS],
    ['was busy with our own job', [0.9, 0.9, 0.9, 0.9, 0.9], NOW_MS - 15_000],
    ['runs our job now', [0.9, 0.9, 0.9, 0.9, 0.9], NOW_MS],
  ] as const)('that %s is not', (_, shares, ownWorkEndedMs) => {
    expect(cardsInUse([card(shares)], () => ownWorkEndedMs, NOW_MS)).toEqual(new Map())
  })

  it('that does not say, or is the processor, tells nothing', () => {
    expect(cardsInUse([card([undefined]), card([1, 1, 1, 1], 'cpu')], longAgo, NOW_MS)).toBe('unknown')
    expect(cardsInUse([], longAgo, NOW_MS)).toBe('unknown')
  })
})
