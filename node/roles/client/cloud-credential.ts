/** The bearer token for the cloud, read for each call from where its owner says that it is; it is in no setting, log or error. */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { CredentialSource } from '../../config/cloud-kinds.ts'
import { isOpenToOthers } from '../../keys/key-file.ts'

/** Tokens of cloud accounts have a few kilobytes at most. */
const FILE_BYTES_MAX = 8_192

/** The first line of the file, or the variable. @throws MeshError CLOUD_CREDENTIAL */
export function readCredential(
  source: CredentialSource,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): string {
  if (source.kind === 'file') return ofFile(source.path)
  const secret = environment[source.name]?.trim() ?? ''
  if (secret !== '') return secret
  throw unusable(`the variable ${source.name} is not set`, 'Set it where the node is started.')
}

function ofFile(path: string): string {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const { mode, size } = fstatSync(file)
    if (isOpenToOthers(mode)) {
      throw unusable(`other users can open ${path}`, `If nobody else has read it: chmod 600 ${path}`)
    }
    if (size > FILE_BYTES_MAX) throw unusable(`${path} is longer than a token`, 'Name another with cloudCredential.')
    const secret = readFileSync(file, 'utf8').split(/\r?\n/, 1)[0]?.trim() ?? ''
    if (secret !== '') return secret
    throw unusable(`the first line of ${path} is empty`, 'Write the token there.')
  } catch (error) {
    if (error instanceof MeshError) throw error
    const { code = 'it cannot be read' } = error as NodeJS.ErrnoException
    throw unusable(`${path}: ${code}`, 'Name another file with cloudCredential.', error)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

const unusable = (why: string, remedy: string, cause?: unknown): MeshError =>
  new MeshError('CLOUD_CREDENTIAL', { why, remedy }, cause)
