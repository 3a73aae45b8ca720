import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sample } from '../support/engines/samples.ts'
import { CliNetwork } from '../support/processes/cli-network.ts'
import { cli } from '../support/processes/cli-process.ts'
import { hasTerminals, TerminalProcess } from '../support/processes/terminal-process.ts'

let net: CliNetwork
let secret: string

beforeAll(async () => {
  net = await CliNetwork.start()
  secret = join(net.folder, 'secret')
  writeFileSync(secret, 'four words do rather well\n', { mode: 0o600 })
})
afterAll(() => net[Symbol.asyncDispose]())

const aitbc = (...words: readonly string[]) => cli(words, { env: net.env, folder: net.folder })
const job = () => net.run(['run', 'characters', '--input', sample('letter-A.png'), '--json'])

test('a miner moves to another machine by a backup, and one that went on meanwhile is not signed for unconfirmed', async () => {
  const old = await net.miner('old', ['characters'], '0.001')
  expect((await job()).code).toBe(0)
  const file = join(net.folder, 'node.backup')
  const place = ['--data', old.dataFolder, '--network', net.networkPath, '--passphrase-file', secret]
  const made = await aitbc('backup', file, ...place, '--json')
  expect(made.code, made.err).toBe(0)
  const names = JSON.parse(made.out).entries.map(({ name }: { name: string }) => name)
  expect(names).toEqual(expect.arrayContaining(['keys/operator.json', 'journal.sqlite', 'network.json']))
  const [key] = /[0-9a-f]{64}/.exec(readFileSync(join(old.dataFolder, 'keys/operator.json'), 'utf8'))!
  expect(readFileSync(file, 'latin1')).not.toContain(key)
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)

  // It goes on: what it signs from here on is not in the backup.
  expect((await job()).code).toBe(0)
  old.process.child.kill('SIGTERM')
  await old.process.end()
  const again = await net.miner('old', ['characters'], '0.001')
  again.process.child.kill('SIGTERM')
  await again.process.end()
  rmSync(old.dataFolder, { recursive: true })

  const fresh = join(net.folder, 'new')
  const restored = await aitbc('restore', file, '--data', fresh, '--passphrase-file', secret)
  expect(restored.code, restored.err).toBe(0)
  expect(restored.out).toContain('Start it only when no other copy of it runs')
  // The network file came along: no --network here.
  const words = ['start', '--data', fresh, '--roles', 'miner', '--models', 'characters', '--base-price', '0.0001']
  const refused = await aitbc(...words)
  expect(refused.code).toBe(1)
  expect(refused.err).toMatch(/peers saw sequence \d+, it holds \d+\.\n {2}Next: If no other copy of this node runs/)
  await using confirmed = net.process([...words, '--confirm-restored'])
  await confirmed.says('Ctrl-C stops it')
  const answered = await job()
  expect(JSON.parse(answered.out)).toMatchObject({ price: '100', problem: null })
})

test.skipIf(!hasTerminals)('a passphrase that is asked for is not shown, and has to be typed twice alike', async () => {
  const folder = join(net.folder, 'asked')
  mkdirSync(folder)
  writeFileSync(join(folder, 'bootstrap-seed'), `0x${'5a'.repeat(32)}\n`)
  const file = join(net.folder, 'asked.backup')
  const typed = async (again: string): Promise<readonly [number | null, string]> => {
    await using terminal = new TerminalProcess(['backup', file, '--data', folder], { HOME: net.env.HOME! })
    await terminal.says('Passphrase')
    terminal.type('four words do well\r')
    await terminal.says('Once more')
    terminal.type(`${again}\r`)
    return [await terminal.end(), terminal.said]
  }
  expect(await typed('four words do wel')).toEqual([2, expect.stringContaining('not the same')])
  expect(existsSync(file)).toBe(false)
  const [code, said] = await typed('four words do well')
  expect(code).toBe(0)
  expect(said).not.toContain('four')
  writeFileSync(secret, 'four words do well\n')
  expect((await aitbc('restore', file, '--data', join(net.folder, 'asked-2'), '--passphrase-file', secret)).code).toBe(
    0,
  )
})

test('a backup is encrypted, unless its owner says that it is not to be', async () => {
  const folder = join(net.folder, 'door')
  const file = join(net.folder, 'door.backup')
  mkdirSync(folder)
  writeFileSync(join(folder, 'bootstrap-seed'), `0x${'5a'.repeat(32)}\n`)
  const place = ['--data', folder]
  const asked = await aitbc('backup', file, ...place)
  expect(asked).toMatchObject({ code: 2, out: '' })
  expect(asked.err).toContain('Next: Name its file with --passphrase-file, or say --no-passphrase.')
  expect(existsSync(file)).toBe(false)
  const short = join(net.folder, 'short')
  writeFileSync(short, 'hunter2\n')
  expect((await aitbc('backup', file, ...place, '--passphrase-file', short)).err).toContain('fewer than 10 characters')

  const plain = await aitbc('backup', file, ...place, '--no-passphrase')
  expect(plain).toMatchObject({ code: 0, out: expect.stringContaining('NOT encrypted') })
  expect(readFileSync(file, 'latin1')).toContain('5a5a5a')
  expect((await aitbc('backup', file, ...place, '--no-passphrase')).err).toContain('it is there already')
  expect((await aitbc('backup', file, ...place, '--passphrase-file', secret, '--force')).code).toBe(0)
  expect(readFileSync(file, 'latin1')).not.toContain('5a'.repeat(8))

  const target = ['--data', join(net.folder, 'door-2')]
  expect(await aitbc('restore', file, ...target)).toMatchObject({
    code: 1,
    err: expect.stringContaining('it is encrypted'),
  })
  const other = join(net.folder, 'other')
  writeFileSync(other, 'quite another passphrase')
  expect((await aitbc('restore', file, ...target, '--passphrase-file', other)).err).toContain('another one')
  expect(await aitbc('restore', file, ...target, '--passphrase-file', secret)).toMatchObject({ code: 0 })
  expect(readFileSync(join(net.folder, 'door-2', 'bootstrap-seed'), 'utf8')).toBe(`0x${'5a'.repeat(32)}\n`)
})
