import { table } from '../screen/table.ts'
import { type Command, defineCommand, severalArguments } from './command.ts'
import { exitCodes } from './exit-codes.ts'
import { ownFlags, settingFlags } from './flag-list.ts'
import { helpText } from './help-text.ts'
import { unknownCommand } from './parser-errors.ts'
import { allCommands, findCommand, type Program, pathText } from './program.ts'

const EXIT_CODES = 'exit-codes'

export const helpCommand: Command = defineCommand({
  name: 'help',
  group: 'use',
  summary: 'explain a command, or the exit codes',
  about: `With --json: {"commands": [{"command", "summary", "options": [{"flag", "value", "about"}]}]}, where a flag without a
    value has null there; for ${EXIT_CODES} {"exitCodes": [{"code", "name", "meaning"}]}.`,
  examples: [
    { line: 'aitbc help config set', about: 'one command, with examples' },
    { line: `aitbc help ${EXIT_CODES}`, about: 'what a script can tell from the exit code' },
  ],
  arguments: {
    command: severalArguments(`the command, or ${EXIT_CODES}; without it, all commands`, {
      offers: ({ commands }) => [...commands.map(({ name }) => name), EXIT_CODES],
    }),
  },
  async run({ arguments: { command: words }, out, json, program }) {
    if (words.length === 1 && words[0] === EXIT_CODES) {
      await out.print({ exitCodes }, () => exitCodeText(out.width))
      return
    }
    const { path, unknown } = findCommand(program, words)
    if (unknown !== undefined) throw unknownCommand(program, path, unknown, path.length === 0 ? [EXIT_CODES] : [])
    const text = json ? '' : await helpText(program, path, { style: out.style, width: out.width })
    await out.print(json ? await commandTree(program) : undefined, () => text)
  },
})

function exitCodeText(width: number | undefined): string {
  const rows = table(
    exitCodes,
    [
      { title: 'CODE', cell: ({ code }) => String(code), align: 'right' },
      { title: 'NAME', cell: ({ name }) => name },
      { title: 'MEANING', cell: ({ meaning }) => meaning, mayCut: true },
    ],
    { width },
  )
  return `${rows}

Results go to standard output, everything else to standard error. With --json an error is one line of JSON on
standard error: {"error": {"code", "message", "facts", "hint"}}.`
}

async function commandTree(program: Program): Promise<object> {
  const commands = allCommands(program).map(async (path) => {
    const command = path.at(-1)!
    const flags = [...ownFlags(command), ...(await settingFlags(command))]
    return {
      command: pathText(program, path),
      summary: command.summary,
      options: flags.map(({ flag, value, about }) => ({ flag, value, about })),
    }
  })
  return { commands: await Promise.all(commands) }
}
