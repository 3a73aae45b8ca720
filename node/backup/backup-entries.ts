/**
 * What a backup holds: who this node is and what it must not forget. A closed list: a name that is not here is written nowhere,
 * so no archive can reach outside of the folder it is restored into.
 *
 * What was sent on a chain (`transactions.sqlite`) is not in it: an old one would hold as planned what was sent since, and send it once more.
 * Without it nothing is sent that nobody asks for again; what stands on the chain is read there.
 */
import { z } from 'zod'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { isKeyName, keyNames } from '../gateway/named-keys.ts'

const KIB = 1_024
const MIB = 1_024 * KIB
const GIB = 1_024 * MIB

/** By their place in the data folder, in the order in which they are written; bytes at most, each far above what is real. */
const fixedEntries = {
  'keys/owner.json': 64 * KIB,
  'keys/operator.json': 64 * KIB,
  'keys/payer.json': 64 * KIB,
  'keys/session.json': 64 * KIB,
  'keys/api-key': 64 * KIB,
  'bootstrap-seed': 64 * KIB,
  /** Receipts are forgotten above 8 GiB; counters stay. */
  'journal.sqlite': 64 * GIB,
  /** 4,096 contradictions are 6 MB. */
  'evidence.sqlite': 64 * MIB,
  'grant.bin': 64 * KIB,
  'certificate.bin': 64 * KIB,
  /** As large as a file of settings and a network file may be. */
  'config.json': 4 * MIB,
  'network.json': 4 * MIB,
  'known-peers.json': 64 * MIB,
  'gateway-spent.json': 4 * MIB,
  'jobs.json': 64 * MIB,
} as const

/** Copied as it was at one moment; the other files are replaced as a whole whenever they change. */
export const isStore = (name: EntryName): boolean => name.endsWith('.sqlite')

/** Further keys of the gateway, by their names. */
const NAMED_KEY = /^keys\/api-keys\/([^/]+)\.json$/
const NAMED_KEY_BYTES_MAX = 64 * KIB

export type EntryName = keyof typeof fixedEntries | `keys/api-keys/${string}.json`

/** What a data folder may hold of it. */
export const entryNames = (dataFolder: string): readonly EntryName[] => [
  ...(Object.keys(fixedEntries) as (keyof typeof fixedEntries)[]),
  ...keyNames(dataFolder).map((name) => `keys/api-keys/${name}.json` as const),
]

/** `undefined` for a name that is in no backup. */
export function entryBytesMax(name: string): number | undefined {
  if (Object.hasOwn(fixedEntries, name)) return fixedEntries[name as keyof typeof fixedEntries]
  const [, key] = NAMED_KEY.exec(name) ?? []
  return key !== undefined && isKeyName(key) ? NAMED_KEY_BYTES_MAX : undefined
}

export interface EntryHead {
  readonly name: EntryName
  readonly bytes: number
}

/** Of the first readable part of an archive. */
export const headSchema = z.strictObject({
  version: z.literal(1),
  program: z.string().max(64),
  createdAt: z.iso.datetime(),
  /** scrypt's, as hexadecimal digits; null for an archive that is not encrypted. */
  salt: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
})
export type ArchiveHead = z.infer<typeof headSchema>

export const entryHeadSchema = z.strictObject({
  name: z.custom<EntryName>((name) => typeof name === 'string' && entryBytesMax(name) !== undefined),
  bytes: z.int().min(0),
})

export const unusable = (path: string, why: string, remedy: string, cause?: unknown): MeshError =>
  new MeshError('BACKUP_FILE', { path, why, remedy }, cause)

export const USE_ANOTHER = 'Use another copy of it, or an older backup.'

export const damagedArchive = (path: string, why: string): MeshError =>
  unusable(path, `it is damaged: ${why}`, USE_ANOTHER)
