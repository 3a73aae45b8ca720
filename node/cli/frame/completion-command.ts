import { argument, type Command, defineCommand } from './command.ts'
import { oneOf } from './usage-error.ts'

const shells = ['bash', 'zsh', 'fish'] as const

export const completionCommand: Command = defineCommand({
  name: 'completion',
  group: 'use',
  summary: 'print a script that completes commands in a shell',
  about: 'The script knows the commands of this version and starts no process. With --json: {"shell", "script"}.',
  examples: [
    { line: 'source <(aitbc completion bash)', about: 'bash; put it in ~/.bashrc' },
    { line: 'source <(aitbc completion zsh)', about: 'zsh; put it in ~/.zshrc, after compinit' },
    { line: 'aitbc completion fish > ~/.config/fish/completions/aitbc.fish', about: 'fish; once' },
  ],
  arguments: { shell: argument(shells.join(', '), { parse: oneOf('shell', ...shells), offers: () => shells }) },
  async run({ arguments: { shell }, out, program }) {
    const { completionTable } = await import('./completion-table.ts')
    const table = await completionTable(program)
    const script = (await scriptOf[shell]())(program.name, table)
    await out.print({ shell, script }, () => script.trimEnd())
  },
})

const scriptOf = {
  bash: async () => (await import('./completion-bash.ts')).bashCompletion,
  zsh: async () => (await import('./completion-zsh.ts')).zshCompletion,
  fish: async () => (await import('./completion-fish.ts')).fishCompletion,
}
