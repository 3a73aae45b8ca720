/** What commander found wrong, in our words and with what was probably meant. */
import type { CommanderError } from 'commander'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import { nearestName } from '../../config/nearest-name.ts'
import { ownFlags, settingFlags } from './flag-list.ts'
import { type CommandPath, commandsBelow, globalOptions, type Program, pathText } from './program.ts'
import { usageError } from './usage-error.ts'
import { usageLine } from './usage-line.ts'

/** @param words what the command was given */
export async function explainParserError(
  program: Program,
  path: CommandPath,
  { code, message }: CommanderError,
  words: readonly string[],
): Promise<MeshError> {
  const called = pathText(program, path)
  // Commander's message puts what it is about between quotes.
  const about = /'([^']*)'/.exec(message)?.[1] ?? ''
  const below = commandsBelow(program, path)
  switch (code) {
    case 'commander.unknownCommand':
      return unknownCommand(program, path, words[0] ?? about)
    case 'commander.excessArguments':
      // A command that does something itself and has others below it was given a word that names none of them.
      return below.length > 0
        ? unknownCommand(program, path, words[0] ?? about)
        : usageError(`there are more words than ${called} takes`, usageLine(program, path))
    case 'commander.unknownOption':
      return await unknownFlag(program, path, about)
    case 'commander.missingArgument':
      return usageError(`the ${about} is missing`, usageLine(program, path))
    case 'commander.optionMissingArgument':
      return usageError(`the value of ${about.split(' ')[0]} is missing`, `Give it as ${about}.`)
    case 'commander.help':
      return usageError(
        `one of ${below.map(({ name }) => name).join(', ')} is missing after ${called}`,
        `See ${program.name} help ${path.map(({ name }) => name).join(' ')}.`,
      )
    default:
      return usageError(message.replace(/^error: /, ''), usageLine(program, path))
  }
}

/**
 * @param topics what help knows besides commands
 * @example Did you mean aitbc config?
 */
export function unknownCommand(
  program: Program,
  path: CommandPath,
  word: string,
  topics: readonly string[] = [],
): MeshError {
  const above = pathText(program, path)
  const near = nearestName(word, [...commandsBelow(program, path).map(({ name }) => name), ...topics])
  if (near !== undefined && topics.includes(near)) {
    return usageError(`there is no command ${above} ${word}`, `Did you mean ${above} help ${near}?`)
  }
  const help = ['help', ...path.map(({ name }) => name)].join(' ')
  return usageError(
    `there is no command ${above} ${word}`,
    near === undefined ? `See ${program.name} ${help}.` : `Did you mean ${above} ${near}?`,
  )
}

async function unknownFlag(program: Program, path: CommandPath, given: string): Promise<MeshError> {
  const flag = given.split('=')[0]!
  const what = `there is no option ${flag} for ${pathText(program, path)}`
  const command = path.at(-1)
  const own = command === undefined ? [] : [...ownFlags(command), ...(await settingFlags(command))]
  const known = [...own, ...Object.values(globalOptions)].map((option) => option.flag)
  const near = nearestName(flag, [...known, '--help'])
  if (near !== undefined) return usageError(what, `Did you mean ${near}?`)
  const { flagOf, settingKeys } = await import('../../config/settings.ts')
  const setting = settingKeys.find((key) => flagOf(key) === flag)
  if (setting !== undefined) {
    return usageError(what, `It is a setting: ${program.name} config set ${setting} <value>.`)
  }
  return usageError(what, `See ${pathText(program, path)} --help.`)
}
