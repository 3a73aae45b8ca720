/** The key that programs show to the gateway: one file, for this user alone. Who can read it can spend its budget of each day. */
import { timingSafeEqual } from 'node:crypto'
import { mkdirSync, readFileSync, type Stats, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Random } from '../../protocols/kernel/ports.ts'
import { createFile } from '../storage/durable-file.ts'

/** 256 bits: nobody guesses it. */
const SECRET_BYTES = 32
const KEY = /^aitbc_[A-Za-z0-9_-]{43}$/
/** A key and its line end; what is far larger is something else. */
const FILE_BYTES_MAX = 256

/** @param dataFolder of the node */
export const apiKeyPath = (dataFolder: string): string => join(dataFolder, 'keys', 'api-key')

/** @throws MeshError KEY_FILE where there is none, others can read it, or it is damaged */
export function readApiKey(path: string): string {
  const key = storedKey(path)
  if (key !== undefined) return key
  throw keyFileError(path, 'there is none yet', 'It is made when a gateway first starts: aitbc start --gateway.')
}

/** The key of the folder, made where there is none. @throws MeshError KEY_FILE, DISK_FULL */
export function readOrMakeApiKey(path: string, random: Random): string {
  const stored = storedKey(path)
  if (stored !== undefined) return stored
  const key = newKey(random)
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    createFile(path, `${key}\n`, 0o600)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC') throw new MeshError('DISK_FULL', { file: path }, error)
    throw keyFileError(path, message, 'Make the folder writable for this user.', error)
  }
  return key
}

export const newKey = (random: Random): string =>
  `aitbc_${Buffer.from(random.bytes(SECRET_BYTES)).toString('base64url')}`

export const isKeyText = (text: string): boolean => KEY.test(text)

function storedKey(path: string): string | undefined {
  const key = readPrivateFile(path, FILE_BYTES_MAX, AGAIN)?.trim()
  if (key !== undefined && !isKeyText(key)) throw keyFileError(path, 'it holds no key', AGAIN)
  return key
}

/**
 * Of one that is far too long nothing; `undefined` where there is none.
 * @param otherwise what to do where it is of no use, or somebody may have read it
 * @throws MeshError KEY_FILE where it cannot be read, or others can open it
 */
export function readPrivateFile(path: string, bytesMax: number, otherwise: string): string | undefined {
  try {
    const file = statSync(path, { throwIfNoEntry: false })
    if (file === undefined) return undefined
    requirePrivate(path, file, otherwise)
    // A pipe would be waited for.
    return file.isFile() && file.size <= bytesMax ? readFileSync(path, 'utf8') : ''
  } catch (error) {
    if (isMeshError(error)) throw error
    const { code, message } = error as NodeJS.ErrnoException
    // Gone between the two looks.
    if (code === 'ENOENT') return undefined
    throw keyFileError(path, message, otherwise, error)
  }
}

function requirePrivate(path: string, { mode }: Stats, otherwise: string): void {
  // Windows has no such modes; there the profile folder of the user protects it.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return
  throw keyFileError(path, 'other users can open it', `${otherwise} If nobody else has read it: chmod 600 ${path}`)
}

/** In a time that does not tell how much of it is right. */
export function isApiKey(given: string, key: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(key)]
  return a.length === b.length && timingSafeEqual(a, b)
}

const AGAIN = 'Remove it, and the next start makes another.'

export const keyFileError = (path: string, why: string, remedy: string, cause?: unknown): MeshError =>
  new MeshError('KEY_FILE', { path, why, remedy }, cause)
