/** The seed of a bootstrap peer's name, on disk: network files name it, so it must survive a restart. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { createFile } from '../../node/storage/durable-file.ts'
import { storageError } from '../../node/storage/sqlite.ts'
import { fromHex, toHex } from '../../protocols/kernel/bytes.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'

const SEED = /^0x[0-9a-f]{64}$/

/**
 * The 32 bytes that name a bootstrap peer, kept in `folder`; drawn where there are none.
 * @throws MeshError KEY_FILE, DATA_FOLDER_READ_ONLY, DISK_FULL
 */
export function doorSeed(folder: string): Uint8Array {
  const path = join(folder, 'bootstrap-seed')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (!existsSync(path)) createFile(path, `${toHex(systemRandom.bytes(32))}\n`, 0o600)
    const text = readFileSync(path, 'utf8').trim()
    if (!SEED.test(text)) throw damagedSeed(path)
    return fromHex(text)!
  } catch (error) {
    if (error instanceof MeshError) throw error
    throw storageError(error, path)
  }
}

const damagedSeed = (path: string): MeshError =>
  new MeshError('KEY_FILE', {
    path,
    why: 'it is damaged: it is no 32 bytes as 0x text',
    remedy:
      'Restore it from a backup; without it this bootstrap peer gets another name, and network files a wrong one.',
  })
