/** A passphrase in a file: its first line. */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { isOpenToOthers } from './key-file.ts'

/** 1,024 characters of four bytes: a longer file is another file. */
const FILE_BYTES_MAX = 4_096

/**
 * @param whose `private` where others who read it could open keys that lie on the same machine
 * @throws MeshError PASSPHRASE_FILE
 */
export function readPassphraseFile(path: string, whose: 'private' | 'any'): string {
  const first = textOf(path, whose).split(/\r?\n/, 1)[0] ?? ''
  if (first !== '') return first
  throw unusable(path, 'its first line is empty', 'Write the passphrase there.')
}

function textOf(path: string, whose: 'private' | 'any'): string {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const { mode, size } = fstatSync(file)
    if (size > FILE_BYTES_MAX) throw unusable(path, 'it is longer than a passphrase', 'Name another.')
    if (whose === 'private' && isOpenToOthers(mode)) {
      throw unusable(path, 'other users can open it', `If nobody else has read it: chmod 600 ${path}`)
    }
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof MeshError) throw error
    throw unusable(path, (error as Error).message, 'Name another.', error)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

const unusable = (path: string, why: string, remedy: string, cause?: unknown): MeshError =>
  new MeshError('PASSPHRASE_FILE', { path, why, remedy }, cause)
