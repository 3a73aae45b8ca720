import { defineSubcommand } from '../frame/command.ts'
import { KEY_JSON, keyJson, ownKind, requireNone, sealingPassphrase, sealOptions, walletKeys } from './wallet-keys.ts'

export const walletNewCommand = defineSubcommand({
  name: 'new',
  summary: 'make the key of an owner or a payer',
  about:
    'Sealed under a passphrase, which is asked for, or read from --passphrase-file. A key that is there is never replaced. ' +
    `With --json: ${KEY_JSON}.`,
  examples: [
    { line: 'aitbc wallet new owner', about: 'asks for a passphrase' },
    { line: 'aitbc wallet new payer --passphrase-file ./secret', about: 'without a question' },
  ],
  arguments: { kind: ownKind },
  options: sealOptions,
  settings: ['passphraseFile'],
  async run({ arguments: { kind }, options: { noPassphrase }, ...context }) {
    using keys = await walletKeys(context)
    requireNone(keys, kind)
    const passphrase = await sealingPassphrase(context, noPassphrase)
    using key = await keys.add(kind, { passphrase })
    const made = keyJson(keys.look(kind)!)
    await context.out.print(made, () =>
      [
        `The ${kind} is ${key.address}, in ${made.path}${made.sealed ? '' : ', NOT sealed'}.`,
        'Nobody can make this key again: keep a backup (aitbc backup) or an export (aitbc wallet export).',
      ].join('\n'),
    )
  },
})
