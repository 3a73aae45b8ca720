/**
 * A command of `aitbc` as a value: how it is called, how it is explained, what it does. The frame (program.ts) turns a list of
 * them into a command line, its help and its completion, so a new command is one file and one line in that list.
 *
 * What a command keeps to:
 * - It imports what it needs inside `run`: a command that is not called must cost nothing at the start.
 * - Results go to `out.print`, everything else to `out.say`. Every result has a JSON shape, which `about` describes.
 * - It ends when `signal` aborts, and what it opened is closed then (`await using`).
 * - It throws MeshError for what went wrong; the frame prints it and picks the exit code.
 */
import type { Config } from '../../config/load-config.ts'
import type { SettingKey } from '../../config/settings.ts'
import type { Output } from './output.ts'
import type { Program } from './program.ts'

/** Headings of the help, in this order: who is likely to look there. */
export const commandGroups = ['use', 'earn', 'money', 'network', 'research'] as const
export type CommandGroup = (typeof commandGroups)[number]

export interface Example {
  /** As it is typed: `aitbc run characters --input letter.png`. */
  readonly line: string
  /** What it does, without a full stop. */
  readonly about: string
}

/** A word after the command's name, by its place. */
export interface Argument<T> {
  readonly kind: 'required' | 'optional' | 'several'
  readonly about: string
  readonly parse: (text: string) => unknown
  /** What completion offers; it may import what knows. */
  readonly offers?: Offers
  /** Never there: it carries the type of what `run` is given. */
  readonly given?: T
}

/** A word that begins with `--`, anywhere after the command's name. */
export interface Option<T> {
  readonly kind: 'flag' | 'value' | 'several'
  readonly about: string
  /** `file` of `--input <file>`; absent for a flag. */
  readonly value?: string
  readonly parse: (text: string) => unknown
  readonly offers?: Offers
  readonly given?: T
}

/** Words for completion: names of files, or those of a list. */
export type Offers = 'files' | 'folders' | ((program: Program) => Promise<readonly string[]> | readonly string[])

type Arguments = Readonly<Record<string, Argument<unknown>>>
type Options = Readonly<Record<string, Option<unknown>>>
type Given<S> = { readonly [K in keyof S]: S[K] extends Argument<infer T> | Option<infer T> ? T : never }
type None = Readonly<Record<never, never>>

/** What a command is run with. */
export interface CommandContext<A = Readonly<Record<string, unknown>>, O = Readonly<Record<string, unknown>>> {
  /** By the names of the command's definition, parsed. */
  readonly arguments: A
  /** By the names of the command's definition, parsed: a flag is true or false, a value that was not given is undefined. */
  readonly options: O
  readonly out: Output
  /** Aborts at the first Ctrl-C, at SIGTERM, and when nobody reads the results any more. */
  readonly signal: AbortSignal
  /** Results are JSON: see {@link Output.print}, which already knows. */
  readonly json: boolean
  /** `--debug`: causes and stacks are shown. */
  readonly debug: boolean
  /** False with `--no-input` and off a terminal: then a question takes its default or is an error. */
  readonly mayAsk: boolean
  readonly program: Program
  /**
   * All settings with `--data`, `--network` and the command's own flags on top; the same value at every call.
   * @throws MeshError CONFIG_INVALID, CONFIG_KEY_UNKNOWN
   */
  config(): Promise<Config>
  /** For what must work while the configuration is wrong. @throws MeshError CONFIG_INVALID, CONFIG_KEY_UNKNOWN */
  dataFolder(): Promise<string>
}

/** An exit code other than 0, from EXIT; a command that failed throws instead. */
// biome-ignore lint/suspicious/noConfusingVoidType: a command without a return statement is done
export type Outcome = number | void

interface Definition<A extends Arguments, O extends Options> {
  readonly name: string
  /** One line without a full stop, in the form "do this to that". */
  readonly summary: string
  /** Paragraphs for its own help: what the results mean, the shape of the JSON. */
  readonly about?: string
  /** The first is the most likely one; never none, as they stand first in the help. */
  readonly examples: readonly [Example, ...Example[]]
  /** In the order of their places; only the last one may be `several`. */
  readonly arguments?: A
  /** By name: `priceMax` is `--price-max`. */
  readonly options?: O
  /** Settings that this command takes as flags too; `--data` and `--network` are everywhere. */
  readonly settings?: readonly SettingKey[]
  readonly commands?: readonly Subcommand[]
  /**
   * Absent where only the subcommands do something. After an interruption a command that returns without an exit code was cut
   * short (130); one that ends well by being told to, as a node does, returns `EXIT.done`.
   */
  run?(context: CommandContext<Given<A>, Given<O>>): Promise<Outcome>
}

/** A command below another one, as `set` in `aitbc config set`. */
export interface Subcommand {
  readonly name: string
  readonly summary: string
  readonly about: string
  readonly examples: readonly Example[]
  readonly arguments: Arguments
  readonly options: Options
  readonly settings: readonly SettingKey[]
  readonly commands: readonly Subcommand[]
  readonly run: ((context: CommandContext) => Promise<Outcome>) | undefined
}

export interface Command extends Subcommand {
  readonly group: CommandGroup
}

/**
 * @example
 * export const pingCommand: Command = defineCommand({
 *   name: 'ping',
 *   group: 'network',
 *   summary: 'measure the way to a peer',
 *   examples: [{ line: 'aitbc ping 12D3KooW…', about: 'five round trips' }],
 *   arguments: { peer: argument('a peer id') },
 *   options: { count: option({ value: 'number', about: 'round trips', parse: wholeNumber(1, 1_000) }), once: flag('only one') },
 *   async run({ arguments: { peer }, options: { count = 5, once }, out, signal }) {
 *     const { measure } = await import('../../network-node/measure.ts')
 *     const tookMs = await measure(peer, once ? 1 : count, signal)
 *     await out.print({ peer, tookMs }, () => `${peer} answers in ${durationText(tookMs)}`)
 *   },
 * })
 */
export function defineCommand<const A extends Arguments = None, const O extends Options = None>(
  definition: Definition<A, O> & { readonly group: CommandGroup },
): Command {
  return { ...complete(definition), group: definition.group }
}

export function defineSubcommand<const A extends Arguments = None, const O extends Options = None>(
  definition: Definition<A, O>,
): Subcommand {
  return complete(definition)
}

function complete<A extends Arguments, O extends Options>(definition: Definition<A, O>): Subcommand {
  const { name, summary, about = '', examples, settings = [], commands = [] } = definition
  const run = definition.run?.bind(definition) as Subcommand['run']
  const { arguments: words = {}, options = {} } = definition
  return { name, summary, about, examples, arguments: words, options, settings, commands, run }
}

interface Reading<T> {
  /** @throws MeshError, best by usageError */
  readonly parse: (text: string) => T
  readonly offers?: Offers
}
/** Of a word that is taken as it is. */
type TextReading = Omit<Reading<string>, 'parse'>

const asText = (text: string): string => text

/** A word that must be given. */
export function argument(about: string, reading?: TextReading): Argument<string>
export function argument<T>(about: string, reading: Reading<T>): Argument<T>
export function argument(about: string, reading: Partial<Reading<unknown>> = {}): Argument<unknown> {
  return { kind: 'required', about, parse: asText, ...reading }
}

/** A word that may be given, the last of all. */
export function optionalArgument(about: string, reading?: TextReading): Argument<string | undefined>
export function optionalArgument<T>(about: string, reading: Reading<T>): Argument<T | undefined>
export function optionalArgument(about: string, reading: Partial<Reading<unknown>> = {}): Argument<unknown> {
  return { kind: 'optional', about, parse: asText, ...reading }
}

/** All words that follow; maybe none. */
export function severalArguments(about: string, reading?: TextReading): Argument<readonly string[]>
export function severalArguments<T>(about: string, reading: Reading<T>): Argument<readonly T[]>
export function severalArguments(about: string, reading: Partial<Reading<unknown>> = {}): Argument<unknown> {
  return { kind: 'several', about, parse: asText, ...reading }
}

/** `--once`: there or not. */
export const flag = (about: string): Option<boolean> => ({ kind: 'flag', about, parse: asText })

interface ValueOption {
  /** What stands between the angle brackets. */
  readonly value: string
  readonly about: string
}

/** `--wait <duration>`; where it is given twice the last one counts. */
export function option(definition: ValueOption & TextReading): Option<string | undefined>
export function option<T>(definition: ValueOption & Reading<T>): Option<T | undefined>
export function option(definition: ValueOption & Partial<Reading<unknown>>): Option<unknown> {
  return { kind: 'value', parse: asText, ...definition }
}

/** `--input <file>`, as often as one likes. */
export function severalOption(definition: ValueOption & TextReading): Option<readonly string[]>
export function severalOption<T>(definition: ValueOption & Reading<T>): Option<readonly T[]>
export function severalOption(definition: ValueOption & Partial<Reading<unknown>>): Option<unknown> {
  return { kind: 'several', parse: asText, ...definition }
}

/** `--price-max` of `priceMax`. */
export const optionFlag = (name: string): string =>
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
