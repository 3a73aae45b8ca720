import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import { packageVersion } from '../../node/cli/frame/version-command.ts'
import { AITBC, CliProcess, cli, TASKS } from '../support/processes/cli-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** One for all, where compiled code is kept between the starts as it is for people, and not where other tests have it. */
const home = mkdtempSync(join(tmpdir(), 'aitbc-home-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const env = { HOME: home, NODE_COMPILE_CACHE: '' }

const aitbc = (...words: string[]) => cli(words, { env })
const tasks = (...words: string[]) => cli(words, { env, program: TASKS })
const ESC = '\u001b['

describe('aitbc', () => {
  test('without a word explains itself and is done', async () => {
    const { code, out, err } = await aitbc()
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('Examples\n')
    expect(out).not.toContain(ESC)
  })

  test('keeps compiled code in its user’s own cache folder', async () => {
    await aitbc('version')
    expect(readdirSync(join(home, '.cache/aitbc/compiled'))).not.toEqual([])
  })

  test('tells its version, for people and for programs', async () => {
    const text = await aitbc('version')
    expect(text).toMatchObject({ code: 0, err: '' })
    expect(text.out).toMatch(new RegExp(`^aitbc ${packageVersion()} \\(Node.js 24\\.`))
    expect(JSON.parse((await aitbc('version', '--json')).out)).toEqual({
      version: packageVersion(),
      node: process.versions.node,
      platform: process.platform,
      arch: process.arch,
    })
    expect((await aitbc('--version')).out).toBe(text.out)
  })

  /** The URLs of all modules that a command line loads. */
  async function loadedBy(...words: readonly string[]): Promise<readonly string[]> {
    const list = join(temporaryFolder(), 'loaded.txt')
    const hook = join(temporaryFolder(), 'hook.mjs')
    writeFileSync(
      hook,
      `import { appendFileSync } from 'node:fs'
       import { registerHooks } from 'node:module'
       registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + '\\n'); return next(url, context) } })`,
    )
    await cli(words, { env, nodeFlags: ['--import', hook] })
    return readFileSync(list, 'utf8').split('\n')
  }

  test.each(['version', 'help', 'no-such-command'])('%s loads nothing of the network or the engines', async (word) => {
    const loaded = await loadedBy(word)
    expect(loaded.some((url) => url.includes('/node_modules/commander/'))).toBe(true)
    expect(loaded.filter((url) => /libp2p|onnxruntime|zod|node:sqlite|(?<!cli)\/node\/network/.test(url))).toEqual([])
  })

  test.each(['start', 'up', 'bootstrap'])('%s tells of a wrong setting before it loads what it runs', async (word) => {
    const loaded = await loadedBy(word, '--log-level', 'loud')
    expect(loaded.some((url) => url.endsWith('/node/config/load-config.ts'))).toBe(true)
    expect(loaded.filter((url) => /libp2p|onnxruntime|node:sqlite|\/node\/roles\/start/.test(url))).toEqual([])
  })

  test('bootstrap loads nothing that only a node needs', async () => {
    const place = ['--data', temporaryFolder(), '--port', '0', '--listen', '256.0.0.1']
    const loaded = await loadedBy('bootstrap', ...place)
    expect(loaded.some((url) => url.endsWith('/bootstrap/peer/start-door.ts'))).toBe(true)
    expect(loaded.filter((url) => /\/node\/roles\/(start-node|miner|client)/.test(url))).toEqual([])
  })

  test('says on an older Node.js that it needs a newer one', async () => {
    const old = 'data:text/javascript,Object.defineProperty(process, "versions", { value: { node: "20.19.5" } })'
    expect(await cli(['version'], { env, nodeFlags: ['--import', old] })).toEqual({
      code: 1,
      out: '',
      err: '✗ aitbc needs Node.js 24 or newer; this is 20.19.5.\n  Next: Install it from https://nodejs.org or with your package manager.\n',
    })
  })

  test('suggests the command that was meant, and exits 2', async () => {
    expect(await aitbc('confg')).toEqual({
      code: 2,
      out: '',
      err: '✗ There is no command aitbc confg.\n  Next: Did you mean aitbc config?\n',
    })
  })

  test('keeps settings between its calls', async () => {
    expect(await aitbc('config', 'set', 'basePrice', '0.25')).toMatchObject({ code: 0, out: 'basePrice is 0.25\n' })
    expect(await aitbc('config', 'get', 'basePrice')).toMatchObject({ code: 0, out: '0.25\n' })
    expect(JSON.parse((await aitbc('config', 'get', 'basePrice', '--json')).out)).toMatchObject({ value: '0.25' })
    expect(await aitbc('config', 'unset', 'basePrice')).toMatchObject({ code: 0, out: 'basePrice is none\n' })
  })

  test('has an error as one line of JSON where JSON was asked for', async () => {
    const { code, out, err } = await aitbc('config', 'get', 'prot', '--json')
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'CONFIG_KEY_UNKNOWN', hint: 'Did you mean port?' } })
  })

  test('shows colours where they are forced, and never with NO_COLOR', async () => {
    expect((await cli(['help'], { env: { ...env, FORCE_COLOR: '1' } })).out).toContain(ESC)
    expect((await cli(['help'], { env: { ...env, FORCE_COLOR: '1', NO_COLOR: '1' } })).out).not.toContain(ESC)
  })
})

describe('completion', () => {
  /** What bash would offer for a line, by the script that the program prints. */
  async function offers(...words: readonly string[]): Promise<readonly string[]> {
    const ask = `source <("$0" "$1" completion bash); shift
      COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _aitbc; printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout } = await promisify(execFile)('bash', ['-c', ask, process.execPath, AITBC, ...words], {
      env: { PATH: process.env.PATH, ...env },
    })
    return stdout.split('\n').filter((line) => line !== '')
  }

  test('offers in bash what can follow', async () => {
    expect(await offers('aitbc', 'conf')).toEqual(['config'])
    expect(await offers('aitbc', 'config', 'un')).toEqual(['unset'])
    expect(await offers('aitbc', '--data', '/x', 'config', 'set', 'pri')).toEqual(['priceStrategy', 'priceMax'])
    expect(await offers('aitbc', 'config', '--de')).toEqual(['--debug'])
    expect(await offers('aitbc', 'completion', '')).toEqual(['bash', 'zsh', 'fish'])
    const folder = temporaryFolder()
    expect(await offers('aitbc', '--data', folder.slice(0, -1))).toContain(folder)
  })

  test.each(['zsh', 'fish'])('for %s is a script that this shell can read, where it is installed', async (shell) => {
    const { out, code } = await aitbc('completion', shell)
    expect(code).toBe(0)
    expect(out).toContain('_aitbc')
    const path = join(temporaryFolder(), 'completion')
    writeFileSync(path, out)
    const checked = await promisify(execFile)(shell, ['-n', path]).catch((error: NodeJS.ErrnoException) => error)
    if ((checked as NodeJS.ErrnoException).code !== 'ENOENT') expect(checked).toMatchObject({ stderr: '' })
  })

  test('for another shell says which ones there are', async () => {
    expect(await aitbc('completion', 'powershell')).toMatchObject({ code: 2, out: '' })
  })
})

describe('a command that runs', () => {
  test('ends at the first Ctrl-C, with what it opened closed, and exits 130', async () => {
    await using task = new CliProcess(['wait'], { env, program: TASKS })
    await task.says('waiting')
    task.child.kill('SIGINT')
    expect(await task.end()).toEqual({ code: 130, out: 'waiting\n', err: 'cleaned up\n' })
  })

  test('that does not listen is ended by the second Ctrl-C', async () => {
    await using task = new CliProcess(['ignore'], { env, program: TASKS })
    await task.says('deaf')
    task.child.kill('SIGINT')
    await task.says('heard')
    task.child.kill('SIGINT')
    expect((await task.end()).code).toBe(130)
  })

  test('until it is told to stop is done when it is', async () => {
    await using task = new CliProcess(['serve'], { env, program: TASKS })
    await task.says('serving')
    task.child.kill('SIGTERM')
    expect(await task.end()).toMatchObject({ code: 0, err: '' })
  })

  test('ends quietly when nobody reads its results any more', async () => {
    await using task = new CliProcess(['count'], { env, program: TASKS })
    await task.says('3\n')
    task.child.stdout!.destroy()
    expect(await task.end()).toMatchObject({ code: 0, err: '' })
  })

  // Only Linux has a device that is always full.
  test.skipIf(process.platform !== 'linux')('says that the disk is full', async () => {
    const ask = '"$0" "$1" count > /dev/full'
    const full = promisify(execFile)('bash', ['-c', ask, process.execPath, TASKS], {
      env: { PATH: process.env.PATH, ...env },
    })
    await expect(full).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('✗ No space left for the standard output.'),
    })
  })

  test('writes all of a large result before it ends', async () => {
    const { out, code } = await tasks('large', '--json')
    expect(code).toBe(0)
    expect(out.length).toBe(8_000_003)
  })

  test('ends though it left something open', async () => {
    expect(await tasks('forget')).toEqual({ code: 0, out: 'done\n', err: '' })
  })

  test.each(['throw-later', 'reject-later'])(
    '%s, which nobody catches, is told as a bug and exits 70',
    async (name) => {
      const { code, err } = await tasks(name)
      expect(code).toBe(70)
      expect(err).toContain('✗ A rule of the program does not hold: an error was not caught: ')
      expect(err).toContain('out of range')
      expect(err).toContain('Next: Report it with the output of aitbc --debug.')
      expect(err).not.toContain('tasks-program.ts')
      expect((await tasks(name, '--debug')).err).toContain('tasks-program.ts')
    },
  )

  test('tells of its progress in plain lines where nothing may move', async () => {
    const { err } = await tasks('progress')
    expect(err).toMatch(/^working: 50 %, ~\d s left\n$/)
  })
})
