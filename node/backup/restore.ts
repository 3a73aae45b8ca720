/** A backup into a data folder: all of it or nothing. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { changeUserSetting } from '../config/change-config.ts'
import { readJsonFile } from '../config/json-file.ts'
import { Keystore, keyKinds } from '../keys/keystore.ts'
import { createCrypto } from '../keys/node-crypto.ts'
import { evidenceSchema } from '../market/evidence-store.ts'
import { systemRandom } from '../network-node/system-random.ts'
import { folderFiles, lockFolder } from '../storage/data-folder.ts'
import { replaceFile, syncFolder } from '../storage/durable-file.ts'
import { finishRestore, restoreFolders, stateIn } from '../storage/finish-restore.ts'
import { requireKnownSchema, type Schema } from '../storage/migrations.ts'
import { checkDatabase, openUntouched, storageError } from '../storage/sqlite.ts'
import { journalSchema } from '../work/journal/journal-schema.ts'
import { type EntryHead, unusable } from './backup-entries.ts'
import { type ReadBackup, readArchive } from './read-archive.ts'

export interface RestoreOptions {
  readonly path: string
  readonly dataFolder: string
  readonly passphrase: string | undefined
  /** What is there is set aside, in a folder inside the data folder. */
  readonly replace: boolean
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onBytes?: (bytes: number, of: number) => void
}

/**
 * @throws MeshError BACKUP_FILE, DATA_FOLDER_NOT_EMPTY, DATA_FOLDER_IN_USE, DATA_FOLDER_READ_ONLY, DATA_FOLDER_NEWER, KEY_FILE,
 *   DISK_FULL, CANCELLED; then the folder is as it was
 */
export async function restore(options: RestoreOptions): Promise<ReadBackup> {
  const { dataFolder, replace } = options
  using lock = lockFolder(dataFolder)
  void lock
  const at = (name: keyof typeof restoreFolders): string => join(dataFolder, restoreFolders[name])
  try {
    finishRestore(dataFolder)
    requireRoom(dataFolder, replace)
    const found = await fill(at('filling'), options)
    renameSync(at('filling'), at('ready'))
    syncFolder(dataFolder)
    finishRestore(dataFolder)
    return found
  } catch (error) {
    rmSync(at('filling'), { recursive: true, force: true })
    throw isMeshError(error) ? error : storageError(error, join(dataFolder, folderFiles.journal))
  }
}

/** @throws MeshError DATA_FOLDER_NOT_EMPTY */
function requireRoom(path: string, replace: boolean): void {
  const what = stateIn(path)
  if (what.length > 0 && !replace) throw new MeshError('DATA_FOLDER_NOT_EMPTY', { path, what: what.join(', ') })
}

async function fill(folder: string, options: RestoreOptions): Promise<ReadBackup> {
  mkdirSync(join(folder, folderFiles.keys), { recursive: true, mode: 0o700 })
  const filler = new Filler(folder)
  let found: ReadBackup
  try {
    found = await readArchive(options.path, { ...options, onEntry: (entry) => filler.begin(entry) })
  } finally {
    await filler.close()
  }
  await requireSound(folder, options)
  if (found.entries.some(({ name }) => name === 'network.json')) nameNetwork(folder, options.dataFolder)
  // What ran after the backup was made is not known here: as after a kill.
  const running = { pid: 0, startedAtMs: Date.parse(found.head.createdAt) }
  replaceFile(join(folder, folderFiles.running), `${JSON.stringify(running)}\n`, 0o600)
  if (readdirSync(join(folder, folderFiles.keys)).length === 0)
    rmSync(join(folder, folderFiles.keys), { recursive: true })
  else syncFolder(join(folder, folderFiles.keys))
  syncFolder(folder)
  return found
}

/** The network file came along: on another machine the one that the node was started with is somewhere else, or nowhere. */
function nameNetwork(folder: string, dataFolder: string): void {
  const config = join(folder, folderFiles.config)
  const named = (readJsonFile(config, { kind: 'user', path: config }) as { network?: unknown } | undefined)?.network
  if (typeof named === 'string' && existsSync(named)) return
  changeUserSetting(config, 'network', join(dataFolder, 'network.json'))
}

/** Writes entries one after the other; their names are of a closed list. */
class Filler {
  readonly #folder: string
  #file: FileHandle | undefined

  constructor(folder: string) {
    this.#folder = folder
  }

  begin({ name }: EntryHead): (piece: Uint8Array | undefined) => Promise<void> {
    return async (piece) => {
      this.#file ??= await this.#create(join(this.#folder, name))
      if (piece !== undefined) return this.#file.appendFile(piece)
      await this.#file.sync()
      await this.close()
    }
  }

  async #create(path: string): Promise<FileHandle> {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    return open(path, 'wx', 0o600)
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }
}

function requireSoundStore(path: string, schema: Schema): void {
  const database = openUntouched(path)
  try {
    checkDatabase(database, path)
    requireKnownSchema(database, path, schema)
  } finally {
    database.close()
  }
}

/** What a node could not start with is found while the old state is still there. */
async function requireSound(folder: string, { path, clock }: RestoreOptions): Promise<void> {
  const names = readdirSync(folder)
  const stores = [
    [folderFiles.journal, journalSchema],
    [folderFiles.evidence, evidenceSchema],
  ] as const
  for (const [name, schema] of stores) if (names.includes(name)) requireSoundStore(join(folder, name), schema)
  const keys = new Keystore(join(folder, folderFiles.keys), {
    crypto: await createCrypto(),
    random: systemRandom,
    clock,
  })
  for (const kind of keyKinds) {
    // What a sealed key is worth only its passphrase could tell.
    if (keys.look(kind)?.isSealed === false) keys.load(kind)?.[Symbol.dispose]()
  }
  const seed = names.includes('bootstrap-seed')
  if (!seed && readdirSync(join(folder, folderFiles.keys)).length === 0 && !names.includes(folderFiles.journal))
    throw unusable(path, 'it holds neither a key nor a journal', `Name another one than that in ${dirname(path)}.`)
}
