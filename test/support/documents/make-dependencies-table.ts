/**
 * Brings the facts of the table of dependencies in CONTRIBUTING.md up to date; a new dependency gets a row without a reason, which is
 * written by hand. By hand after a change of package.json: `npx node test/support/documents/make-dependencies-table.ts`.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  CONTRIBUTING,
  directDependencies,
  importedIn,
  licenceOf,
  lockedPackages,
  readRows,
  repository,
  withRows,
} from './dependencies-table.ts'

const locked = lockedPackages()

/** Where npm put what a package asks for: beside it, or further up. */
function pathOf(name: string, from: string): string | undefined {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    const path = `${at === '' ? '' : `${at}/`}node_modules/${name}`
    if (locked[path] !== undefined) return path
    if (at === '') return undefined
  }
}

/** The packages themselves and all that they bring. */
function closure(names: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>()
  const visit = (path: string | undefined): void => {
    if (path === undefined || seen.has(path)) return
    seen.add(path)
    const { dependencies, optionalDependencies } = locked[path]!
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) visit(pathOf(name, path))
  }
  for (const name of names) visit(pathOf(name, ''))
  return seen
}

/** What lies in its folder, without packages that lie within it. */
function bytesIn(folder: string): number {
  if (!existsSync(folder)) return 0
  const inner = readdirSync(folder, { withFileTypes: true }).filter(({ name }) => name !== 'node_modules')
  return inner
    .map((entry) => join(folder, entry.name))
    .reduce((sum, path, i) => sum + (inner[i]!.isDirectory() ? bytesIn(path) : statSync(path).size), 0)
}

const megabytes = (bytes: number): string =>
  bytes < 5e4 ? '<0.1' : bytes < 9.5e5 ? (bytes / 1e6).toFixed(1) : String(Math.round(bytes / 1e6))

const names = directDependencies()
const folders = importedIn(names)
const document = await readFile(CONTRIBUTING, 'utf8')
const reasons = new Map(readRows(document).map(({ name, reason }) => [name, reason]))

const rows = names.map((name) => {
  const others = closure(names.filter((other) => other !== name))
  const alone = [...closure([name])].filter((path) => !others.has(path) && path !== `node_modules/${name}`)
  // Of packages for each system only this one's is there.
  const there = alone.filter((path) => existsSync(join(repository, path)))
  const brings = megabytes(there.reduce((sum, path) => sum + bytesIn(join(repository, path)), 0))
  return {
    name,
    importedIn: folders.get(name)!,
    licence: licenceOf(name, locked),
    size: existsSync(join(repository, 'node_modules', name))
      ? megabytes(bytesIn(join(repository, 'node_modules', name)))
      : '',
    brings: there.length === 0 ? '' : `${there.length}: ${brings}`,
    reason: reasons.get(name) ?? '',
  }
})
await writeFile(CONTRIBUTING, withRows(document, rows))
