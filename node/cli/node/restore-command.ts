import { argument, type Command, type CommandContext, defineCommand, flag } from '../frame/command.ts'
import { passphraseOptions } from '../prompts/passphrase-options.ts'
import { bytesText } from '../screen/byte-sizes.ts'
import { amountOf } from '../screen/numbers.ts'

export const restoreCommand: Command = defineCommand({
  name: 'restore',
  group: 'earn',
  summary: 'bring a backup into the data folder',
  about:
    'All of it or nothing, also where it is killed. A folder that holds a node already is left alone, unless --replace sets ' +
    'that node aside in replaced-1 inside it; models and log stay. What the node signed after the backup is not in it: where ' +
    'peers have seen more of its key than the backup holds, it refuses to sign until you say that no other copy of it runs ' +
    '(aitbc start --confirm-restored). With --json: {"dataFolder", "createdAt", "entries": [{"name", "bytes"}]}.',
  examples: [
    { line: 'aitbc restore node.backup', about: 'on a new machine' },
    { line: 'aitbc restore node.backup --data ./node --passphrase-file ./secret', about: 'into another folder' },
  ],
  arguments: { file: argument('the backup', { offers: 'files' }) },
  options: { ...passphraseOptions, replace: flag('Sets aside the node that is in the folder.') },
  run: restoreNode,
})

interface RestoreOptions {
  readonly passphraseFile: string | undefined
  readonly replace: boolean
}

async function restoreNode(context: CommandContext<{ readonly file: string }, RestoreOptions>): Promise<void> {
  const { arguments: words, options, out, signal, mayAsk, dataFolder } = context
  const { resolve } = await import('node:path')
  const { isEncrypted } = await import('../../backup/read-archive.ts')
  const { restore } = await import('../../backup/restore.ts')
  const { knownPassphrase } = await import('../prompts/passphrase.ts')
  const { systemClock } = await import('../../roles/system-clock.ts')
  const { passphraseFile, replace } = options
  const path = resolve(words.file)
  const folder = await dataFolder()
  const passphrase = (await isEncrypted(path))
    ? await knownPassphrase({ passphraseFile, mayAsk, signal }, 'Passphrase of the backup: ')
    : undefined
  using progress = out.progress('reading the backup', bytesText)
  const { head, entries } = await restore({
    path,
    dataFolder: folder,
    passphrase,
    replace,
    clock: systemClock,
    signal,
    onBytes: (done, of) => progress.update(done, of),
  })
  await out.print({ dataFolder: folder, createdAt: head.createdAt, entries }, () =>
    [
      `${folder} is the node as it was at ${head.createdAt}, in ${amountOf(entries.length, 'file')}.`,
      'What it signed after that is not here. Start it only when no other copy of it runs: aitbc start',
    ].join('\n'),
  )
}
