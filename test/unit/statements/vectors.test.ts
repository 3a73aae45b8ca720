import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { structTypes } from '../../../protocols/statements/struct-types.ts'
import { statementVectors, VECTORS_PATH, vectorsText } from '../../support/statement-vectors/index.ts'

test('vectors.json is what the law gives for its fixed keys, byte for byte', async () => {
  expect(vectorsText(statementVectors()) === (await readFile(VECTORS_PATH, 'utf8'))).toBe(true)
})

test('the README lists the court structs with their fields in signing order, and no other', async () => {
  const readme = await readFile(new URL('README.md', VECTORS_PATH), 'utf8')
  const [, table = ''] = readme.split('## Court structs')
  const told = [...table.split('\n## ')[0]!.matchAll(/^\| (\w+) +\| ([^|]+?) +\|/gm)].map(([, name, fields]) => [
    name,
    fields,
  ])
  const signed = Object.values(structTypes).map(({ name, fields }) => [name, Object.keys(fields).join(', ')])
  expect(Object.fromEntries(told.slice(1))).toEqual(Object.fromEntries(signed))
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
