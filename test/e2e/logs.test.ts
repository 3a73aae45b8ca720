import { once } from 'node:events'
import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CliNetwork, type MinerProcess } from '../support/processes/cli-network.ts'
import { cli } from '../support/processes/cli-process.ts'

let net: CliNetwork
let miner: MinerProcess
/** Of the client's input: nothing of it may be in a log. */
const INPUT = 'Der Inhalt dieser Zeile gehört niemandem sonst.'

beforeAll(async () => {
  net = await CliNetwork.start()
  miner = await net.miner('miner', ['languages'], '0.001', ['--log-level', 'debug', '--log-file-max', '64 KiB'])
})
afterAll(() => net[Symbol.asyncDispose]())

const logs = (...words: readonly string[]) => net.process(['logs', '--data', miner.dataFolder, ...words])
const logFolder = (): string => join(miner.dataFolder, 'log')

describe('aitbc logs', () => {
  test('follows what the running node does, and ends well by Ctrl-C', async () => {
    await using following = logs('--follow', '--lines', '0', '--json')
    // A job after it looks: the line of the job can only have come by following.
    const ran = await net.run(['run', 'languages', '--input', INPUT])
    expect(ran.code).toBe(0)
    await following.says('"event":"job:finished"')
    following.child.kill('SIGINT')
    expect(await following.end()).toMatchObject({ code: 0, err: '' })
    for (const line of following.said.out.trim().split('\n'))
      expect(Object.keys(JSON.parse(line))).toEqual(['at', 'level', 'event', 'text', 'facts'])
  })

  test('ends well when nobody reads any more', async () => {
    await using following = logs('--follow')
    following.child.stdout!.once('data', () => following.child.stdout!.destroy())
    await once(following.child.stdout!, 'close')
    await net.run(['run', 'languages', '--input', INPUT])
    expect(await following.end()).toMatchObject({ code: 0, err: '' })
  })

  test('reads the log after the node has gone, its end included', async () => {
    miner.process.child.kill('SIGTERM')
    await miner.process.end()
    const { code, out } = await logs('--level', 'info', '--lines', '2').end()
    expect(code).toBe(0)
    expect(out).toMatch(/^\S+Z info {2}stopping\n\S+Z info {2}stopped after \d+ s\n$/)
    expect((await logs('--since', '1ms').end()).out).toBe('')
    expect((await logs('--since', '1h', '--json').end()).out).toContain('"event":"part:started"')
  })

  test('finds nothing of a job there, and nothing for other users of the machine', () => {
    const files = readdirSync(logFolder()).map((name) => join(logFolder(), name))
    const texts = files.map((path) => readFileSync(path, 'utf8')).join('')
    expect(texts).toContain('job:finished')
    expect(texts).not.toContain('Inhalt')
    expect(texts).not.toContain('German')
    if (process.platform === 'win32') return
    for (const path of files) expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(logFolder()).mode & 0o777).toBe(0o700)
  })

  test('prints nothing that could move a cursor, and says what it left out', async () => {
    const folder = join(net.folder, 'odd')
    mkdirSync(join(folder, 'log'), { recursive: true })
    const line = {
      at: new Date().toISOString(),
      level: 'warn',
      event: 'trouble',
      text: 'a\u001b[2Jb\u009bc\rd',
      facts: {},
    }
    writeFileSync(join(folder, 'log/1.jsonl'), `${JSON.stringify(line)}\n\u001b]0;title\u0007\n`)
    appendFileSync(join(folder, 'log/1.jsonl'), new Uint8Array([0xff, 0x1b, 0x5b, 0x0a]))
    for (const more of [[], ['--json']]) {
      const { code, out, err } = await cli(['logs', '--data', folder, ...more], { env: net.env })
      expect(code).toBe(0)
      expect(out).toContain('a�[2Jb�c�d')
      expect(/[\p{Cc}]/u.test(`${out}${err}`.replaceAll('\n', ''))).toBe(false)
      expect(err).toContain('2 lines could not be read')
    }
  })

  test('says where nothing was kept', async () => {
    const { code, out, err } = await cli(['logs', '--data', join(net.folder, 'nowhere')], { env: net.env })
    expect([code, out]).toEqual([0, ''])
    expect(err).toContain('No node has kept a log in')
  })
})

test('a node that is told to keeps no log', async () => {
  const quiet = await net.miner('quiet', ['characters'], '0.001', ['--log-files-max', '0'])
  expect(readdirSync(quiet.dataFolder)).not.toContain('log')
})
