/** Files that are whole or absent, whatever the power company does. */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Replaces `path` as a whole. The file and its name are on disk when this returns. */
export function replaceFile(path: string, content: string | Uint8Array, mode: number): void {
  placeFile(path, content, mode, renameSync)
}

/**
 * Creates `path` and never replaces one: of two that try, one gets EEXIST.
 * @throws Error of node:fs
 */
export function createFile(path: string, content: string | Uint8Array, mode: number): void {
  placeFile(path, content, mode, (temporary, target) => {
    // A rename replaces silently; a link to an existing name fails, in one step.
    linkSync(temporary, target)
    rmSync(temporary)
  })
}

function placeFile(
  path: string,
  content: string | Uint8Array,
  mode: number,
  place: (temporary: string, target: string) => void,
): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}${TEMPORARY_SUFFIX}`
  try {
    writeFileSync(temporary, content, { mode, flag: 'wx', flush: true })
    place(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  syncFolder(dirname(path))
}

const TEMPORARY_SUFFIX = '.new'

/** What a crash left of a write to `path` that was never placed; only its one writer may call this. */
export function removeLeftovers(path: string): void {
  const folder = dirname(path)
  if (!existsSync(folder)) return
  const prefix = `${basename(path)}.`
  for (const name of readdirSync(folder)) {
    if (name.startsWith(prefix) && name.endsWith(TEMPORARY_SUFFIX)) rmSync(join(folder, name), { force: true })
  }
}

/** As `mkdir -p`. What it makes is on disk when this returns: a key in a folder whose name is lost is lost. */
export function makeFolder(path: string, mode: number): void {
  const first = mkdirSync(path, { recursive: true, mode })
  if (first === undefined) return
  const outermost = resolve(first)
  for (let made = resolve(path); made.length >= outermost.length; made = dirname(made)) {
    try {
      syncFolder(dirname(made))
    } catch (error) {
      // Where one may make folders and not look at them there is nothing to sync by.
      if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    }
  }
}

/** A new, renamed or removed name is durable only with its folder. Windows has no such call and journals names itself. */
export function syncFolder(path: string): void {
  if (process.platform === 'win32') return
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
