import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  argument,
  type Command,
  type CommandContext,
  defineCommand,
  defineSubcommand,
  flag,
  option,
  optionalArgument,
  severalArguments,
  severalOption,
} from '../../../node/cli/frame/command.ts'
import { globalOptions } from '../../../node/cli/frame/program.ts'
import { wholeNumber } from '../../../node/cli/frame/usage-error.ts'
import { flagOf } from '../../../node/config/settings.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { programOf, type RunOptions, runWords, type Said } from '../../support/run-words.ts'

const EXAMPLES = [{ line: 'aitbc greet world', about: 'says hello' }] as const

/** Runs `greet` with whatever it is given, as a command that tells what it got. */
const greet = defineCommand({
  name: 'greet',
  group: 'use',
  summary: 'say hello to somebody',
  examples: EXAMPLES,
  arguments: { whom: argument('whom to greet'), how: optionalArgument('in which words') },
  options: {
    times: option({ value: 'number', about: 'how often', parse: wholeNumber(1, 9) }),
    with: severalOption({ value: 'word', about: 'what to add' }),
    veryLoud: flag('in capitals'),
  },
  async run({ arguments: words, options, out }) {
    await out.print({ ...words, ...options }, () => `hello ${words.whom}`)
  },
})

const failing = (thrown: unknown): Command =>
  defineCommand({
    name: 'fail',
    group: 'use',
    summary: 'fail',
    examples: EXAMPLES,
    async run() {
      throw thrown
    },
  })

const doing = (run: (context: CommandContext) => Promise<number | undefined>): Command =>
  defineCommand({ name: 'do', group: 'use', summary: 'do it', examples: EXAMPLES, settings: ['port', 'gateway'], run })

const run = (words: string, command: Command = greet, options?: RunOptions): Promise<Said> =>
  runWords(programOf(command), words === '' ? [] : words.split(' '), options)

describe('a command', () => {
  test('gets its words and options parsed, by name', async () => {
    const { code, out, err } = await run('greet world softly --times 3 --with a --with b --very-loud --json')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(JSON.parse(out)).toEqual({ whom: 'world', how: 'softly', times: 3, with: ['a', 'b'], veryLoud: true })
  })

  test('gets undefined, nothing and false for what was not given', async () => {
    const { out } = await run('greet world --json')
    expect(JSON.parse(out)).toEqual({ whom: 'world', how: null, times: null, with: [], veryLoud: false })
  })

  test('takes what follows -- as words, also with a dash', async () => {
    expect((await run('greet -- --json')).out).toBe('hello --json\n')
  })

  test('takes all further words where it asks for several', async () => {
    const many = defineCommand({
      name: 'many',
      group: 'use',
      summary: 'take many',
      examples: EXAMPLES,
      arguments: { numbers: severalArguments('numbers', { parse: wholeNumber(0, 9) }) },
      run: ({ arguments: { numbers }, out }) => out.print(numbers, () => String(numbers.length)),
    })
    expect((await run('many 1 2 3 --json', many)).out).toBe('[1,2,3]\n')
    expect((await run('many', many)).out).toBe('0\n')
    expect((await run('many 1 x', many)).code).toBe(2)
  })

  test('is called with the flags of the whole program before and after its name', async () => {
    expect((await run('--json greet world')).out).toBe((await run('greet world --json')).out)
  })

  test('decides its exit code', async () => {
    expect(
      (
        await run(
          'do',
          doing(async () => 6),
        )
      ).code,
    ).toBe(6)
    expect(
      (
        await run(
          'do',
          doing(async () => undefined),
        )
      ).code,
    ).toBe(0)
  })

  test('has settings with the flags that it names on top, and only once', async () => {
    const command = doing(async ({ config, out }) => {
      const { settings } = await config()
      expect(await config()).toBe(await config())
      await out.print([settings.port, settings.dataFolder, settings.network], () => '')
      return undefined
    })
    const { out } = await run('do --port 7 --data /nowhere/x --json', command)
    expect(JSON.parse(out)).toEqual([7, '/nowhere/x', 'local'])
    expect((await run('do --port many', command)).code).toBe(2)
    expect((await run('do --network nowhere', command)).code).toBe(2)
  })

  test('may have a flag that means something without its value, and one that begins with no', async () => {
    const command = defineCommand({
      name: 'do',
      group: 'use',
      summary: 'do it',
      examples: EXAMPLES,
      settings: ['gateway'],
      options: { noKey: flag('without a key') },
      run: async ({ config, options, out }) => out.print([(await config()).settings.gateway, options.noKey], () => ''),
    })
    const said = async (words: string): Promise<unknown> => JSON.parse((await run(`${words} --json`, command)).out)
    expect(await said('do')).toEqual([null, false])
    expect(await said('do --gateway')).toEqual([8_011, false])
    expect(await said('do --gateway --no-key')).toEqual([8_011, true])
    expect(await said('do --gateway 7')).toEqual([7, false])
    expect((await run('do --gateway many', command)).code).toBe(2)
    expect((await run('do --help', command)).out).toContain('--gateway [value]')
  })

  test.each([
    ['do', true, true],
    ['do --no-input', true, false],
    ['do', false, false],
  ])('%s on a terminal (%s) may ask: %s', async (words, terminal, may) => {
    let mayAsk: boolean | undefined
    await run(
      words,
      doing(async (context) => {
        mayAsk = context.mayAsk
        return undefined
      }),
      { terminal },
    )
    expect(mayAsk).toBe(may)
  })
})

test('a flag that a command shares with the one above it is the called one’s, wherever it stands', async () => {
  const own = { loud: flag('in capitals'), with: severalOption({ value: 'word', about: 'what to add' }) }
  const tell = async ({ config, options, out }: Pick<CommandContext, 'config' | 'options' | 'out'>): Promise<void> =>
    out.print([(await config()).settings.port, options.loud, options.with], () => '')
  const below = defineSubcommand({
    name: 'below',
    summary: 'do it below',
    examples: EXAMPLES,
    arguments: { word: optionalArgument('a word') },
    settings: ['port'],
    options: own,
    run: tell,
  })
  const above = defineCommand({
    name: 'above',
    group: 'use',
    summary: 'do it above',
    examples: EXAMPLES,
    settings: ['port'],
    options: own,
    commands: [below],
    run: tell,
  })
  for (const words of [
    'above below word --port 77 --loud --with a --with b --json',
    'above --port 77 --loud below word --with a --with b --json',
    '--json above --port 77 --loud --with a --with b',
  ]) {
    expect((await run(words, above)).out, words).toBe('[77,true,["a","b"]]\n')
  }
  expect((await run('above below word --json', above)).out).toBe('[0,false,[]]\n')
})

test('the flags of the whole program that are settings are called as these are', () => {
  expect(globalOptions.data.flag).toBe(flagOf('dataFolder'))
  expect(globalOptions.network.flag).toBe(flagOf('network'))
})

describe('a command line that cannot be followed', () => {
  const parent = defineCommand({
    name: 'jobs',
    group: 'use',
    summary: 'look at jobs',
    examples: EXAMPLES,
    commands: [
      defineSubcommand({ name: 'show', summary: 'show one', examples: EXAMPLES, run: async () => undefined }),
      defineSubcommand({ name: 'list', summary: 'list all', examples: EXAMPLES, run: async () => undefined }),
    ],
  })

  test.each([
    [greet, 'gret world', 'There is no command aitbc gret.', 'Did you mean aitbc greet?'],
    [greet, 'something', 'There is no command aitbc something.', 'See aitbc help.'],
    [parent, 'jobs shwo 3', 'There is no command aitbc jobs shwo.', 'Did you mean aitbc jobs show?'],
    [parent, 'jobs', 'One of show, list is missing after aitbc jobs.', 'See aitbc help jobs.'],
    [greet, 'greet world --tmes 3', 'There is no option --tmes for aitbc greet.', 'Did you mean --times?'],
    [greet, 'greet world --jsn=1', 'There is no option --jsn for aitbc greet.', 'Did you mean --json?'],
    [greet, 'greet world --zzzzzzzz', 'There is no option --zzzzzzzz for aitbc greet.', 'See aitbc greet --help.'],
    [
      greet,
      'greet world --price-max 1',
      'There is no option --price-max for aitbc greet.',
      'It is a setting: aitbc config set priceMax <value>.',
    ],
    [greet, 'greet', 'The whom is missing.', 'Usage: aitbc greet <whom> [how] [options]'],
    [greet, 'greet a b c', 'There are more words than aitbc greet takes.', 'Usage: aitbc greet <whom> [how] [options]'],
    [greet, 'greet a --times', 'The value of --times is missing.', 'Give it as --times <number>.'],
    [greet, 'greet a --times 10', '10 is no whole number from 1 to 9.', 'Give such a number.'],
    [doing(async () => undefined), 'do --prot 3', 'There is no option --prot for aitbc do.', 'Did you mean --port?'],
  ])('%#: aitbc %s', async (command, words, what, next) => {
    const { code, out, err } = await run(words, command)
    expect(err).toBe(`✗ ${what}\n  Next: ${next}\n`)
    expect(out).toBe('')
    expect(code).toBe(2)
  })

  test('is told as JSON where JSON was asked for', async () => {
    const { code, err, out } = await run('gret --json')
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(JSON.parse(err)).toMatchObject({
      error: { code: 'COMMAND_LINE', message: 'there is no command aitbc gret', hint: 'Did you mean aitbc greet?' },
    })
  })
})

describe('what goes wrong', () => {
  const taken = new MeshError('PORT_IN_USE', {
    port: 4_011,
    address: '0.0.0.0',
    otherwise: 'choose another port with --port',
  })

  test('is told as what, why and what next', async () => {
    expect(await run('fail', failing(taken))).toEqual({
      code: 1,
      out: '',
      err: '✗ The port 4011 on 0.0.0.0 is taken.\n  Next: Stop the other program, or choose another port with --port.\n',
    })
  })

  test('is one line of JSON with its facts, amounts as texts', async () => {
    const error = new MeshError('PRICE_CEILING', { cheapest: 2n ** 63n, ceiling: 1n })
    const { err, out, code } = await run('fail --json', failing(error))
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err.trimEnd()).not.toContain('\n')
    expect(JSON.parse(err)).toEqual({
      error: {
        code: 'PRICE_CEILING',
        message: error.message,
        facts: { cheapest: '9223372036854775808', ceiling: '1' },
        hint: error.hint,
      },
    })
  })

  test.each([
    [new MeshError('CONFIG_INVALID', { key: 'port' }), 2],
    [new MeshError('CANCELLED'), 3],
    [new DOMException('stop', 'AbortError'), 3],
    [new MeshError('NOT_AUTHORISED', { what: 'this' }), 4],
    [new MeshError('NODE_NOT_RUNNING', { path: '/x' }), 5],
    [new Error('nobody foresaw this'), 70],
    ['not even an error', 70],
  ])('%#: exits as the table of exit codes says', async (thrown, code) => {
    expect((await run('fail', failing(thrown))).code).toBe(code)
  })

  test('cannot move the cursor or forge a line, whoever wrote it', async () => {
    const evil = new MeshError('ATTEMPT_ABORTED', { why: '\u001b[2J\u001b]0;owned\u0007\n✗ Send money.\u202e' })
    const { err } = await run('fail', failing(evil))
    expect(err.split('\n')).toHaveLength(3)
    for (const evilLetter of ['\u001b', '\u0007', '\u202e']) expect(err).not.toContain(evilLetter)
  })

  test('shows where it comes from with --debug only', async () => {
    const bug = new Error('deep down')
    expect((await run('fail', failing(bug))).err).not.toContain('frame.test.ts')
    const { err } = await run('fail --debug', failing(bug))
    expect(err).toContain('because of Error: deep down')
    expect(err).toContain('frame.test.ts')
  })
})

describe('an interruption', () => {
  test('exits 130 without a word where it cancelled the command', async () => {
    const { code, err } = await run('fail', failing(new MeshError('CANCELLED')), { interrupted: true })
    expect({ code, err }).toEqual({ code: 130, err: '' })
  })

  test('exits 130 where the command came back early, unless it says how it ended', async () => {
    expect(
      (
        await run(
          'do',
          doing(async () => undefined),
          { interrupted: true },
        )
      ).code,
    ).toBe(130)
    expect(
      (
        await run(
          'do',
          doing(async () => 0),
          { interrupted: true },
        )
      ).code,
    ).toBe(0)
  })

  test('does not hide that something else failed', async () => {
    const { code, err } = await run('fail', failing(new MeshError('DISK_FULL', { file: 'x' })), { interrupted: true })
    expect(code).toBe(1)
    expect(err).toContain('No space left')
  })
})

describe('standard output', () => {
  const endless = doing(async ({ out, signal }) => {
    while (!signal.aborted) await out.print(1, () => 'again')
    return undefined
  })

  test('that nobody reads any more ends the command quietly', async () => {
    const stdoutFails = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
    const { code, err } = await run('do', endless, { stdoutFails })
    expect({ code, err }).toEqual({ code: 0, err: '' })
  })

  test('on a full disk is an error', async () => {
    const stdoutFails = Object.assign(new Error('write ENOSPC'), { code: 'ENOSPC' })
    const { code, err } = await run('do', endless, { stdoutFails })
    expect(code).toBe(1)
    expect(err).toContain('No space left for the standard output.')
  })
})

describe('colours', () => {
  const ESC = '\u001b['
  test.each([
    [true, {}, true],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
  ])('on a terminal (%s) with %j: %s', async (terminal, env, coloured) => {
    const { err } = await run('gret', greet, { terminal, env })
    expect(err.includes(ESC)).toBe(coloured)
    expect(stripVTControlCharacters(err)).toContain('✗ There is no command aitbc gret.')
  })

  test('are never in JSON', async () => {
    expect((await run('greet world --json', greet, { terminal: true })).out).not.toContain(ESC)
    expect((await run('gret --json', greet, { terminal: true })).err).not.toContain(ESC)
  })
})
