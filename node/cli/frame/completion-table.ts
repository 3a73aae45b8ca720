/** What can be typed where, as one flat table that a shell's `case` can hold. */
import type { Offers } from './command.ts'
import { type ListedFlag, ownFlags, settingFlags } from './flag-list.ts'
import { allCommands, type CommandPath, commandsBelow, globalOptions, type Program } from './program.ts'

export interface Candidate {
  readonly word: string
  readonly about: string
}

/**
 * By key, where P is the command's path without the program's name:
 * `P/below` its subcommands, `P/flags` its flags, `P/0` what its first word may be, `P/*` what each further one may be,
 * `P/--flag` what that flag's value may be. A flag that takes no value has no row of its own.
 */
export type CompletionTable = ReadonlyMap<string, 'files' | 'folders' | readonly Candidate[]>

/** @example table.get('config set/0') holds the names of all settings */
export async function completionTable(program: Program): Promise<CompletionTable> {
  const table = new Map<string, 'files' | 'folders' | readonly Candidate[]>()
  for (const path of [[], ...allCommands(program)]) await addCommand(table, program, path)
  return table
}

async function addCommand(
  table: Map<string, 'files' | 'folders' | readonly Candidate[]>,
  program: Program,
  path: CommandPath,
): Promise<void> {
  const name = path.map((each) => each.name).join(' ')
  const command = path.at(-1)
  const below = commandsBelow(program, path).map((each) => ({ word: each.name, about: each.summary }))
  if (below.length > 0) table.set(`${name}/below`, below)

  const own = command === undefined ? [] : [...ownFlags(command), ...(await settingFlags(command))]
  const flags: readonly (Pick<ListedFlag, 'flag' | 'about'> & Partial<ListedFlag>)[] = [
    ...own,
    ...Object.values(globalOptions),
  ]
  table.set(`${name}/flags`, [
    ...flags.map(({ flag, about }) => ({ word: flag, about })),
    { word: '--help', about: 'Explains it.' },
  ])
  for (const { flag, value, bare, offers } of flags) {
    // Where the value may be left out, what follows may be anything.
    if (value !== undefined && bare === undefined) table.set(`${name}/${flag}`, await candidates(program, offers))
  }
  for (const [place, { kind, offers }] of Object.values(command?.arguments ?? {}).entries()) {
    if (offers !== undefined)
      table.set(`${name}/${kind === 'several' ? '*' : place}`, await candidates(program, offers))
  }
}

async function candidates(
  program: Program,
  offers: Offers | undefined,
): Promise<'files' | 'folders' | readonly Candidate[]> {
  if (typeof offers === 'string') return offers
  return ((await offers?.(program)) ?? []).map((word) => ({ word, about: '' }))
}
