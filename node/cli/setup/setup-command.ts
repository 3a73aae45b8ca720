import { type Command, type CommandContext, defineCommand, flag, type Outcome } from '../frame/command.ts'
import type { Answers, SetupQuestion } from './setup-questions.ts'

export const setupCommand: Command = defineCommand({
  name: 'setup',
  group: 'earn',
  summary: 'set up a node with five questions, and start it',
  about:
    'Asks what it is called, which network it joins, what it serves, at which price, and whether to start it now; Enter takes what ' +
    'stands in brackets. Answers go into the settings of the node, all at once, after the last question. aitbc alone does the ' +
    'same where nothing is set up yet, and shows aitbc status afterwards. With --json: {"file", "settings", "starts"}.',
  examples: [
    { line: 'aitbc setup', about: 'asks' },
    { line: 'aitbc setup --yes --no-start', about: 'writes the defaults, for a script' },
  ],
  options: {
    yes: flag('Asks nothing and takes what the questions would propose.'),
    noStart: flag('Writes the settings and does not start the node.'),
  },
  run: setUp,
})

type Context = CommandContext<unknown, { readonly yes: boolean; readonly noStart: boolean }>

async function setUp(context: Context): Promise<Outcome> {
  const { options, out, config, dataFolder, mayAsk, program } = context
  const { usageError } = await import('../frame/usage-error.ts')
  const { setupQuestions } = await import('./setup-questions.ts')
  const { changeUserSettings } = await import('../../config/change-config.ts')
  const { userConfigPath } = await import('../../config/system-paths.ts')
  if (!options.yes && !mayAsk)
    throw usageError('nobody can be asked here', 'Take what the questions would propose with aitbc setup --yes.')
  const questions = setupQuestions(await config(), program.networksFolder)
  const { settings, starts } = options.yes
    ? { settings: await proposed(questions), starts: !options.noStart }
    : await asked(context, questions)
  const file = userConfigPath(await dataFolder())
  changeUserSettings(file, settings)
  await out.print({ file, settings, starts }, () => `Written to ${file}.`)
  if (starts) return started(context)
  out.say('Next: aitbc start, and in another terminal aitbc status. aitbc config shows all settings.')
  return undefined
}

async function proposed(questions: readonly SetupQuestion[]): Promise<Answers> {
  const answers: Answers[] = []
  for (const { standard, take, writes } of questions) answers.push(writes(await take(standard)))
  return Object.assign({}, ...answers)
}

async function asked({ options, out, signal }: Context, questions: readonly SetupQuestion[]) {
  const { AskLines } = await import('../prompts/ask-lines.ts')
  const { startQuestion } = await import('./setup-questions.ts')
  out.say('A new node. Enter takes what stands in brackets; Ctrl-C leaves everything as it is.')
  using lines = new AskLines({ input: process.stdin, output: process.stderr, signal, say: (line) => out.say(line) })
  const answers: Answers[] = []
  for (const question of questions) answers.push(question.writes(await lines.ask(question)))
  const starts = !options.noStart && (await lines.ask(startQuestion)) === 'yes'
  return { settings: Object.assign({}, ...answers) as Answers, starts }
}

/** With the settings as they are now: those of this call were read before the answers were written. */
async function started({ program, dataFolder, ...context }: Context): Promise<number> {
  const { loadConfig } = await import('../../config/load-config.ts')
  const { runNode } = await import('../node/run-node.ts')
  const folder = await dataFolder()
  const config = async () => loadConfig({ networksFolder: program.networksFolder, flags: { dataFolder: folder } })
  return runNode({ ...context, program, dataFolder, config, options: { confirmRestored: false, noKey: false } })
}
