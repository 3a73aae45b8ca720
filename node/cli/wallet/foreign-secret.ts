/** A key in the file of another wallet: a keystore of version 3, or its digits. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { WalletContext } from './wallet-keys.ts'

interface Sealed {
  /** Its first line opens the file; asked for where it is absent. */
  readonly passphraseFile: string | undefined
  /** What names it on the command line. */
  readonly flag: string
}

/**
 * The key that another wallet wrote; its caller clears it.
 * @throws MeshError KEY_FILE, KEY_SEALED, KEY_PASSPHRASE, PASSPHRASE_FILE, CANCELLED
 */
export async function foreignSecret(
  context: WalletContext,
  path: string,
  { passphraseFile, flag }: Sealed,
): Promise<Uint8Array> {
  const { openV3, readForeignKey } = await import('../../keys/v3-keystore.ts')
  const found = readForeignKey(await textOf(path))
  if (found === undefined)
    throw unreadableKey(path, 'it is neither a keystore of version 3 that can be read here nor 64 hexadecimal digits')
  if (found.kind === 'plain') return found.secret
  const { knownPassphrase } = await import('../prompts/passphrase.ts')
  const { mayAsk, signal, out } = context
  const passphrase = await knownPassphrase({ passphraseFile, mayAsk, signal }, `Passphrase of ${path}: `)
  if (passphrase === undefined) {
    throw new MeshError('KEY_SEALED', { path, remedy: `Name the file that holds it with ${flag}.` })
  }
  using progress = out.progress('opening the file')
  return await openV3(found.json, passphrase, { path, signal, onProgress: (share) => progress.update(share, 1) })
}

async function textOf(path: string): Promise<string> {
  const { closeSync, fstatSync, openSync, readFileSync } = await import('node:fs')
  const { FOREIGN_KEY_BYTES_MAX } = await import('../../keys/v3-keystore.ts')
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    if (fstatSync(file).size > FOREIGN_KEY_BYTES_MAX) throw unreadableKey(path, 'it is longer than a key')
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof MeshError) throw error
    throw unreadableKey(path, (error as Error).message)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

export const unreadableKey = (path: string, why: string): MeshError =>
  new MeshError('KEY_FILE', { path, why, remedy: 'Name a keystore file, or a file with the digits of the key.' })
