import { argument, type Command, type CommandContext, defineCommand, flag } from '../frame/command.ts'
import { noPassphrase, passphraseOptions } from '../prompts/passphrase-options.ts'
import { bytesText } from '../screen/byte-sizes.ts'
import { amountOf } from '../screen/numbers.ts'

export const backupCommand: Command = defineCommand({
  name: 'backup',
  group: 'earn',
  summary: 'write the keys and the evidence of a node into one file',
  about:
    'Keys, signing journal (receipts, vouchers, counters, leases), evidence against others, grant, settings, network file, known peers and stories of jobs, as ' +
    'they are at one moment; the node may run. Models are not in it: they are pulled again. The file is encrypted with a ' +
    'passphrase (scrypt, AES-256-GCM), for its owner alone, and read once more before it gets its name. What the node signs ' +
    'after it is not in it: see aitbc help restore. With --json: {"file", "bytes", "encrypted", "entries": [{"name", "bytes"}]}.',
  examples: [
    { line: 'aitbc backup node.backup', about: 'asks for a passphrase' },
    { line: 'aitbc backup "/mnt/stick/$(date +%F).backup" --passphrase-file ./secret', about: 'from a timer' },
  ],
  arguments: { file: argument('where to write it', { offers: 'files' }) },
  options: { ...passphraseOptions, noPassphrase, force: flag('Replaces a file that is there.') },
  run: backUpNode,
})

interface BackupOptions {
  readonly passphraseFile: string | undefined
  readonly noPassphrase: boolean
  readonly force: boolean
}

async function backUpNode(context: CommandContext<{ readonly file: string }, BackupOptions>): Promise<void> {
  const { arguments: words, options, out, signal, mayAsk, dataFolder } = context
  const { resolve } = await import('node:path')
  const { backUp } = await import('../../backup/back-up.ts')
  const { newPassphrase } = await import('../prompts/passphrase.ts')
  const { usageError } = await import('../frame/usage-error.ts')
  const { programVersion } = await import('../../version.ts')
  const { passphraseFile, noPassphrase: plain, force } = options
  if (plain && passphraseFile !== undefined)
    throw usageError('--no-passphrase and --passphrase-file exclude each other', 'Give one of them.')
  const path = resolve(words.file)
  const folder = await dataFolder()
  const networkFile = await networkFileOf(context)
  const passphrase = plain
    ? undefined
    : await newPassphrase({
        passphraseFile,
        mayAsk,
        signal,
        otherwise: 'Name its file with --passphrase-file, or say --no-passphrase.',
      })
  using progress = out.progress('writing the backup', bytesText)
  const { bytes, entries } = await backUp({
    dataFolder: folder,
    networkFile,
    path,
    force,
    passphrase,
    program: programVersion(),
    nowMs: Date.now(),
    signal,
    onBytes: (done) => progress.update(done),
  })
  await out.print({ file: path, bytes, encrypted: !plain, entries }, () =>
    [
      `${path} holds ${amountOf(entries.length, 'file')} of ${folder}, ${bytesText(bytes)}${plain ? ', NOT encrypted' : ''}.`,
      plain ? 'Whoever reads it has the keys.' : 'Without its passphrase nobody can read it, nor can you.',
    ].join('\n'),
  )
}

/** `undefined` where the node is in a network that is shipped with the program. */
async function networkFileOf({
  config,
  out,
  program,
}: Pick<CommandContext, 'config' | 'out' | 'program'>): Promise<string | undefined> {
  const { isShipped } = await import('../../config/networks-folder.ts')
  const { asMeshError } = await import('../../../protocols/kernel/errors.ts')
  try {
    const { networkPath } = await config()
    return isShipped(networkPath, program.networksFolder) ? undefined : networkPath
  } catch (error) {
    // A wrong setting is no reason to lose the keys.
    out.warn(`The network file is not in the backup: ${asMeshError(error).message}.`)
    return undefined
  }
}
