import { expect, test } from 'vitest'
import type { CourtSink } from '../../../../node/chain/court/court-sink.ts'
import { LazyCourt } from '../../../../node/chain/court/lazy-court.ts'
import { EVIDENCE_MAX, type KeptEvidence } from '../../../../node/market/evidence-store.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { type Hash32, hash32 } from '../../../../protocols/kernel/ids.ts'

const nullifierOf = (number: number): Hash32 => hash32(`0x${number.toString(16).padStart(64, '0')}`)
const evidence = (number: number): KeptEvidence => ({ nullifier: nullifierOf(number) }) as KeptEvidence
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function set() {
  const facts = { opened: 0, taken: [] as Hash32[], closed: 0, failure: undefined as MeshError | undefined }
  const failures: string[] = []
  const gate = Promise.withResolvers<void>()
  const court = {
    take: ({ nullifier }: KeptEvidence) => void facts.taken.push(nullifier),
    standing: (nullifier: Hash32) => (facts.taken.includes(nullifier) ? 'as the court says' : undefined),
    [Symbol.asyncDispose]: async () => void facts.closed++,
  } as unknown as CourtSink
  const lazy = new LazyCourt(
    async () => {
      facts.opened++
      await gate.promise
      if (facts.failure !== undefined) throw facts.failure
      return court
    },
    ({ code }) => failures.push(code),
  )
  return { facts, failures, lazy, open: () => gate.resolve() }
}

test('a court is opened with the first evidence and not before, once, and gets all that came meanwhile', async () => {
  const { facts, lazy, open } = set()
  expect([facts.opened, lazy.standing(nullifierOf(1))]).toEqual([0, undefined])
  lazy.take(evidence(1))
  lazy.take(evidence(2))
  lazy.take(evidence(1))
  expect([facts.opened, lazy.standing(nullifierOf(2))]).toEqual([1, 'is being shown to it'])
  open()
  await settled()
  lazy.take(evidence(3))
  expect(facts.taken).toEqual([1, 2, 3].map(nullifierOf))
  expect(facts.opened).toBe(1)
  expect(lazy.standing(nullifierOf(3))).toBe('as the court says')
})

test('where it cannot be opened that is told, and the next evidence tries again and takes what waited along', async () => {
  const { facts, failures, lazy, open } = set()
  facts.failure = new MeshError('DISK_FULL', {})
  open()
  lazy.take(evidence(1))
  await settled()
  expect([failures, facts.taken]).toEqual([['DISK_FULL'], []])
  expect(lazy.standing(nullifierOf(1))).toBe('is being shown to it')
  facts.failure = undefined
  lazy.take(evidence(2))
  await settled()
  expect([facts.opened, facts.taken]).toEqual([2, [1, 2].map(nullifierOf)])
  expect(failures).toHaveLength(1)
})

test('while it is closed no more waits than is ever kept', async () => {
  const { facts, lazy, open } = set()
  for (let i = 0; i < EVIDENCE_MAX + 50; i++) lazy.take(evidence(i))
  open()
  await settled()
  expect(facts.taken).toHaveLength(EVIDENCE_MAX)
})

test('its end waits for an opening that is under way, and closes what was opened', async () => {
  const { facts, lazy, open } = set()
  lazy.take(evidence(1))
  const ended = lazy[Symbol.asyncDispose]()
  await settled()
  expect(facts.closed).toBe(0)
  open()
  await ended
  expect(facts.closed).toBe(1)
  const { facts: none, lazy: unused } = set()
  await unused[Symbol.asyncDispose]()
  expect([none.opened, none.closed]).toEqual([0, 0])
})
