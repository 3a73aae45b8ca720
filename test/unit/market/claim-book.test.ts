import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listClaims } from '../../../node/control/methods/claims-method.ts'
import { CLAIMS_MAX, ClaimBook, type ClaimEvidence, EVIDENCE_MAX, NOTES_MAX } from '../../../node/market/claim-book.ts'
import { ClaimsFile } from '../../../node/market/claims-file.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { APART_MS, CLAIM_FACTOR } from '../../../protocols/rules/probing/claim-standing.ts'
import { weigh } from '../../../protocols/rules/routing/weigh-candidate.ts'
import { PROFILE_BYTES_MAX, PROFILE_GPUS_MAX } from '../../../protocols/wire/profile/profile-body.ts'
import { ANYTHING, named } from '../../support/routing-candidates.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const NOW = 1_800_000_000_000
const addressOf = (i: number) => `0x${i.toString(16).padStart(40, '0')}` as Address
const evidence = (atMs: number): ClaimEvidence => ({
  atMs,
  kind: 'slow',
  found: 'it did 1 GFLOPS and claims 10',
  profile: '0x00',
  transcript: { seed: '0x01' },
})

function convicted(book: ClaimBook, miner: Address): void {
  for (const i of [2, 1, 0]) {
    const atMs = NOW - i * APART_MS
    book.note(miner, { atMs, kind: 'slow' }, { evidence: evidence(atMs) })
  }
}

describe('the book of claims', () => {
  it('makes the offers of a liar dearer, and those of nobody else', () => {
    const book = new ClaimBook(new ManualClock(NOW))
    const [liar, paused, unknown] = [addressOf(1), addressOf(2), addressOf(3)]
    convicted(book, liar)
    for (let i = 0; i < 9; i++) book.note(paused, { atMs: NOW - i, kind: 'refused' })
    expect([liar, paused, unknown].map((miner) => book.factorOf(miner))).toEqual([CLAIM_FACTOR.lying, 1, 1])
    const cost = (claimFactor: number): number => weigh(named('it', { claimFactor }), ANYTHING).cost
    expect(cost(book.factorOf(liar))).toBeCloseTo(cost(1) * CLAIM_FACTOR.lying, 9)
    expect(cost(book.factorOf(unknown))).toBe(cost(1))
  })

  it('drops what it held against a miner that then showed what it claims', () => {
    const book = new ClaimBook(new ManualClock(NOW))
    convicted(book, addressOf(1))
    book.note(addressOf(1), { atMs: NOW, kind: 'shown' }, { shown: { gflops: 10, heldBytes: 5, atMs: NOW } })
    expect(book.standingOf(addressOf(1))).toBe('shown')
    expect(book.rows()).toMatchObject([{ evidence: [], shown: { gflops: 10 } }])
  })

  it('drops only what it held against the same card, and calls a claim shown when all its cards were', () => {
    const book = new ClaimBook(new ManualClock(NOW))
    const [miner, cards] = [addressOf(1), [0, 2]]
    for (const i of [3, 2, 1]) {
      const atMs = NOW - i * APART_MS
      book.note(miner, { atMs, kind: 'slow', card: 2 }, { cards, evidence: { ...evidence(atMs), card: 2 } })
      book.note(miner, { atMs: atMs + 1, kind: 'shown', card: 0 }, { cards })
    }
    expect(book.standingOf(miner)).toBe('lying')
    expect(book.rows()[0]!.evidence).toHaveLength(3)
    book.note(miner, { atMs: NOW, kind: 'shown', card: 2 }, { cards })
    expect([book.standingOf(miner), book.rows()[0]!.evidence]).toEqual(['shown', []])
    // A card that it claims from now on was shown to nobody.
    book.note(miner, { atMs: NOW, kind: 'refused', card: 1 }, { cards: [0, 1, 2] })
    expect([book.standingOf(miner), book.cardsOf(miner)]).toEqual(['unproven', [0, 1, 2]])
  })

  it('has a bound: who was heard of least lately goes, and a liar after everybody else', () => {
    const book = new ClaimBook(new ManualClock(NOW))
    convicted(book, addressOf(0))
    for (let i = 1; i <= CLAIMS_MAX; i++) book.note(addressOf(i), { atMs: NOW, kind: 'unsure' })
    expect(book.rows()).toHaveLength(CLAIMS_MAX)
    expect(book.standingOf(addressOf(0))).toBe('lying')
    expect(book.notesOf(addressOf(1))).toEqual([])
    for (let i = 0; i < 2 * NOTES_MAX; i++) book.note(addressOf(2), { atMs: NOW + i, kind: 'unsure' })
    expect(book.notesOf(addressOf(2))).toHaveLength(NOTES_MAX)
  })
})

describe('the file of claims', () => {
  it('brings back what was found, for its owner alone, and leaves out what is none', () => {
    const path = join(temporaryFolder(), 'claims.json')
    const file = new ClaimsFile(path)
    expect(file.read()).toEqual([])
    const book = new ClaimBook(new ManualClock(NOW))
    convicted(book, addressOf(1))
    const shown = { gflops: 10, heldBytes: 5, atMs: NOW }
    book.note(addressOf(2), { atMs: NOW, kind: 'shown', card: 1 }, { cards: [0, 1], shown })
    file.write(book.rows())
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(file.read()).toEqual(book.rows())
    expect(new ClaimBook(new ManualClock(NOW), file.read()).standingOf(addressOf(1))).toBe('lying')
    const [liar, honest] = book.rows()
    const bad = [
      { ...liar, miner: 'me' },
      { ...liar, notes: [{ atMs: NOW, kind: 'bad' }] },
      { ...liar, notes: [{ atMs: NOW, kind: 'slow', card: 16 }] },
      { ...liar, cards: [-1] },
      null,
    ]
    writeFileSync(path, JSON.stringify({ version: 1, claims: [...bad, honest] }))
    expect(file.read()).toEqual([honest])
    writeFileSync(path, '{"version": 1')
    expect(file.read()).toEqual([])
  })

  it('is read again where every row is as long as liars can make it', () => {
    const file = new ClaimsFile(join(temporaryFolder(), 'claims.json'))
    const held: ClaimEvidence = {
      ...{ atMs: NOW, card: PROFILE_GPUS_MAX - 1, kind: 'forgetful', found: 'x'.repeat(256) },
      profile: `0x${'00'.repeat(PROFILE_BYTES_MAX)}`,
      transcript: { engine: 'x'.repeat(4_096 - '{"engine":""}'.length) },
    }
    const rows = Array.from({ length: CLAIMS_MAX }, (_, i) => ({
      miner: addressOf(i),
      notes: Array.from({ length: NOTES_MAX }, () => ({ atMs: NOW, kind: 'forgetful' as const, card: 15 })),
      cards: Array.from({ length: PROFILE_GPUS_MAX }, (_, card) => card),
      evidence: Array.from({ length: EVIDENCE_MAX }, () => held),
    }))
    file.write(rows)
    expect(file.read()).toHaveLength(CLAIMS_MAX)
  })

  it('is listed by whom something is held against, and whole for whom is asked for', () => {
    const book = new ClaimBook(new ManualClock(NOW))
    convicted(book, addressOf(1))
    book.note(addressOf(2), { atMs: NOW, kind: 'unsure' })
    const [row] = listClaims(book.rows(), {}, NOW)
    expect(listClaims(book.rows(), {}, NOW)).toHaveLength(1)
    expect(row).toEqual({ miner: addressOf(1), standing: 'lying', found: evidence(0).found, atMs: NOW })
    expect(listClaims(book.rows(), { id: addressOf(1).toUpperCase().replace('0X', '0x') }, NOW)).toMatchObject([
      { evidence: [{}, {}, {}] },
    ])
    expect(listClaims(book.rows(), { id: '0x1234' }, NOW)).toEqual([])
  })
})
