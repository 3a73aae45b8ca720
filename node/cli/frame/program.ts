/** The whole command line as a value; parsing, help and completion read it. */
import type { Command, CommandContext, Example, Offers, Subcommand } from './command.ts'

export interface Program {
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** The first lines of the help: what most people want to type. */
  readonly examples: readonly Example[]
  /** In the order in which the help shows them within their group. */
  readonly commands: readonly Command[]
  /** Where the shipped network files lie. */
  readonly networksFolder: string
  /** The words that the bare name of the program stands for; the help where it is absent, or says none. */
  readonly whenBare?: (context: Pick<CommandContext, 'dataFolder' | 'mayAsk'>) => Promise<readonly string[] | undefined>
}

/** A flag that every command takes. */
export interface GlobalOption {
  readonly flag: `--${string}`
  readonly value?: string
  readonly about: string
  readonly offers?: Offers
}

/** `--data` and `--network` are settings; they stand here by their names so that a start need not load all settings. */
export const globalOptions = {
  json: { flag: '--json', about: 'Results as JSON, one value a line; errors as JSON on standard error.' },
  data: { flag: '--data', value: 'folder', about: 'The data folder of the node.', offers: 'folders' },
  network: {
    flag: '--network',
    value: 'name|file',
    about: 'The network: the name of a shipped one, or a network file.',
    offers: 'files',
  },
  debug: { flag: '--debug', about: 'Shows where an error comes from.' },
  input: { flag: '--no-input', about: 'Never asks; a question takes its default or is an error.' },
} as const satisfies Record<string, GlobalOption>

/** A command with those above it: `config`, `set`. */
export type CommandPath = readonly Subcommand[]

/** `aitbc config set`. */
export const pathText = ({ name }: Program, path: CommandPath): string =>
  [name, ...path.map((command) => command.name)].join(' ')

/** The commands below; at the top those of the program. */
export const commandsBelow = ({ commands }: Program, path: CommandPath): readonly Subcommand[] =>
  path.at(-1)?.commands ?? commands

/** The command that words name, as far as they name one, and the first word that does not. */
export function findCommand(
  program: Program,
  words: readonly string[],
): { readonly path: CommandPath; readonly unknown: string | undefined } {
  const path: Subcommand[] = []
  for (const word of words) {
    const found = commandsBelow(program, path).find(({ name }) => name === word)
    if (found === undefined) return { path, unknown: word }
    path.push(found)
  }
  return { path, unknown: undefined }
}

/** All commands with their paths, a command before those below it. */
export function allCommands(program: Program, above: CommandPath = []): readonly CommandPath[] {
  return commandsBelow(program, above).flatMap((command) => {
    const path = [...above, command]
    return [path, ...allCommands(program, path)]
  })
}
