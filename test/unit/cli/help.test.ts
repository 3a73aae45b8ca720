import { describe, expect, test } from 'vitest'
import { program } from '../../../bootstrap/bin/commands.ts'
import { argument, defineCommand, flag, option } from '../../../node/cli/frame/command.ts'
import { type Candidate, completionTable } from '../../../node/cli/frame/completion-table.ts'
import { exitCodes } from '../../../node/cli/frame/exit-codes.ts'
import { ownFlags, settingFlags } from '../../../node/cli/frame/flag-list.ts'
import { helpCommand } from '../../../node/cli/frame/help-command.ts'
import { allCommands, globalOptions, pathText } from '../../../node/cli/frame/program.ts'
import { settingKeys } from '../../../node/config/settings.ts'
import { EXIT } from '../../../protocols/kernel/error-projections.ts'
import { programOf, runWords } from '../../support/run-words.ts'

const run = defineCommand({
  name: 'run',
  group: 'use',
  summary: 'run a model somewhere',
  about: 'First paragraph, which is\n    indented in its source.\n\n    Second paragraph.',
  examples: [{ line: 'aitbc run letters --once', about: 'one letter' }],
  arguments: { model: argument('the name of a model') },
  options: { once: flag('then stop'), wait: option({ value: 'duration', about: 'how long to try' }) },
  settings: ['priceMax'],
  run: async () => undefined,
})
const stake = defineCommand({
  name: 'stake',
  group: 'money',
  summary: 'put up a stake',
  examples: [{ line: 'aitbc stake 5', about: 'five' }],
  run: async () => undefined,
})
const program2 = programOf(stake, run, helpCommand)
const said = async (...words: string[]): Promise<string> => (await runWords(program2, words)).out
const order = (text: string, ...parts: readonly string[]): readonly number[] => parts.map((part) => text.indexOf(part))
const rising = (places: readonly number[]): boolean =>
  places.every((place, i) => place > (i === 0 ? -1 : places[i - 1]!))

describe('help', () => {
  test('shows examples first, then the commands by who needs them', async () => {
    const text = await said('help')
    expect(rising(order(text, 'Examples', '\nUse\n', 'run  ', '\nMoney\n', 'stake', '--json'))).toBe(true)
    expect(text).not.toContain('Earn')
  })

  test('is the same for no words at all and for --help', async () => {
    const text = await said('help')
    expect(await said()).toBe(text)
    expect(await said('--help')).toBe(text)
    expect(await said('-h')).toBe(text)
  })

  test('of a command shows its examples first, its words, its options and its settings', async () => {
    const text = await said('help', 'run')
    expect(
      rising(
        order(
          text,
          'run a model somewhere',
          'aitbc run letters --once',
          'Usage: aitbc run <model> [options]',
          'First paragraph, which is indented in its source.\n\nSecond paragraph.',
          'model  The name of a model.',
          '--once             Then stop.',
          '--wait <duration>  How long to try.',
          '--price-max <value>  The most that one job may cost',
          'Options of every command',
        ),
      ),
    ).toBe(true)
    expect(await said('run', '--help')).toBe(text)
  })

  test('fits into the screen', async () => {
    const { out } = await runWords(program2, ['help', 'run'], { terminal: true, env: { NO_COLOR: '1' } })
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(60)
  })

  test('of an unknown command says which one was meant', async () => {
    const { code, err } = await runWords(program2, ['help', 'stak'])
    expect(code).toBe(2)
    expect(err).toContain('Did you mean aitbc stake?')
    expect((await runWords(program2, ['help', 'exitcodes'])).err).toContain('Did you mean aitbc help exit-codes?')
  })

  test('lists every exit code with its meaning', async () => {
    const text = await said('help', 'exit-codes')
    for (const [name, code] of Object.entries(EXIT)) expect(text).toMatch(new RegExp(`^ *${code}  ${name} +[A-Z]`, 'm'))
    expect(JSON.parse(await said('help', 'exit-codes', '--json'))).toEqual({ exitCodes })
  })

  test('is the tree of commands as JSON', async () => {
    const { commands } = JSON.parse(await said('help', '--json'))
    expect(commands.map(({ command }: { command: string }) => command)).toEqual([
      'aitbc stake',
      'aitbc run',
      'aitbc help',
    ])
    expect(commands[1].options).toContainEqual({ flag: '--once', value: null, about: 'Then stop.' })
    expect(commands[1].options).toContainEqual(expect.objectContaining({ flag: '--price-max', value: 'value' }))
  })
})

describe('every command of aitbc', () => {
  const paths = allCommands(program).map((path) => [pathText(program, path), path] as const)

  test.each(paths)('%s is explained with an example that names it, in the form of the others', (name, path) => {
    const command = path.at(-1)!
    expect(command.examples.length).toBeGreaterThan(0)
    expect(command.examples.some(({ line }) => line.includes(name))).toBe(true)
    expect(command.summary).toMatch(/^[a-z].*[^.]$/)
    for (const { about } of command.examples) expect(about).toMatch(/[^.]$/)
    expect(
      Object.values(command.arguments)
        .slice(0, -1)
        .map(({ kind }) => kind),
    ).not.toContain('several')
  })

  test.each(paths)('%s takes no flag twice', async (_, path) => {
    const own = [...ownFlags(path.at(-1)!), ...(await settingFlags(path.at(-1)!))]
    const flags = [...own, ...Object.values(globalOptions)].map(({ flag }) => flag)
    expect(flags).toEqual([...new Set(flags)])
  })

  test('the examples of the program call commands that exist', () => {
    for (const { line } of program.examples) {
      const name = line.split(' ')[1]
      expect(program.commands.map((command) => command.name)).toContain(name)
    }
  })
})

test('the table of completions holds commands, flags and what they take', async () => {
  const table = await completionTable(program)
  const words = (key: string): readonly string[] => (table.get(key) as readonly Candidate[]).map(({ word }) => word)
  expect(words('/below')).toContain('config')
  expect(words('config/below')).toEqual(['list', 'get', 'set', 'unset', 'path', 'api-key'])
  expect(words('config set/0')).toEqual(settingKeys)
  expect(words('config set/flags')).toEqual(['--json', '--data', '--network', '--debug', '--no-input', '--help'])
  expect(table.get('config/--data')).toBe('folders')
  expect(table.has('config/--json')).toBe(false)
  expect(words('help/*')).toContain('exit-codes')
})
