/** `Usage: aitbc config set <setting> <value> [options]`. */
import { type CommandPath, commandsBelow, type Program, pathText } from './program.ts'

export function usageLine(program: Program, path: CommandPath): string {
  const command = path.at(-1)
  const words = Object.entries(command?.arguments ?? {}).map(
    ([name, { kind }]) => ({ required: `<${name}>`, optional: `[${name}]`, several: `[${name} …]` })[kind],
  )
  const below =
    commandsBelow(program, path).length === 0 ? [] : [command?.run === undefined ? '<command>' : '[command]']
  return ['Usage:', pathText(program, path), ...words, ...below, '[options]'].join(' ')
}
