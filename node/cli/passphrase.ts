/** The passphrase of a backup: from a file, or asked for on a terminal, where nobody sees what is typed. */
import { readFileSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { MeshError } from '../../protocols/kernel/errors.ts'
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
  const first = checked(await askHidden(`Passphrase (at least ${CHARS_MIN} characters): `, signal))
  if (first !== (await askHidden('Once more: ', signal))) throw usageError('the two are not the same', 'Try again.')
  return first
}

/** @throws MeshError COMMAND_LINE, CANCELLED; `undefined` where it may not ask */
export async function knownPassphrase({ passphraseFile, mayAsk, signal }: Asked): Promise<string | undefined> {
  if (passphraseFile !== undefined) return fromFile(passphraseFile)
  return mayAsk ? askHidden('Passphrase of the backup: ', signal) : undefined
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

async function askHidden(question: string, signal: AbortSignal): Promise<string> {
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true })
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const cancel = (): void => reject(new MeshError('CANCELLED'))
  // The terminal is raw meanwhile: Ctrl-C comes as a key, and has to be passed on as the signal that it is elsewhere.
  lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  lines.once('line', resolve)
  lines.once('close', cancel)
  signal.addEventListener('abort', cancel, { once: true })
  try {
    return await promise
  } finally {
    signal.removeEventListener('abort', cancel)
    lines.close()
    process.stderr.write('\n')
  }
}
