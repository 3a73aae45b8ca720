/**
 * The table of dependencies in CONTRIBUTING.md. What a package is for, and why it is that one, a person writes there; the rest are
 * facts: of package.json, package-lock.json, the imports of this tree and, for the sizes, of what is installed here.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export const repository: string = fileURLToPath(new URL('../../..', import.meta.url))
export const CONTRIBUTING = new URL('../../../CONTRIBUTING.md', import.meta.url)
const BEGIN = '<!-- dependencies: facts by test/support/documents/make-dependencies-table.ts, reasons by hand -->'
const END = '<!-- end of dependencies -->'
const HEAD = ['package', 'imported in', 'licence', 'MB', 'brings', 'what for; why not our own, why not another']

export interface DependencyRow {
  readonly name: string
  readonly importedIn: string
  readonly licence: string
  /** Of its own folder. */
  readonly size: string
  /** What nothing else brings. */
  readonly brings: string
  readonly reason: string
}

export interface LockedPackage {
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const readJson = (path: string) => JSON.parse(readFileSync(`${repository}/${path}`, 'utf8'))

/** Direct dependencies of every kind. */
export function directDependencies(): readonly string[] {
  const { dependencies, devDependencies, optionalDependencies, peerDependencies } = readJson('package.json')
  return [dependencies, optionalDependencies, peerDependencies, devDependencies].flatMap((kind) => Object.keys(kind))
}

export const lockedPackages = (): Readonly<Record<string, LockedPackage>> => readJson('package-lock.json').packages

/** As package-lock.json has it; nothing of a peer that is not installed. */
export const licenceOf = (name: string, locked = lockedPackages()): string =>
  locked[`node_modules/${name}`]?.license?.replace(/^\((.*)\)$/, '$1') ?? ''

/** `import … from 'x'`, `import('x/y')`, `resolve('x')` and `createRequire(…)('x')`, in TypeScript and Solidity. */
const IMPORT = /(?:\bfrom|\bimport|\bimport\(|\bresolve\(|\)\()\s*['"]((?:@[\w.-]+\/)?[\w.-]+)(?:\/[^'"]*)?['"]/g
const ROOMS_WITH_FOLDERS = ['bootstrap', 'contracts', 'node']
/** Where more folders of a room import a package, it is the room's. */
const FOLDERS_MAX = 4

/** The folders whose files import each. */
export function importedIn(names: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map(names.map((name) => [name, new Set<string>()]))
  const paths = execFileSync('git', ['ls-files', '*/*.ts', '*/*.sol'], { cwd: repository, encoding: 'utf8' })
  for (const path of paths.trimEnd().split('\n')) {
    const [room, inner] = path.split('/') as [string, string]
    const folder = ROOMS_WITH_FOLDERS.includes(room) ? `${room}/${inner}` : room
    for (const [, name] of readFileSync(`${repository}/${path}`, 'utf8').matchAll(IMPORT)) found.get(name!)?.add(folder)
  }
  return new Map([...found].map(([name, folders]) => [name, foldersText([...folders].sort())]))
}

function foldersText(folders: readonly string[]): string {
  const ofRoom = Map.groupBy(folders, (folder) => folder.split('/')[0]!)
  return [...ofRoom].flatMap(([room, all]) => (all.length > FOLDERS_MAX ? [room] : all)).join(', ')
}

/** The rows as the document has them. */
export function readRows(document: string): readonly DependencyRow[] {
  const lines = between(document).split('\n')
  return lines
    .filter((line) => line.startsWith('| `'))
    .map((line) => {
      const [name, importedIn, licence, size, brings, reason] = line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()) as [string, string, string, string, string, string]
      return { name: name.slice(1, -1), importedIn, licence, size, brings, reason }
    })
}

/** The document with these rows. */
export function withRows(document: string, rows: readonly DependencyRow[]): string {
  const all = [
    HEAD,
    ...rows.map((row) => [`\`${row.name}\``, row.importedIn, row.licence, row.size, row.brings, row.reason]),
  ]
  const widths = HEAD.map((_, column) => Math.max(...all.map((row) => row[column]!.length)))
  const line = (row: readonly string[]): string => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const table = [line(all[0]!), rule, ...all.slice(1).map(line)].join('\n')
  return document.replace(between(document), () => `${BEGIN}\n\n${table}\n\n`)
}

function between(document: string): string {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (from < 0 || to < from) throw new Error('CONTRIBUTING.md has no place for the table of dependencies')
  return document.slice(from, to)
}
