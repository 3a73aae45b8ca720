import type { KeyKind, Keystore } from '../../keys/keystore.ts'
import { defineSubcommand, option, severalArguments } from '../frame/command.ts'
import { usageError } from '../frame/usage-error.ts'
import { confirm, yesOption } from '../prompts/confirm.ts'
import {
  allKinds,
  anyKind,
  existingKey,
  KEY_JSON,
  type KeyJson,
  keyJson,
  ownKinds,
  sealingPassphrase,
  type WalletContext,
  walletKeys,
} from './wallet-keys.ts'

/** The keys that a node opens when it starts, with one passphrase. */
const nodeKinds: readonly KeyKind[] = ['operator', 'payer', 'session']

const kinds = severalArguments('which ones', { parse: anyKind, offers: () => allKinds })

export const walletSealCommand = defineSubcommand({
  name: 'seal',
  summary: 'put keys under a passphrase',
  about:
    'owner and payer where none is named. From then on a node whose keys these are asks for the passphrase when it starts, ' +
    'and needs a file for it where nobody sits at a terminal (aitbc config set passphraseFile). Keys of a node have one ' +
    'passphrase; the owner may have another. What lay on the disk before may be found there until it is overwritten. ' +
    `With --json: {"keys": [${KEY_JSON}]}.`,
  examples: [
    { line: 'aitbc wallet seal', about: 'owner and payer, under a passphrase that is asked for' },
    { line: 'aitbc wallet seal operator payer session --passphrase-file ./secret', about: 'all that a node opens' },
  ],
  arguments: { kinds },
  settings: ['passphraseFile'],
  async run({ arguments: words, ...context }) {
    using keys = await walletKeys(context)
    const wanted = named(keys, words.kinds)
    if (wanted.every((kind) => keys.look(kind)!.isSealed))
      return print(context, keys, wanted, 'They are sealed already.')
    const passphrase = (await sealingPassphrase(context, false))!
    using progress = context.out.progress('sealing')
    if (wanted.some((kind) => nodeKinds.includes(kind))) {
      progress.relabel('trying the passphrase on the keys that are sealed')
      await keys.open(nodeKinds, passphrase)
    }
    for (const kind of wanted) {
      progress.relabel(`sealing the ${kind}`)
      await keys.seal(kind, passphrase)
    }
    await print(context, keys, wanted, 'Without the passphrase nobody can use them, nor can you.')
  },
})

export const walletUnsealCommand = defineSubcommand({
  name: 'unseal',
  summary: 'take keys out from under their passphrase',
  about: `Whoever can read the files has the keys then. Asks for a yes. With --json: {"keys": [${KEY_JSON}]}.`,
  examples: [{ line: 'aitbc wallet unseal payer', about: 'a node starts again without a question' }],
  arguments: { kinds },
  options: yesOption,
  settings: ['passphraseFile'],
  async run({ arguments: words, options: { yes }, ...context }) {
    using keys = await walletKeys(context)
    if (words.kinds.length === 0) throw usageError('no key is named', `Name some of ${allKinds.join(', ')}.`)
    const wanted = named(keys, words.kinds)
    const sealed = wanted.filter((kind) => keys.look(kind)!.isSealed)
    if (sealed.length === 0) return print(context, keys, wanted, 'They are not sealed.')
    await confirm(context, `Write ${sealed.join(', ')} unsealed to the disk?`, yes)
    const passphrase = await knownFor(context, sealed)
    for (const kind of sealed) await keys.unseal(kind, passphrase)
    await print(context, keys, wanted, 'Whoever reads these files has the keys.')
  },
})

export const walletPassphraseCommand = defineSubcommand({
  name: 'passphrase',
  summary: 'put sealed keys under another passphrase',
  about:
    'operator, payer and session, as far as they are sealed, where none is named: a node opens them with one. The passphrase that ' +
    'they have is asked for first, or read from --passphrase-file. Backups and exports keep the old one. ' +
    `With --json: {"keys": [${KEY_JSON}]}.`,
  examples: [
    { line: 'aitbc wallet passphrase', about: 'asks for the old and the new one' },
    { line: 'aitbc wallet passphrase owner', about: 'of the owner alone' },
  ],
  arguments: { kinds },
  options: {
    newPassphraseFile: option({
      value: 'file',
      about: 'Its first line is the new passphrase. Asked for on a terminal where it is not given.',
      offers: 'files',
    }),
  },
  settings: ['passphraseFile'],
  async run({ arguments: words, options: { newPassphraseFile }, ...context }) {
    using keys = await walletKeys(context)
    const given =
      words.kinds.length > 0 ? [...new Set(words.kinds)] : nodeKinds.filter((kind) => keys.look(kind)?.isSealed)
    const sealed = given.filter((kind) => existingKey(keys, kind).isSealed)
    if (sealed.length === 0) throw usageError('none of these keys is sealed', 'Seal them first: aitbc wallet seal.')
    const before = await knownFor(context, sealed)
    // Before a new one is thought of in vain.
    await keys.open(sealed, before)
    const { newPassphrase } = await import('../prompts/passphrase.ts')
    const after = await newPassphrase({
      passphraseFile: newPassphraseFile,
      mayAsk: context.mayAsk,
      signal: context.signal,
      whose: 'private',
      prompt: 'New passphrase',
      otherwise: 'Name its file with --new-passphrase-file.',
    })
    using progress = context.out.progress('sealing')
    void progress
    await keys.reseal(sealed, before, after)
    await print(
      context,
      keys,
      sealed,
      'The old passphrase opens them no more. A file that holds it has to be changed too.',
    )
  },
})

function named(keys: Keystore, given: readonly KeyKind[]): readonly KeyKind[] {
  const wanted = given.length > 0 ? [...new Set(given)] : ownKinds.filter((kind) => keys.look(kind) !== undefined)
  if (wanted.length === 0)
    throw usageError('there is neither an owner nor a payer yet', 'Name other keys, see aitbc wallet.')
  for (const kind of wanted) existingKey(keys, kind)
  return wanted
}

async function knownFor({ config, mayAsk, signal }: WalletContext, kinds: readonly KeyKind[]): Promise<string> {
  const { knownPassphrase } = await import('../prompts/passphrase.ts')
  const { passphraseFile } = (await config()).settings
  const prompt = `Passphrase of the keys (${kinds.join(', ')}): `
  const passphrase = await knownPassphrase({ passphraseFile, mayAsk, signal }, prompt, 'private')
  if (passphrase === undefined)
    throw usageError('no passphrase is given', 'Name the file that holds it with --passphrase-file.')
  return passphrase
}

async function print({ out }: WalletContext, keys: Keystore, kinds: readonly KeyKind[], after: string): Promise<void> {
  const shown: readonly KeyJson[] = kinds.map((kind) => keyJson(keys.look(kind)!))
  const line = ({ kind, address, sealed }: KeyJson): string =>
    `${kind} ${address} is ${sealed ? 'sealed' : 'NOT sealed'}.`
  await out.print({ keys: shown }, () => [...shown.map(line), after].join('\n'))
}
