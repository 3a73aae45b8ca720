/** All commands of `aitbc`, in the order of the help. */
import { fileURLToPath } from 'node:url'
import { completionCommand } from '../../node/cli/completion-command.ts'
import { configCommand } from '../../node/cli/config-command.ts'
import { helpCommand } from '../../node/cli/help-command.ts'
import type { Program } from '../../node/cli/program.ts'
import { versionCommand } from '../../node/cli/version-command.ts'

export const program: Program = {
  name: 'aitbc',
  summary: "AITBC Mesh: rent out the graphics card you have, and use the ones you don't.",
  examples: [
    { line: 'aitbc config', about: 'the settings of this node, and where each comes from' },
    { line: 'aitbc config set basePrice 0.002', about: 'change one' },
    { line: 'aitbc help config', about: 'all about one command' },
  ],
  commands: [configCommand, completionCommand, versionCommand, helpCommand],
  networksFolder: fileURLToPath(new URL('../networks', import.meta.url)),
}
