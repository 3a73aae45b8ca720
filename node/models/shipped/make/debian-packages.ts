/** The sources of the shipped models: Debian packages, fetched without installing them, each file pinned by its digest. */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../package-root.ts'

export interface PinnedPackage {
  readonly package: string
  readonly version: string
  /** Of the files below, as the package's copyright file says. */
  readonly licence: string
  /** Path inside the package -> sha256 in hex. */
  readonly files: Readonly<Record<string, string>>
}

const cacheFolder = join(packageRoot(), 'node_modules', '.cache', 'debian-packages')

/** Fetches what is not there yet. Needs `apt-get` and `dpkg-deb`, and no rights beyond those of the user. */
export function fetchPackages(packages: readonly PinnedPackage[]): void {
  const names = packages.map((entry) => entry.package).filter((name) => !existsSync(join(cacheFolder, name)))
  if (names.length === 0) return
  mkdirSync(cacheFolder, { recursive: true })
  const download = mkdtempSync(join(cacheFolder, 'download-'))
  try {
    run('apt-get', ['--quiet', '-o', 'APT::Sandbox::User=', 'download', ...names], download)
    for (const archive of readdirSync(download)) {
      const name = archive.slice(0, archive.indexOf('_'))
      run('dpkg-deb', ['--extract', archive, name], download)
      // Whole or not at all, whatever stops or runs beside this script.
      if (!existsSync(join(cacheFolder, name))) renameSync(join(download, name), join(cacheFolder, name))
    }
  } finally {
    rmSync(download, { recursive: true })
  }
}

/** The file of a fetched package; throws where it is not the one that was pinned. */
export function readPinned(entry: PinnedPackage, path: string): Uint8Array {
  const bytes = readFileSync(join(cacheFolder, entry.package, path))
  const found = createHash('sha256').update(bytes).digest('hex')
  const expected = entry.files[path]
  if (found !== expected) {
    throw new Error(
      `${path} is not the file of ${entry.package} ${entry.version}: sha256 ${found}, expected ${expected}`,
    )
  }
  return bytes
}

function run(program: string, options: readonly string[], cwd: string): void {
  execFileSync(program, options, { cwd, stdio: ['ignore', 'ignore', 'inherit'] })
}
