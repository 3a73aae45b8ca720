import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { KeyFacts, Keystore } from '../../keys/keystore.ts'
import { argument, defineSubcommand, flag, option } from '../frame/command.ts'
import { usageError } from '../frame/usage-error.ts'
import { allKinds, anyKind, existingKey, openKeys, type WalletContext, walletKeys } from './wallet-keys.ts'

export const walletExportCommand = defineSubcommand({
  name: 'export',
  summary: 'write a key into a file that other wallets read',
  about:
    'A keystore of version 3, for this user alone, under the passphrase of the key, or where it is not sealed under one that is ' +
    'asked for. An operator whose key runs in two nodes contradicts itself, and that is evidence: to move a node use aitbc backup. ' +
    'With --json: {"kind", "address", "path"}.',
  examples: [{ line: 'aitbc wallet export owner --output owner.json', about: 'for a wallet on another machine' }],
  arguments: { kind: argument('which one', { parse: anyKind, offers: () => allKinds }) },
  options: {
    output: option({ value: 'file', about: 'Where to write it.', offers: 'files' }),
    force: flag('Replaces a file that is there.'),
  },
  settings: ['passphraseFile'],
  async run({ arguments: { kind }, options: { output, force }, ...context }) {
    if (output === undefined) throw usageError('no file to write it into is given', 'Name one with --output.')
    const { resolve } = await import('node:path')
    const { existsSync } = await import('node:fs')
    const { writeV3 } = await import('../../keys/v3-keystore.ts')
    const path = resolve(output)
    using keys = await walletKeys(context)
    const found = existingKey(keys, kind)
    if (existsSync(path) && !force) throw new MeshError('OUTPUT_FILE', { path, why: 'it is there already' })
    const passphrase = await passphraseFor(context, keys, found)
    using key = keys.load(kind)!
    const secret = key.secret()
    const { out, signal } = context
    using progress = out.progress('sealing the copy')
    const onProgress = (share: number): void => progress.update(share, 1)
    const text = await writeV3(secret, key.address, passphrase, { signal, onProgress }).finally(() => secret.fill(0))
    await write(path, text, force)
    await out.print(
      { kind, address: key.address, path },
      () => `${path} holds the ${kind} ${key.address}, under its passphrase.`,
    )
  },
})

/** That of the key, which is then open; a new one where it has none. */
async function passphraseFor(context: WalletContext, keys: Keystore, found: KeyFacts): Promise<string> {
  const { knownPassphrase, newPassphrase } = await import('../prompts/passphrase.ts')
  const { mayAsk, signal } = context
  const { passphraseFile } = (await context.config()).settings
  const asked = { passphraseFile, mayAsk, signal }
  if (!found.isSealed) {
    const otherwise = 'Name the file that holds one with --passphrase-file.'
    return newPassphrase({ ...asked, otherwise, whose: 'private', prompt: 'Passphrase of the copy' })
  }
  const known = await knownPassphrase(asked, `Passphrase of the key (${found.kind}): `, 'private')
  // Where there is none, this says what is missing.
  if (known === undefined) await openKeys(context, keys, [found.kind])
  else await keys.open([found.kind], known)
  return known ?? ''
}

async function write(path: string, text: string, force: boolean): Promise<void> {
  const { createFile, replaceFile } = await import('../../storage/durable-file.ts')
  try {
    if (force) replaceFile(path, text, 0o600)
    else createFile(path, text, 0o600)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC') throw new MeshError('DISK_FULL', { file: path }, error)
    throw new MeshError('OUTPUT_FILE', { path, why: code === 'EEXIST' ? 'it is there already' : message }, error)
  }
}
