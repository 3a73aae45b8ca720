import { MeshError } from '../../../protocols/kernel/errors.ts'
import { argument, type CommandContext, defineSubcommand, option } from '../command.ts'
import {
  KEY_JSON,
  keyJson,
  ownKind,
  requireNone,
  sealingPassphrase,
  sealOptions,
  type WalletContext,
  walletKeys,
} from './wallet-keys.ts'

export const walletImportCommand = defineSubcommand({
  name: 'import',
  summary: 'bring in the key of an owner or a payer from another wallet',
  about:
    'The file is a keystore of version 3, as geth and most wallets write it, or holds the 64 hexadecimal digits of the key; on ' +
    'the command line itself a key is never given, for others could read it there. It is sealed here under a passphrase of its ' +
    `own. The file stays as it is. With --json: ${KEY_JSON}.`,
  examples: [
    { line: 'aitbc wallet import owner ./UTC--2027-01-02--0x52908400.json', about: 'asks for both passphrases' },
    { line: 'aitbc wallet import payer ./key.txt --passphrase-file ./secret', about: 'digits, sealed here' },
  ],
  arguments: { kind: ownKind, file: argument('the key as another wallet wrote it', { offers: 'files' }) },
  options: {
    importPassphraseFile: option({
      value: 'file',
      about: 'Its first line opens the file of the other wallet. Asked for on a terminal where it is not given.',
      offers: 'files',
    }),
    ...sealOptions,
  },
  settings: ['passphraseFile'],
  async run({ arguments: { kind, file }, options, ...context }) {
    using keys = await walletKeys(context)
    requireNone(keys, kind)
    const secret = await secretOf(context, file, options.importPassphraseFile)
    try {
      const passphrase = await sealingPassphrase(context, options.noPassphrase)
      using key = await keys.add(kind, { secret, passphrase })
      const made = keyJson(keys.look(kind)!)
      await context.out.print(made, () =>
        [
          `The ${kind} is ${key.address}, in ${made.path}${made.sealed ? '' : ', NOT sealed'}.`,
          `${file} still holds it: remove what you do not need.`,
        ].join('\n'),
      )
    } catch (error) {
      if (error instanceof RangeError) throw unreadable(file, 'it holds no key of the curve')
      throw error
    } finally {
      secret.fill(0)
    }
  },
})

type Context = WalletContext & Pick<CommandContext, 'out'>

async function secretOf(context: Context, path: string, passphraseFile: string | undefined): Promise<Uint8Array> {
  const { openV3, readForeignKey } = await import('../../keys/v3-keystore.ts')
  const found = readForeignKey(await textOf(path))
  if (found === undefined)
    throw unreadable(path, 'it is neither a keystore of version 3 that can be read here nor 64 hexadecimal digits')
  if (found.kind === 'plain') return found.secret
  const { knownPassphrase } = await import('../passphrase.ts')
  const { mayAsk, signal, out } = context
  const passphrase = await knownPassphrase({ passphraseFile, mayAsk, signal }, `Passphrase of ${path}: `)
  if (passphrase === undefined) {
    const remedy = 'Name the file that holds it with --import-passphrase-file.'
    throw new MeshError('KEY_SEALED', { path, remedy })
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
    if (fstatSync(file).size > FOREIGN_KEY_BYTES_MAX) throw unreadable(path, 'it is longer than a key')
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof MeshError) throw error
    throw unreadable(path, (error as Error).message)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

const unreadable = (path: string, why: string): MeshError =>
  new MeshError('KEY_FILE', { path, why, remedy: 'Name a keystore file, or a file with the digits of the key.' })
