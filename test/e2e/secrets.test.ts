import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sample } from '../support/engines/samples.ts'
import { CliNetwork, type MinerProcess } from '../support/processes/cli-network.ts'
import { type CliResult, cli } from '../support/processes/cli-process.ts'

let net: CliNetwork
let miner: MinerProcess
/** All that any process of the network said. */
const said: string[] = []

const here = () => ({ env: net.env, folder: net.folder })
const keep = <R extends Pick<CliResult, 'out' | 'err'>>(result: R): R => {
  said.push(result.out, result.err)
  return result
}

beforeAll(async () => {
  net = await CliNetwork.start()
  miner = await net.miner('miner', ['characters'], '0.001', ['--log-level', 'debug', '--debug'])
})
afterAll(() => net[Symbol.asyncDispose]())

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name))
const isKey = (path: string): boolean => path.includes('/keys/') || path.endsWith('bootstrap-seed')
const modeOf = (path: string): number => statSync(path).mode & 0o777

/** Every form in which a secret could be written down. */
function formsOf(path: string): readonly string[] {
  const [hex] = /[0-9a-f]{64}/.exec(readFileSync(path, 'utf8'))!
  const bytes = Buffer.from(hex, 'hex')
  return [
    hex,
    hex.toUpperCase(),
    BigInt(`0x${hex}`).toString(),
    bytes.toString('base64'),
    bytes.toString('base64url'),
  ].concat(bytes.toString('latin1'), [...bytes].join(','), hex.slice(0, 32), hex.slice(32))
}

test('no secret is in what the processes say, in what others see of them, or in a file that is no key', async () => {
  const picture = sample('letter-A.png')
  const answered = keep(
    await net.run(['run', 'characters', '--input', picture, '--json', '--debug', '--output', 'y.json']),
  )
  const { job } = JSON.parse(answered.out)
  const folders = ['--data', miner.dataFolder, '--network', net.networkPath]
  keep(await net.run(['jobs', 'show', job, '--json']))
  for (const words of [['config', '--json'], ['status', '--json'], ['peers', '--json'], ['models', '--json'], ['jobs']])
    keep(await cli([...words, ...folders, '--debug'], here()))
  // Errors, with all of their causes.
  keep(await cli(['start', ...folders, '--debug', '--log-level', 'debug'], here()))
  keep(await net.run(['run', 'nosuch', '--input', 'x', '--debug']))
  const broken = join(net.folder, 'broken')
  const key = join(miner.dataFolder, 'keys/operator.json')
  mkdirSync(join(broken, 'keys'), { recursive: true, mode: 0o700 })
  for (const spoil of [
    (text: string) => text.slice(0, -3),
    (text: string) => text.replace(/"address": "0x(.)/, (_, digit) => `"address": "0x${digit === '9' ? '8' : '9'}`),
  ]) {
    writeFileSync(join(broken, 'keys/operator.json'), spoil(readFileSync(key, 'utf8')), { mode: 0o600 })
    const { err } = keep(await cli(['start', '--data', broken, '--debug', '--log-level', 'debug'], here()))
    expect(err).toContain('✗ The key file')
  }

  // While they run: what any user of the machine may read of a process, and what root may.
  if (existsSync('/proc/self/environ')) {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
      for (const file of ['cmdline', 'environ']) {
        try {
          said.push(readFileSync(join('/proc', pid, file), 'latin1'))
        } catch {
          // It ended, or is another user's.
        }
      }
  }
  miner.process.child.kill('SIGTERM')
  keep(await miner.process.end())

  const files = filesBelow(net.folder).filter((path) => statSync(path).isFile() && !path.startsWith(broken))
  const keys = files.filter(isKey)
  expect(keys.map((path) => path.slice(net.folder.length + 1)).sort()).toEqual([
    'bootstrap/bootstrap-seed',
    'client/keys/payer.json',
    'client/keys/session.json',
    'miner/keys/operator.json',
  ])
  // Random bytes by the MiB would only cost time.
  const others = files.filter((path) => !isKey(path) && !path.endsWith('reserve.bin'))
  const texts = [...said, ...others.map((path) => readFileSync(path, 'latin1'))]
  // What is no secret is found where it belongs, so the search does search.
  const { address } = JSON.parse(readFileSync(key, 'utf8')) as { readonly address: string }
  expect(said.some((text) => text.includes(address))).toBe(true)
  for (const path of keys)
    for (const form of formsOf(path))
      expect(
        texts.some((text) => text.includes(form)),
        path,
      ).toBe(false)
})

test.skipIf(process.platform === 'win32')('keys and data are for their owner alone', () => {
  for (const name of ['bootstrap', 'client', 'miner']) {
    const folder = join(net.folder, name)
    expect(modeOf(folder), folder).toBe(0o700)
    for (const path of filesBelow(folder)) {
      if (/\/(keys|content|log)$/.test(path)) expect(modeOf(path), path).toBe(0o700)
      // The lock holds nothing: its folder keeps others away from it.
      else if (!path.endsWith('lock.sqlite')) expect(modeOf(path), path).toBe(0o600)
    }
  }
})
