/** A passphrase, of a backup or of keys: from a file, or asked for on a terminal, where nobody sees what is typed. */
import { readPassphraseFile } from '../../keys/passphrase-file.ts'
import { usageError } from '../frame/usage-error.ts'
import { AskLines } from './ask-lines.ts'

/** scrypt makes a guess dear, not impossible: fewer are guessed in days. */
const CHARS_MIN = 10

interface Asked {
  readonly passphraseFile: string | undefined
  readonly mayAsk: boolean
  readonly signal: AbortSignal
}

interface NewAsked extends Asked {
  /** What to do where it can neither be read nor asked for. */
  readonly otherwise: string
  /** Of the file: see {@link readPassphraseFile}. */
  readonly whose?: 'private' | 'any'
  readonly prompt?: string
}

/** @throws MeshError COMMAND_LINE, PASSPHRASE_FILE, CANCELLED */
export async function newPassphrase(asked: NewAsked): Promise<string> {
  const { passphraseFile, mayAsk, signal, otherwise, whose = 'any', prompt = 'Passphrase' } = asked
  if (passphraseFile !== undefined) return checked(readPassphraseFile(passphraseFile, whose))
  if (!mayAsk) throw usageError('what is written holds keys, and no passphrase is given', otherwise)
  using lines = hiddenLines(signal)
  const first = checked(await lines.line(`${prompt} (at least ${CHARS_MIN} characters): `))
  if (first !== (await lines.line('Once more: '))) throw usageError('the two are not the same', 'Try again.')
  return first
}

/** @throws MeshError PASSPHRASE_FILE, CANCELLED; `undefined` where it may not ask */
export async function knownPassphrase(
  { passphraseFile, mayAsk, signal }: Asked,
  prompt: string,
  whose: 'private' | 'any' = 'any',
): Promise<string | undefined> {
  if (passphraseFile !== undefined) return readPassphraseFile(passphraseFile, whose)
  if (!mayAsk) return undefined
  using lines = hiddenLines(signal)
  return await lines.line(prompt)
}

function checked(passphrase: string): string {
  if (passphrase.length >= CHARS_MIN) return passphrase
  throw usageError(`the passphrase has fewer than ${CHARS_MIN} characters`, 'Take a longer one: some words do well.')
}

const hiddenLines = (signal: AbortSignal): AskLines =>
  new AskLines({ input: process.stdin, output: process.stderr, signal, say: () => undefined, isHidden: true })
