/** Where the node of a data folder listens and its clients knock. */
import { createHash } from 'node:crypto'
import { chmodSync, lstatSync, mkdirSync, realpathSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MeshError } from '../../protocols/kernel/errors.ts'

const SOCKET = 'control.sock'
/** A socket's address holds 104 bytes on macOS and 108 on Linux, with the zero at its end. */
const PATH_BYTES_MAX = 103
/** 128 bits: two folders of one machine never share a name. */
const DIGITS = 32

export interface ControlPath {
  /** For node:net. */
  readonly path: string
  /** The folder outside the data folder in which it had to be put. */
  readonly folder: string | undefined
}

/**
 * @param dataFolder an existing folder
 * @throws Error of node:fs
 */
export function controlPath(dataFolder: string, platform: NodeJS.Platform = process.platform): ControlPath {
  // Through links and from any working folder both sides have to arrive at the same name.
  const real = realpathSync(dataFolder)
  const name = `aitbc-${createHash('sha256').update(real).digest('hex').slice(0, DIGITS)}`
  if (platform === 'win32') return { path: `\\\\.\\pipe\\${name}`, folder: undefined }
  const path = join(real, SOCKET)
  if (Buffer.byteLength(path) <= PATH_BYTES_MAX) return { path, folder: undefined }
  const folder = join(tmpdir(), name)
  return { path: join(folder, SOCKET), folder }
}

/**
 * Makes the place ready for a new socket: what a killed node left is removed. Only the holder of the folder's lock may do this.
 * @throws MeshError DATA_FOLDER_DAMAGED, DATA_FOLDER_READ_ONLY
 */
export function clearControlPath({ path, folder }: ControlPath): void {
  if (path.startsWith('\\\\')) return
  if (folder !== undefined) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!isOurs(folder)) throw notPrivate(folder)
    chmodSync(folder, 0o700)
  }
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (!found.isSocket()) {
    throw new MeshError('DATA_FOLDER_DAMAGED', { file: SOCKET, why: 'it is no socket', remedy: `Remove ${path}.` })
  }
  rmSync(path)
}

/**
 * For clients. Under the temporary folder anybody may make a folder of any name: what is said to a socket in it must be meant
 * for nobody else.
 * @throws MeshError DATA_FOLDER_READ_ONLY
 */
export function checkControlPath({ folder }: ControlPath, dataFolder: string): void {
  if (folder === undefined) return
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found === undefined) return
  const trusted = [process.geteuid?.(), 0, statSync(dataFolder).uid]
  if (!found.isDirectory() || !trusted.includes(found.uid) || (found.mode & 0o077) !== 0) throw notPrivate(folder)
}

function isOurs(folder: string): boolean {
  const found = lstatSync(folder)
  return found.isDirectory() && found.uid === process.geteuid?.()
}

const notPrivate = (path: string): MeshError =>
  new MeshError('DATA_FOLDER_READ_ONLY', { path, why: 'it does not belong to this user alone' })
