/** A yes before something that cannot be taken back. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type CommandContext, flag } from '../frame/command.ts'
import { usageError } from '../frame/usage-error.ts'
import { AskLines } from './ask-lines.ts'

export const yesOption = { yes: flag('Does it without asking.') }

/**
 * @param what as a question
 * @throws MeshError CANCELLED for any answer but yes; COMMAND_LINE where nobody can be asked
 */
export async function confirm(
  { mayAsk, signal, out }: Pick<CommandContext, 'mayAsk' | 'signal' | 'out'>,
  what: string,
  yes: boolean,
): Promise<void> {
  if (yes) return
  if (!mayAsk) throw usageError('this asks for a yes, and nobody can be asked', 'Say it with --yes.')
  using lines = new AskLines({
    input: process.stdin,
    output: process.stderr,
    signal,
    say: (line) => out.say(line),
  })
  const answer = await lines.line(`${what} [y/N] `)
  if (!/^y(es)?$/i.test(answer.trim())) throw new MeshError('CANCELLED')
}
