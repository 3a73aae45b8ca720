import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { statementVectors, VECTORS_PATH, vectorsText } from '../../support/statement-vectors/index.ts'

test('vectors.json is what the law gives for its fixed keys, byte for byte', async () => {
  expect(vectorsText(statementVectors()) === (await readFile(VECTORS_PATH, 'utf8'))).toBe(true)
})

describe('vectors.json holds more that must be refused than that must be accepted:', async () => {
  const vectors = JSON.parse(await readFile(VECTORS_PATH, 'utf8'))
  const count = (list: readonly unknown[], keep: (item: never) => boolean = () => true) =>
    list.filter(keep as (item: unknown) => boolean).length
  test('signed structs', () => {
    const valid = vectors.structs.flatMap(({ samples }: { samples: unknown[] }) => samples)
    expect(count([...vectors.invalidSigned, ...vectors.invalidKeyCerts])).toBeGreaterThan(10 * count(valid))
  })
  test('envelopes', () => {
    const accepted = count(vectors.envelopes, ({ verdict }: { verdict: string }) => verdict === 'accept')
    expect(count(vectors.envelopes) - accepted).toBeGreaterThan(accepted)
  })
  test('paths, contents and contradictions', () => {
    const paths = vectors.merkle.valid.flatMap(({ paths }: { paths: unknown[] }) => paths)
    expect(count(vectors.merkle.invalid)).toBeGreaterThan(count(paths))
    expect(count(vectors.content.invalid)).toBeGreaterThan(count(vectors.content.valid))
    const punished = count(vectors.contradictions, ({ fault }: { fault: null }) => fault === null)
    expect(count(vectors.contradictions) - punished).toBeGreaterThan(punished)
  })
})
