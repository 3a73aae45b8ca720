/** What this machine must bring: the program's version of Node.js, room and rights in the data folder, keys, free ports. */
import { existsSync, statfsSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Settings } from '../config/settings.ts'
import { Keystore, keyKinds } from '../keys/keystore.ts'
import { createCrypto } from '../keys/node-crypto.ts'
import { systemRandom } from '../network-node/system-random.ts'
import { systemClock } from '../roles/system-clock.ts'
import { folderFiles } from '../storage/data-folder.ts'
import { requireKnownSchema } from '../storage/migrations.ts'
import { checkDatabase, openUntouched } from '../storage/sqlite.ts'
import { uint64OfBlob } from '../storage/uint64-column.ts'
import { programVersion } from '../version.ts'
import { journalSchema } from '../work/journal/journal-schema.ts'
import { type Check, fail, ok, warn } from './check.ts'

/** Of package.json's `engines`. */
const NODE_MAJOR_MIN = 24
/** Journal, log and a model or two; below it a busy miner's disk is full within days. */
const FREE_BYTES_WANTED = 2 * 1_073_741_824
const GIB = 1_073_741_824

export const programCheck: Check = {
  name: 'program',
  run: async () => {
    const major = Number.parseInt(process.versions.node, 10)
    const found = `aitbc ${programVersion()} on Node.js ${process.versions.node}`
    return major >= NODE_MAJOR_MIN
      ? ok(found)
      : fail(found, `Install Node.js ${NODE_MAJOR_MIN} or later, or start aitbc with npx, which brings its own.`)
  },
}

/** @param isRunning then the folder is in use, and its journal is not looked into */
export const folderCheck = ({ dataFolder }: Pick<Settings, 'dataFolder'>, isRunning: boolean): Check => ({
  name: 'data folder',
  async run() {
    if (!existsSync(dataFolder)) return ok(`${dataFolder} is not there yet: the first start makes it`)
    const journal = join(dataFolder, folderFiles.journal)
    if (!isRunning && existsSync(journal)) checkJournal(journal)
    const { bavail, bsize } = statfsSync(dataFolder)
    const free = bavail * bsize
    const found = `${dataFolder} ${isRunning ? 'is in use by a node' : 'is whole'}, ${(free / GIB).toFixed(1)} GiB free`
    if (free >= FREE_BYTES_WANTED) return ok(found)
    return warn(
      found,
      `Free some space: a miner wants ${FREE_BYTES_WANTED / GIB} GiB and takes no jobs on a full disk.`,
    )
  },
})

/** Reads only: what the last run left is for the next start to find. @throws MeshError DATA_FOLDER_* */
function checkJournal(path: string): void {
  const database = openUntouched(path)
  try {
    checkDatabase(database, path)
    requireKnownSchema(database, path, journalSchema)
    const row = database.prepare('SELECT reserved, seen FROM sequence WHERE id = 0').get()
    if (row === undefined) return
    const [held, seen] = [row.reserved, row.seen].map((column) => uint64OfBlob(column as Uint8Array)) as [
      bigint,
      bigint,
    ]
    if (seen > held) throw new MeshError('DATA_FOLDER_RESTORED', { seen, held })
  } finally {
    database.close()
  }
}

export const keysCheck = ({ dataFolder }: Pick<Settings, 'dataFolder'>): Check => ({
  name: 'keys',
  async run() {
    const needs = { crypto: await createCrypto(), random: systemRandom, clock: systemClock }
    const keys = new Keystore(join(dataFolder, folderFiles.keys), needs)
    const there: string[] = []
    for (const kind of keyKinds) {
      const found = keys.look(kind)
      if (found === undefined) continue
      if (!found.isSealed) keys.load(kind)?.[Symbol.dispose]()
      there.push(`${kind} ${found.address}${found.isSealed ? ' (sealed)' : ''}`)
    }
    return ok(there.length === 0 ? 'none yet: the first start makes them' : there.join(', '))
  },
})

/** @param isRunning then the ports are taken, and rightly so */
export const portsCheck = (
  { listen, port, websocketPort }: Pick<Settings, 'listen' | 'port' | 'websocketPort'>,
  isRunning: boolean,
): Check => ({
  name: 'ports',
  async run(signal) {
    if (isRunning) return ok('taken by the node that runs')
    if (listen.length === 0) return ok('none wanted: this node only dials')
    const wanted = listen.flatMap((host) => [port, websocketPort].map((each) => ({ host, port: each })))
    const taken: string[] = []
    for (const each of wanted) if (!(await isFree(each, signal))) taken.push(`${each.host}:${each.port}`)
    if (taken.length === 0) return ok(`${wanted.map((each) => `${each.host}:${each.port}`).join(', ')} free`)
    return fail(
      `${taken.join(', ')} taken by another program`,
      'Stop that program, or choose others: aitbc config set port 0',
    )
  },
})

function isFree(where: { readonly host: string; readonly port: number }, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ ...where, signal }, () => server.close(() => resolve(true)))
  })
}
