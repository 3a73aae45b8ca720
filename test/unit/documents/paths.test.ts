/** What the documents say of the tree: each path that they name is there. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const repository = fileURLToPath(new URL('../../..', import.meta.url))
const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: repository, encoding: 'utf8' })
  .trimEnd()
  .split('\n')
  // What was true of a release stays written there.
  .filter((path) => path !== 'CHANGELOG.md' && existsSync(join(repository, path)))

const ROOMS = ['protocols', 'node', 'contracts', 'bootstrap', 'simulations', 'test', 'docs']
/** Rooms that texts name without the house before them. */
const SHORT = { rules: 'protocols/rules', wire: 'protocols/wire', statements: 'protocols/statements' }

/** Of the texts in backticks those that are paths of this tree; what has a gap to be filled, as `<name>` or `*`, is none. */
function pathsIn(text: string): readonly string[] {
  return [...text.matchAll(/`([\w./-]+\/[\w./-]*)`/g)].flatMap(([, path]) => {
    const [room, ...rest] = path!.split('/') as [string, ...string[]]
    if (ROOMS.includes(room)) return [path!]
    return room in SHORT ? [[SHORT[room as keyof typeof SHORT], ...rest].join('/')] : []
  })
}

const linksIn = (text: string): readonly string[] =>
  [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].map(([, path]) => path!)

const isThere = (path: string): boolean => ['', '.ts', '.sol', '.test.ts'].some((end) => existsSync(path + end))

it.each(documents)('%s names no path that is not there', (document) => {
  const text = readFileSync(join(repository, document), 'utf8')
  const missing = [
    ...pathsIn(text).filter(
      (path) => !isThere(join(repository, path)) && !isThere(join(repository, dirname(document), path)),
    ),
    ...linksIn(text).filter((path) => !isThere(join(repository, dirname(document), path))),
  ]
  expect(missing).toEqual([])
})
