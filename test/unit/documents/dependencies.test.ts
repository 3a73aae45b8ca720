/** CONTRIBUTING.md says of every direct dependency what it is for: none comes, spreads or changes its licence unseen. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import {
  CONTRIBUTING,
  directDependencies,
  importedIn,
  licenceOf,
  readRows,
} from '../../support/documents/dependencies-table.ts'

const rows = readRows(readFileSync(CONTRIBUTING, 'utf8'))
const names = directDependencies()

it('has a row for each direct dependency, and none for any other', () => {
  expect(rows.map(({ name }) => name)).toEqual(names)
})

it('has the licence that package-lock.json has', () => {
  const named = rows.map(({ name, licence }) => [name, licence])
  expect(named).toEqual(names.map((name) => [name, licenceOf(name)]))
})

it('names the folders that import each', () => {
  const folders = importedIn(names)
  const named = rows.map((row) => [row.name, row.importedIn])
  expect(named).toEqual(names.map((name) => [name, folders.get(name)]))
})

it('gives a reason for each, also for one that nothing imports', () => {
  expect(rows.filter(({ reason }) => reason.length < 15)).toEqual([])
})
