/** Words of a command line to the command they call and what it is given. */
import { type CommanderError, Command as Parser, Option as ParserOption } from 'commander'
import type { SettingKey } from '../../config/settings.ts'
import { optionFlag, type Subcommand } from './command.ts'
import { flagForm, settingFlags } from './flag-list.ts'
import { explainParserError } from './parser-errors.ts'
import { type CommandPath, type GlobalOption, globalOptions, type Program } from './program.ts'

export interface Globals {
  readonly json: boolean
  readonly debug: boolean
  /** False with `--no-input`. */
  readonly input: boolean
  readonly data: string | undefined
  readonly network: string | undefined
}

export type Called =
  | {
      readonly kind: 'run'
      readonly path: CommandPath
      readonly arguments: Readonly<Record<string, unknown>>
      readonly options: Readonly<Record<string, unknown>>
      /** Given as flags, by setting. */
      readonly settings: Readonly<Partial<Record<SettingKey, string>>>
      readonly globals: Globals
    }
  | {
      readonly kind: 'help'
      readonly path: CommandPath
      readonly globals: Globals
      /** Nothing was asked for: the bare name of the program. */
      readonly isBare: boolean
    }

/**
 * @param words without the program's name
 * @throws MeshError COMMAND_LINE, or what a parser of the command throws
 */
export async function parseCommandLine(program: Program, words: readonly string[]): Promise<Called> {
  let called: Called | undefined
  const root = new Parser(program.name)
  for (const option of Object.values<GlobalOption>(globalOptions)) {
    root.addOption(new ParserOption(flagForm({ value: undefined, ...option })))
  }
  const globals = (): Globals => root.opts()
  const call = (newCall: Called): void => {
    called = newCall
  }
  build(root, { program, globals, call }, [], program.commands)
  try {
    await root.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    if (error.isHelp) return { kind: 'help', path: error.path, globals: globals(), isBare: error.isBare }
    throw await explainParserError(program, error.path, error.parserError, error.words)
  }
  return called ?? { kind: 'help', path: [], globals: globals(), isBare: true }
}

interface Building {
  readonly program: Program
  readonly globals: () => Globals
  readonly call: (called: Called) => void
}

/** What commander throws, with the command at which it did. */
class Stopped extends Error {
  readonly parserError: CommanderError
  readonly path: CommandPath
  readonly words: readonly string[]

  constructor(parserError: CommanderError, path: CommandPath, words: readonly string[]) {
    super(parserError.message, { cause: parserError })
    this.parserError = parserError
    this.path = path
    this.words = words
  }

  get isHelp(): boolean {
    const { code } = this.parserError
    return code === 'commander.helpDisplayed' || this.isBare
  }

  get isBare(): boolean {
    return this.parserError.code === 'commander.help' && this.path.length === 0
  }
}

/** Prepares the parser of one command and, below it, of its subcommands. */
function build(parser: Parser, building: Building, path: CommandPath, commands: readonly Subcommand[]): void {
  parser
    .exitOverride((error) => {
      throw new Stopped(error, path, parser.args)
    })
    // Its help and its errors are ours to write.
    .configureOutput({ writeOut: () => {}, writeErr: () => {} })
    .configureHelp({ formatHelp: () => '' })
    .helpCommand(false)
    .helpOption('-h, --help')
  const parsers = new Map<Parser, Subcommand>()
  for (const command of commands) {
    const below = new Parser(command.name)
    parsers.set(below, command)
    build(below, building, [...path, command], command.commands)
    prepare(below, building, [...path, command], command)
    parser.addCommand(below)
  }
  // The flags of settings are known once the command is: only then the table of settings is needed.
  parser.hook('preSubcommand', async (_, below) => {
    for (const flag of await settingFlags(parsers.get(below)!)) below.addOption(new ParserOption(flagForm(flag)))
  })
}

function prepare(parser: Parser, { globals, call }: Building, path: CommandPath, command: Subcommand): void {
  for (const [name, { kind }] of Object.entries(command.arguments)) {
    parser.argument({ required: `<${name}>`, optional: `[${name}]`, several: `[${name}...]` }[kind])
  }
  for (const [name, { kind, value }] of Object.entries(command.options)) {
    const option = commandOption(flagForm({ flag: optionFlag(name), value }))
    if (kind === 'several') option.argParser((text, before: string[] = []) => [...before, text])
    parser.addOption(option)
  }
  if (command.run === undefined) return
  parser.action(async () => {
    const given = givenTo(parser)
    call({
      kind: 'run',
      path,
      arguments: readArguments(command, parser.processedArgs),
      options: readOptions(command, given),
      settings: await readSettings(command, given),
      globals: globals(),
    })
  })
}

/**
 * A flag that a command shares with those above it is taken by the uppermost that has it, wherever it stands: what was given to them
 * is given to this one. The program's own flags, above all, are apart.
 */
function givenTo(parser: Parser): Record<string, unknown> {
  const above = parser.parent
  return { ...(above?.parent == null ? {} : givenTo(above)), ...parser.opts() }
}

/** To commander `--no-key` is a `--key` that is true unless taken back; among a command's own it is a flag like others. */
function commandOption(form: string): ParserOption {
  const option = new ParserOption(form)
  option.negate = false
  return option
}

/** As commander names the value of a flag. */
const attributeOf = (flag: string): string => commandOption(flag).attributeName()

function readArguments({ arguments: words }: Subcommand, given: readonly unknown[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(words).map(([name, { parse }], i) => [name, readEach(given[i], parse)] as const),
  )
}

function readOptions({ options }: Subcommand, given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, { kind, parse }]) => {
      const text = given[attributeOf(optionFlag(name))]
      if (kind === 'flag') return [name, text === true]
      return [name, readEach(kind === 'several' ? (text ?? []) : text, parse)]
    }),
  )
}

const readEach = (given: unknown, parse: (text: string) => unknown): unknown =>
  Array.isArray(given) ? given.map((text) => parse(text)) : given === undefined ? undefined : parse(given as string)

async function readSettings(
  command: Subcommand,
  given: Readonly<Record<string, unknown>>,
): Promise<Readonly<Partial<Record<SettingKey, string>>>> {
  const flags = await settingFlags(command)
  return Object.fromEntries(
    flags.map(({ key, flag, bare }) => {
      const text = given[attributeOf(flag)] as string | true | undefined
      return [key, text === true ? bare : text]
    }),
  )
}
