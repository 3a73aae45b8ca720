import { type Command, defineCommand } from '../command.ts'
import { catalogueCommand } from './catalogue-command.ts'

export const gpuCommand: Command = defineCommand({
  name: 'gpu',
  group: 'earn',
  summary: 'look up what a model of card can do',
  examples: [{ line: 'aitbc gpu catalogue rtx 40 laptop', about: 'published figures, with their sources' }],
  commands: [catalogueCommand],
})
