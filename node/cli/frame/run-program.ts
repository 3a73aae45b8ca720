/** One command line from its words to its exit code. */
import { EXIT, project } from '../../../protocols/kernel/error-projections.ts'
import { asMeshError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { Config, ConfigSources } from '../../config/load-config.ts'
import { jsonText } from '../screen/json-text.ts'
import type { CommandContext } from './command.ts'
import { errorReport, errorText } from './error-report.ts'
import { helpText } from './help-text.ts'
import { Output, type OutputStream } from './output.ts'
import { type Called, parseCommandLine } from './parse-command-line.ts'
import type { Program } from './program.ts'

/** What a command line stands in: this process, or a test. */
export interface Surroundings {
  readonly stdout: OutputStream
  readonly stderr: OutputStream
  readonly stdin: { readonly isTTY?: boolean }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: Clock
  readonly signal: AbortSignal
  /** Was it a person or the system that aborted the signal? */
  readonly wasInterrupted: () => boolean
  readonly onReaderGone: () => void
}

/**
 * Never throws: what goes wrong is printed.
 * @param words without the program's name
 * @returns the exit code, from EXIT
 */
export async function runProgram(
  program: Program,
  words: readonly string[],
  surroundings: Surroundings,
): Promise<number> {
  let readerGone = false
  const onReaderGone = (): void => {
    readerGone = true
    surroundings.onReaderGone()
  }
  // Known before the words are, as errors in them are printed too.
  const outputWith = (json: boolean): Output => new Output({ ...surroundings, json, onReaderGone })
  let output = outputWith(isGiven('--json', words))
  try {
    let called = await parseCommandLine(program, withShorthands(program, words))
    if (called.kind === 'help' && called.isBare) {
      const meant = await bareWords(program, called, surroundings)
      if (meant !== undefined) called = await parseCommandLine(program, [...meant, ...words])
    }
    output = outputWith(called.globals.json)
    sayWhenInterrupted(output, surroundings)
    const outcome = await run(program, called, output, surroundings)
    if (typeof outcome === 'number') return outcome
    return surroundings.wasInterrupted() ? EXIT.interrupted : EXIT.done
  } catch (thrown) {
    const error = asMeshError(thrown)
    if (error.code === 'CANCELLED') {
      // The reader has all that it wanted: a quiet end.
      if (readerGone) return EXIT.done
      if (surroundings.wasInterrupted()) return EXIT.interrupted
    }
    reportError(error, output, isGiven('--debug', words))
    return project(error.code).exit
  }
}

/** By the output that draws what moves: another one would write into it. */
function sayWhenInterrupted(output: Output, { signal, wasInterrupted, stderr }: Surroundings): void {
  const heard = (): void => {
    if (wasInterrupted() && stderr.isTTY === true) output.say('Stopping. Ctrl-C again ends it at once.')
  }
  signal.addEventListener('abort', heard, { once: true })
}

export function reportError(error: MeshError, output: Output, debug: boolean): void {
  output.say(output.json ? jsonText(errorReport(error)) : errorText(error, output.talkStyle, debug))
}

/** Whether a flag without a value stands among the words, though they may be wrong otherwise. */
export function isGiven(flag: string, words: readonly string[]): boolean {
  const end = words.indexOf('--')
  return (end === -1 ? words : words.slice(0, end)).includes(flag)
}

/** `aitbc --version`, as every program understands it, and `aitbc --yes`, a first run that asks nothing. */
function withShorthands({ commands }: Program, words: readonly string[]): readonly string[] {
  const [first, ...others] = words
  if (first === '--version' || first === '-V') return ['version', ...others]
  return first === '--yes' && commands.some(({ name }) => name === 'setup') ? ['setup', ...words] : words
}

/** What the bare name of the program stands for here. */
async function bareWords(
  program: Program,
  { globals }: Called,
  { stdin, stderr }: Surroundings,
): Promise<readonly string[] | undefined> {
  const { dataFolderOf } = await import('../../config/load-config.ts')
  const sources = { networksFolder: program.networksFolder, flags: { dataFolder: globals.data } }
  return program.whenBare?.({
    dataFolder: async () => dataFolderOf(sources),
    mayAsk: globals.input && stdin.isTTY === true && stderr.isTTY === true,
  })
}

async function run(
  program: Program,
  called: Called,
  out: Output,
  { stdin, stderr, signal }: Surroundings,
): Promise<number | undefined> {
  const { globals, path } = called
  if (called.kind === 'help') {
    const text = await helpText(program, path, { style: out.style, width: out.width })
    await out.write(`${text}\n`)
    return EXIT.done
  }
  const { data, network } = globals
  const sources: ConfigSources = {
    networksFolder: program.networksFolder,
    flags: { ...called.settings, dataFolder: data, network },
  }
  let config: Promise<Config> | undefined
  const context: CommandContext = {
    arguments: called.arguments,
    options: called.options,
    out,
    signal,
    json: globals.json,
    debug: globals.debug,
    mayAsk: globals.input && stdin.isTTY === true && stderr.isTTY === true,
    program,
    config() {
      config ??= import('../../config/load-config.ts').then(({ loadConfig }) => loadConfig(sources))
      return config
    },
    async dataFolder() {
      const { dataFolderOf } = await import('../../config/load-config.ts')
      return dataFolderOf(sources)
    },
  }
  const outcome = await path.at(-1)!.run!(context)
  return outcome ?? undefined
}
