/** Asks on the terminal for the passphrase of sealed keys. */
import { basename } from 'node:path'
import type { AskPassphrase } from '../../keys/open-sealed-keys.ts'
import type { CommandContext } from '../frame/command.ts'
import { knownPassphrase } from './passphrase.ts'

/**
 * `undefined` off a terminal: a node then says what it lacks instead of waiting for nobody.
 * @param hush takes away what is drawn on the terminal while the question stands there
 */
export function askKeyPassphrase(
  { mayAsk, signal }: Pick<CommandContext, 'mayAsk' | 'signal'>,
  hush: () => void = () => undefined,
): AskPassphrase | undefined {
  if (!mayAsk) return undefined
  return (sealed, wrongTries) => {
    hush()
    // In the question: nothing may be said before the terminal has ceased to show what is typed.
    const again = wrongTries > 0 ? 'That does not open them. ' : ''
    const names = sealed.map(({ path }) => basename(path, '.json')).join(', ')
    return knownPassphrase({ passphraseFile: undefined, mayAsk, signal }, `${again}Passphrase of the keys (${names}): `)
  }
}

/** For {@link NodeOptions}, where it is left out rather than undefined. */
export const passphraseOption = (ask: AskPassphrase | undefined): { readonly passphrase?: AskPassphrase } =>
  ask === undefined ? {} : { passphrase: ask }
