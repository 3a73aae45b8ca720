/** A node whose keys are sealed asks for their passphrase once, when it starts. */
import { isMeshError } from '../../protocols/kernel/errors.ts'
import type { KeyFacts, KeyKind, Keystore } from './keystore.ts'
import { readPassphraseFile } from './passphrase-file.ts'

/**
 * Gives the passphrase of these keys.
 * @param wrongTries how many it gave before that did not open them
 * @returns `undefined` where there is none, or no other one
 */
export type AskPassphrase = (
  sealed: readonly KeyFacts[],
  wrongTries: number,
  signal: AbortSignal | undefined,
) => Promise<string | undefined>

/** The word of a file, where one is named: it is asked once, and no terminal after it. @throws MeshError PASSPHRASE_FILE */
export const passphraseOf = (file: string | undefined, otherwise?: AskPassphrase): AskPassphrase | undefined =>
  file === undefined
    ? otherwise
    : async (_, wrongTries) => (wrongTries === 0 ? readPassphraseFile(file, 'private') : undefined)

/** Who mistyped it that often does not know it; each try costs half a second for each key. */
const TRIES_MAX = 3

/**
 * One passphrase opens all of them. Where none is given they stay closed, and to load one says what is missing.
 * @throws MeshError KEY_FILE, KEY_PASSPHRASE, and what `ask` throws
 */
export async function openSealedKeys(
  keys: Keystore,
  kinds: readonly KeyKind[],
  ask: AskPassphrase | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const sealed = kinds.flatMap((kind) => keys.look(kind) ?? []).filter(({ isSealed }) => isSealed)
  if (sealed.length === 0) return
  let wrong: unknown
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const passphrase = await ask?.(sealed, tries, signal)
    if (passphrase === undefined) break
    try {
      await keys.open(kinds, passphrase)
      return
    } catch (error) {
      if (!isMeshError(error, 'KEY_PASSPHRASE')) throw error
      wrong = error
    }
  }
  if (wrong !== undefined) throw wrong
  // Says what is missing, and how to give it.
  keys.load(sealed[0]!.kind)
}
