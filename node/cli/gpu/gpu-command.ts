import { type Command, defineCommand } from '../command.ts'
import { catalogueCommand } from './catalogue-command.ts'
import { measureCommand } from './measure-command.ts'

export const gpuCommand: Command = defineCommand({
  name: 'gpu',
  group: 'earn',
  summary: 'measure what the card does here, and look up what a model of card can do',
  examples: [
    { line: 'aitbc gpu measure', about: 'what the engine that runs jobs gets out of it' },
    { line: 'aitbc gpu catalogue rtx 40 laptop', about: 'published figures, with their sources' },
  ],
  commands: [catalogueCommand, measureCommand],
})
