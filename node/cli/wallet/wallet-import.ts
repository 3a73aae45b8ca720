import { argument, defineSubcommand, option } from '../frame/command.ts'
import { foreignSecret, unreadableKey } from './foreign-secret.ts'
import { KEY_JSON, keyJson, ownKind, requireNone, sealingPassphrase, sealOptions, walletKeys } from './wallet-keys.ts'

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
    const secret = await foreignSecret(context, file, {
      passphraseFile: options.importPassphraseFile,
      flag: '--import-passphrase-file',
    })
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
      if (error instanceof RangeError) throw unreadableKey(file, 'it holds no key of the curve')
      throw error
    } finally {
      secret.fill(0)
    }
  },
})
