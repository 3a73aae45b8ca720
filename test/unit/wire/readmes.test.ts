import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { errorCatalogue } from '../../../protocols/kernel/errors.ts'
import { refusalReasons, refusalTable } from '../../../protocols/wire/job/refusals.ts'
import { readmeOf, wireFolders, withTables } from '../../support/protocol-tables/index.ts'
import { statedProtocols } from '../../support/protocol-tables/stated-protocols.ts'

const textOf = (folder: string): string => readFileSync(readmeOf(folder), 'utf8')

describe.each(wireFolders)('the README of protocols/wire/%s', (folder) => {
  const readme = textOf(folder)
  const { protocol, topic, space, words = [] } = statedProtocols[folder] ?? {}

  it('has limits and errors as the code has them: else run test/support/documents/make-protocol-tables.ts', () => {
    expect(withTables(folder, readme)).toBe(readme)
  })

  it('names its ids', () => {
    for (const { name, major } of [protocol, topic].filter((item) => item !== undefined))
      expect(readme).toMatch(new RegExp(`\`/aitbc/<tag>/${name}/${major}[\`/]`))
    if (space !== undefined) expect(readme).toContain(`/aitbc-${space.name}/`)
  })

  it('explains every word that it says no with', () => {
    for (const word of words) expect(readme).toMatch(new RegExp(`(?<![\\w-])${word}(?![\\w-])`))
  })
})

it('the README of jobs says of the same reasons that a client does the same', () => {
  const told = [...textOf('job').matchAll(/^\| ([A-Z_]+(?:, [A-Z_]+)*) +\| (?!\d)/gm)].map(([, reasons]) =>
    reasons!.split(', ').sort(),
  )
  const done = Object.values(Object.groupBy(refusalReasons, (reason) => refusalTable[reason].clientDoes))
  expect(told.sort()).toEqual(done.map((reasons) => [...reasons].sort()).sort())
})

describe('a README', () => {
  const of = (change: (readme: string) => string): (() => string) => {
    return () => withTables('job', change(textOf('job')))
  }

  it('is set right where a figure in it is another', () => {
    expect(of((readme) => readme.replace(/(\| deadline +\| )3,600,000/, '$17'))()).toBe(textOf('job'))
    expect(of((readme) => readme.replace(/^\| WRONG_JOB .*\n/m, ''))()).toBe(textOf('job'))
  })

  it('is refused where a limit is missing, unknown to the code, or without a reason', () => {
    expect(of((readme) => readme.replace(/\| deadline .*\n/, ''))).toThrow('lacks: deadline')
    expect(of((readme) => readme.replace('| deadline ', '| patience '))).toThrow('no figure for the limit "patience"')
    expect(of((readme) => readme.replace(/(\| deadline .* \|).*\|\n/, '$1  |\n'))).toThrow('no reason')
  })

  it('names in capitals errors and words that there are', () => {
    const words = Object.values(statedProtocols).flatMap((of) => of.words ?? [])
    const known = new Set([...Object.keys(errorCatalogue), ...words, ...ABBREVIATIONS])
    const capitals = wireFolders.flatMap((folder) => textOf(folder).match(/\b[A-Z][A-Z_]{2,}\b/g) ?? [])
    expect([...new Set(capitals)].filter((word) => !known.has(word))).toEqual([])
  })
})

const ABBREVIATIONS = ['AITBC', 'ASCII', 'CBOR', 'CPU', 'CUDA', 'DHT', 'ONNX', 'README', 'SHA', 'TFLOPS', 'UTF']
