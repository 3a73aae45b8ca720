/** The keys of a node, one file each, for this user alone. Lost or replaced, a key takes its name and its money with it. */
import { chmodSync, mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { fromHex, toHex } from '../../protocols/kernel/bytes.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { isAddress } from '../../protocols/kernel/ids.ts'
import type { Clock, Crypto, Random } from '../../protocols/kernel/ports.ts'
import { createFile } from '../storage/durable-file.ts'
import { createSecret } from './secp256k1-signer.ts'
import { StoredKey } from './stored-key.ts'

export const keyKinds = ['owner', 'operator', 'payer', 'session'] as const
export type KeyKind = (typeof keyKinds)[number]

export interface KeystoreNeeds {
  readonly crypto: Pick<Crypto, 'keccak256' | 'uncompress'>
  readonly random: Random
  readonly clock: Clock
}

const RESTORE = 'Restore it from a backup; a new key is a new identity.'
const VERSION = 1
/** A key file has about 200 bytes; what is far larger is something else. */
const FILE_BYTES_MAX = 4_096

const fileSchema = z.strictObject({
  version: z.literal(VERSION),
  kind: z.enum(keyKinds),
  createdAt: z.iso.datetime(),
  address: z.string().refine(isAddress),
  secret: z.string().regex(/^0x[0-9a-f]{64}$/),
})

export class Keystore {
  readonly #folder: string
  readonly #needs: KeystoreNeeds

  /** @param folder created with the first key */
  constructor(folder: string, needs: KeystoreNeeds) {
    this.#folder = folder
    this.#needs = needs
  }

  pathOf(kind: KeyKind): string {
    return join(this.#folder, `${kind}.json`)
  }

  /** `undefined` where there is no such key. @throws MeshError KEY_FILE */
  load(kind: KeyKind): StoredKey | undefined {
    const path = this.pathOf(kind)
    const text = readPrivately(path)
    if (text === undefined) return undefined
    const { secret, address, createdAt } = parse(path, text, kind)
    const bytes = fromHex(secret) ?? new Uint8Array()
    try {
      const key = StoredKey.of(kind, createdAt, bytes, this.#needs.crypto)
      if (key.address === address) return key
      key[Symbol.dispose]()
      throw damaged(path, 'it is damaged: its key and its address do not belong together')
    } catch (error) {
      throw unusable(path, error)
    } finally {
      bytes.fill(0)
    }
  }

  /** Never replaces a key. @throws MeshError KEY_FILE where there is one already, or where it cannot be written */
  create(kind: KeyKind): StoredKey {
    const path = this.pathOf(kind)
    const createdAt = new Date(this.#needs.clock.nowMs()).toISOString()
    const secret = createSecret(this.#needs.random)
    const key = StoredKey.of(kind, createdAt, secret, this.#needs.crypto)
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 })
      const content = { version: VERSION, kind, createdAt, address: key.address, secret: toHex(secret) }
      createFile(path, `${JSON.stringify(content, undefined, 2)}\n`, 0o600)
      // A umask may only take rights away; one that took the owner's would lock the node out at its next start.
      chmodSync(path, 0o600)
      return key
    } catch (error) {
      key[Symbol.dispose]()
      throw unusable(path, error)
    } finally {
      secret.fill(0)
    }
  }

  loadOrCreate(kind: KeyKind): StoredKey {
    return this.load(kind) ?? this.create(kind)
  }
}

/** The text of a file that only its owner can read; `undefined` where there is none. */
function readPrivately(path: string): string | undefined {
  try {
    const file = statSync(path, { throwIfNoEntry: false })
    if (file === undefined) return undefined
    if (!file.isFile()) throw damaged(path, 'it is not a file')
    if (file.size > FILE_BYTES_MAX) throw damaged(path, `it is longer than ${FILE_BYTES_MAX} bytes`)
    // Windows has no such modes; there the profile folder of the user protects it.
    if (process.platform !== 'win32' && (file.mode & 0o077) !== 0) {
      const remedy = `If nobody else has read it: chmod 600 ${path}`
      throw new MeshError('KEY_FILE', { path, why: 'other users can open it', remedy })
    }
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw unusable(path, error)
  }
}

function parse(path: string, text: string, kind: KeyKind): z.infer<typeof fileSchema> {
  const parsed = fileSchema.safeParse(jsonOf(text))
  if (!parsed.success) {
    // Names of fields only: a message of the parser could show a part of the secret.
    const fields = parsed.error.issues.map(({ path: field }) => field.join('.') || 'JSON').join(', ')
    throw damaged(path, `it is damaged or of another version (${fields})`)
  }
  if (parsed.data.kind !== kind) {
    throw damaged(path, `it holds the ${parsed.data.kind} key, not the ${kind} key`)
  }
  return parsed.data
}

/** Without the error of JSON.parse, which quotes what it read. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function unusable(path: string, error: unknown): MeshError {
  if (error instanceof MeshError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC') return new MeshError('DISK_FULL', { file: path }, error)
  const why = code === 'EEXIST' ? 'there is a key already, and a key is never replaced' : message
  return damaged(path, why, error)
}

const damaged = (path: string, why: string, cause?: unknown): MeshError =>
  new MeshError('KEY_FILE', { path, why, remedy: RESTORE }, cause)
