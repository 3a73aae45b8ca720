/** The fonts the model is made from: Debian packages, fetched without installing them, each file pinned by its digest. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { packageRoot } from '../../package-root.ts'

/** Whole packages go to one split: what is reported was measured on typefaces the training never saw. */
export type Split = 'train' | 'tune' | 'test'

export interface FontPackage {
  readonly package: string
  readonly version: string
  readonly licence: string
  readonly split: Split
  /** Path inside the package -> sha256 in hex. */
  readonly files: Readonly<Record<string, string>>
}

export interface FontFile {
  readonly name: string
  readonly split: Split
  readonly bytes: Uint8Array
}

export const fontPackages: readonly FontPackage[] = JSON.parse(
  readFileSync(new URL('fonts.json', import.meta.url), 'utf8'),
)

const cacheFolder = join(packageRoot(), 'node_modules', '.cache', 'character-fonts')

/** Fetches what is not there yet. Needs `apt-get` and `dpkg-deb`, and no rights beyond those of the user. */
export function loadFonts(): FontFile[] {
  fetchPackages(fontPackages.map((entry) => entry.package).filter((name) => !existsSync(join(cacheFolder, name))))
  return fontPackages.flatMap((entry) =>
    Object.entries(entry.files).map(([path, digest]) => ({
      name: basename(path).replace(/\.[a-z]+$/, ''),
      split: entry.split,
      bytes: readPinned(entry, join(cacheFolder, entry.package, path), digest),
    })),
  )
}

function readPinned(entry: FontPackage, path: string, digest: string): Uint8Array {
  const bytes = readFileSync(path)
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== digest) {
    throw new Error(`${path} is not the file of ${entry.package} ${entry.version}: sha256 ${found}, expected ${digest}`)
  }
  return bytes
}

function fetchPackages(names: readonly string[]): void {
  if (names.length === 0) return
  const download = join(cacheFolder, 'download')
  rmSync(download, { recursive: true, force: true })
  mkdirSync(download, { recursive: true })
  run('apt-get', ['--quiet', '-o', 'APT::Sandbox::User=', 'download', ...names], download)
  for (const archive of readdirSync(download)) {
    const name = archive.slice(0, archive.indexOf('_'))
    run('dpkg-deb', ['--extract', join(download, archive), join(cacheFolder, name)], download)
  }
  rmSync(download, { recursive: true })
}

function run(program: string, options: readonly string[], cwd: string): void {
  execFileSync(program, options, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
}
