/** One key in one file, for this user alone: as it is, or sealed under a passphrase. */
import { chmodSync, readFileSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { z } from 'zod'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { isAddress } from '../../protocols/kernel/ids.ts'
import { createFile, makeFolder, replaceFile } from '../storage/durable-file.ts'
import { sealedSecretSchema } from './sealed-secret.ts'

export const keyKinds = ['owner', 'operator', 'payer', 'session'] as const
export type KeyKind = (typeof keyKinds)[number]

const RESTORE = 'Restore it from a backup; a new key is a new identity.'
const PLAIN_VERSION = 1
const SEALED_VERSION = 2
/** A key file has about 500 bytes; what is far larger is something else. */
const FILE_BYTES_MAX = 4_096
const MODE = 0o600

const facts = {
  kind: z.enum(keyKinds),
  createdAt: z.iso.datetime(),
  address: z.string().refine(isAddress),
}
const plainSchema = z.strictObject({
  version: z.literal(PLAIN_VERSION),
  ...facts,
  secret: z.string().regex(/^0x[0-9a-f]{64}$/),
})
const sealedSchema = z.strictObject({ version: z.literal(SEALED_VERSION), ...facts, sealed: sealedSecretSchema })
const fileSchema = z.discriminatedUnion('version', [plainSchema, sealedSchema])

export type KeyFile = z.infer<typeof fileSchema>
export type SealedKeyFile = z.infer<typeof sealedSchema>

export const plainKeyFile = (about: Omit<KeyFile, 'version'>, secret: string): KeyFile => ({
  version: PLAIN_VERSION,
  kind: about.kind,
  createdAt: about.createdAt,
  address: about.address,
  secret,
})

export const sealedKeyFile = (about: Omit<KeyFile, 'version'>, sealed: SealedKeyFile['sealed']): SealedKeyFile => ({
  version: SEALED_VERSION,
  kind: about.kind,
  createdAt: about.createdAt,
  address: about.address,
  sealed,
})

/** What the seal of a secret is bound to: a file whose address was changed does not open. */
export const sealedAbout = ({ kind, createdAt, address }: Pick<KeyFile, 'kind' | 'createdAt' | 'address'>): string =>
  `aitbc key ${SEALED_VERSION} ${kind} ${createdAt} ${address}`

/** `undefined` where there is none. @throws MeshError KEY_FILE */
export function readKeyFile(path: string, kind: KeyKind): KeyFile | undefined {
  const text = readPrivately(path)
  if (text === undefined) return undefined
  const parsed = fileSchema.safeParse(jsonOf(text))
  if (!parsed.success) {
    // Names of fields only: a message of the parser could show a part of the secret.
    const fields = parsed.error.issues.map(({ path: field }) => field.join('.') || 'JSON').join(', ')
    throw damagedKey(path, `it is damaged or of another version (${fields})`)
  }
  if (parsed.data.kind !== kind) throw damagedKey(path, `it holds the ${parsed.data.kind} key, not the ${kind} key`)
  return parsed.data
}

/** Never replaces a key. @throws MeshError KEY_FILE, DISK_FULL */
export const createKeyFile = (path: string, content: KeyFile): void => writeWith(createFile, path, content)

/** The same key in another form, whole at every moment. @throws MeshError KEY_FILE, DISK_FULL */
export const replaceKeyFile = (path: string, content: KeyFile): void => writeWith(replaceFile, path, content)

function writeWith(write: typeof createFile, path: string, content: KeyFile): void {
  try {
    makeFolder(dirname(path), 0o700)
    write(path, `${JSON.stringify(content, undefined, 2)}\n`, MODE)
    // A umask may only take rights away; one that took the owner's would lock the node out at its next start.
    chmodSync(path, MODE)
  } catch (error) {
    throw unusableKey(path, error)
  }
}

/** The text of a file that only its owner can read; `undefined` where there is none. */
function readPrivately(path: string): string | undefined {
  try {
    const file = statSync(path, { throwIfNoEntry: false })
    if (file === undefined) return undefined
    if (!file.isFile()) throw damagedKey(path, 'it is not a file')
    if (file.size > FILE_BYTES_MAX) throw damagedKey(path, `it is longer than ${FILE_BYTES_MAX} bytes`)
    if (isOpenToOthers(file.mode)) {
      const remedy = `If nobody else has read it: chmod 600 ${path}`
      throw new MeshError('KEY_FILE', { path, why: 'other users can open it', remedy })
    }
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw unusableKey(path, error)
  }
}

/** Windows has no such modes; there the profile folder of the user protects what is in it. */
export const isOpenToOthers = (mode: number): boolean => process.platform !== 'win32' && (mode & 0o077) !== 0

/** Without the error of JSON.parse, which quotes what it read. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function unusableKey(path: string, error: unknown): MeshError {
  if (error instanceof MeshError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC' || code === 'EDQUOT') return new MeshError('DISK_FULL', { file: path }, error)
  const why = code === 'EEXIST' ? 'there is a key already, and a key is never replaced' : message
  return damagedKey(path, why, error)
}

export const damagedKey = (path: string, why: string, cause?: unknown): MeshError =>
  new MeshError('KEY_FILE', { path, why, remedy: RESTORE }, cause)
