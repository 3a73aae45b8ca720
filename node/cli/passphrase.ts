/** The passphrase of a backup: from a file, or asked for on a terminal, where nobody sees what is typed. */
import { readFileSync, statSync } from 'node:fs'
import { AskLines } from './ask-lines.ts'
import { usageError } from './usage-error.ts'

/** scrypt makes a guess dear, not impossible: fewer are guessed in days. */
const CHARS_MIN = 10
const CHARS_MAX = 1_024

interface Asked {
  readonly passphraseFile: string | undefined
  readonly mayAsk: boolean
  readonly signal: AbortSignal
}

/** @throws MeshError COMMAND_LINE, CANCELLED */
export async function newPassphrase({ passphraseFile, mayAsk, signal }: Asked, otherwise: string): Promise<string> {
  if (passphraseFile !== undefined) return checked(fromFile(passphraseFile))
  if (!mayAsk) throw usageError('a backup holds keys, and no passphrase is given', otherwise)
  using lines = hiddenLines(signal)
  const first = checked(await lines.line(`Passphrase (at least ${CHARS_MIN} characters): `))
  if (first !== (await lines.line('Once more: '))) throw usageError('the two are not the same', 'Try again.')
  return first
}

/** @throws MeshError COMMAND_LINE, CANCELLED; `undefined` where it may not ask */
export async function knownPassphrase({ passphraseFile, mayAsk, signal }: Asked): Promise<string | undefined> {
  if (passphraseFile !== undefined) return fromFile(passphraseFile)
  if (!mayAsk) return undefined
  using lines = hiddenLines(signal)
  return await lines.line('Passphrase of the backup: ')
}

function checked(passphrase: string): string {
  if (passphrase.length >= CHARS_MIN) return passphrase
  throw usageError(`the passphrase has fewer than ${CHARS_MIN} characters`, 'Take a longer one: some words do well.')
}

function fromFile(path: string): string {
  let text: string
  try {
    if (statSync(path).size > 4 * CHARS_MAX) throw new Error('it is longer than a passphrase')
    text = readFileSync(path, 'utf8').split(/\r?\n/, 1)[0] ?? ''
  } catch (error) {
    throw usageError(`the passphrase file ${path} cannot be read: ${(error as Error).message}`, 'Name another.')
  }
  if (text !== '') return text
  throw usageError(`the first line of ${path} is empty`, 'Write the passphrase there.')
}

const hiddenLines = (signal: AbortSignal): AskLines =>
  new AskLines({ input: process.stdin, output: process.stderr, signal, say: () => undefined, isHidden: true })
