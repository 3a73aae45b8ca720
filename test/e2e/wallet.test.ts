import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sample } from '../support/engines/samples.ts'
import { CliNetwork } from '../support/processes/cli-network.ts'
import { cli } from '../support/processes/cli-process.ts'
import { hasTerminals, TerminalProcess } from '../support/processes/terminal-process.ts'

const PASSPHRASE = 'four words do rather well'
let net: CliNetwork
let secret: string

beforeAll(async () => {
  net = await CliNetwork.start()
  secret = join(net.folder, 'secret')
  writeFileSync(secret, `${PASSPHRASE}\n`, { mode: 0o600 })
  writeFileSync(folderOf('other'), 'quite another passphrase\n', { mode: 0o600 })
})
afterAll(() => net[Symbol.asyncDispose]())

const folderOf = (name: string): string => join(net.folder, name)
const wallet = (name: string, ...words: readonly string[]) =>
  cli(['wallet', ...words, '--data', folderOf(name), '--json'], { env: net.env, folder: net.folder })
const opened = ['--passphrase-file', 'secret']

test('a node whose keys are sealed never waits for nobody, and runs jobs once it has their passphrase', async () => {
  await using miner = net.process([
    ...['start', '--data', folderOf('miner'), '--network', net.networkPath, '--roles', 'miner'],
    ...['--models', 'characters', '--engine-threads', '1'],
  ])
  await miner.says('Ctrl-C stops it')
  const job = ['run', 'characters', '--input', sample('letter-A.png'), '--json']
  expect((await net.run(job)).code).toBe(0)
  const own = ['--data', folderOf('miner'), '--json']
  const earned = await cli(['earnings', ...own], { env: net.env, folder: net.folder })
  expect(JSON.parse(earned.out)).toMatchObject({ settles: false, due: expect.stringMatching(/^[1-9]\d*$/) })
  const stake = await cli(['stake', ...own], { env: net.env, folder: net.folder })
  expect([stake.code, stake.err]).toEqual([1, expect.stringContaining('has no chain')])
  const kinds = ['payer', 'session']
  expect((await wallet('client', 'seal', ...kinds, ...opened)).code).toBe(0)

  const place = ['--data', folderOf('client'), '--network', net.networkPath]
  const start = ['start', ...place, '--roles', 'client', '--listen', '']
  for (const words of [start, [...job, ...place]]) {
    const refused = await cli(words, { env: net.env, folder: net.folder })
    expect([refused.code, refused.err]).toEqual([4, expect.stringMatching(/is sealed[\s\S]*--passphrase-file/)])
  }
  const wrong = await cli([...start, '--passphrase-file', 'other'], { env: net.env, folder: net.folder })
  expect([wrong.code, wrong.err]).toEqual([4, expect.stringContaining('does not open the key file')])

  const named = { ...net.env, AITBC_PASSPHRASE_FILE: secret }
  const answered = await cli([...job, ...place], { env: named, folder: net.folder })
  expect(answered.code, answered.err).toBe(0)
})

test.skipIf(!hasTerminals)(
  'a node on a terminal asks once for all, shows nothing of it, and forgives a slip',
  async () => {
    const place = ['--data', folderOf('client'), '--network', net.networkPath, '--roles', 'client', '--listen', '']
    await using terminal = new TerminalProcess(['start', ...place], { HOME: net.env.HOME! })
    await terminal.says('Passphrase of the keys (payer, session): ')
    terminal.type('four words do rather wel\r')
    await terminal.says('does not open them')
    terminal.type(`${PASSPHRASE}\r`)
    await terminal.says('Ctrl-C stops it')
    expect(terminal.said).not.toContain('rather')
    terminal.type('\u0003')
    expect(await terminal.end()).toBe(0)
  },
)

test.skipIf(!hasTerminals)(
  'on a terminal a yes is asked for, and a passphrase is changed without being shown',
  async () => {
    expect((await wallet('seven', 'new', 'payer', ...opened)).code).toBe(0)
    const place = ['--data', folderOf('seven')]
    const typed = async (words: readonly string[], ...answers: readonly (readonly [string, string])[]) => {
      await using terminal = new TerminalProcess(['wallet', ...words, ...place], { HOME: net.env.HOME! })
      for (const [question, answer] of answers) {
        await terminal.says(question)
        terminal.type(`${answer}\r`)
      }
      return [await terminal.end(), terminal.said] as const
    }
    const known = ['Passphrase of the keys (payer): ', PASSPHRASE] as const
    const changed = 'other words do as well'
    const [code, said] = await typed(
      ['passphrase'],
      known,
      ['New passphrase (at least', changed],
      ['Once more: ', changed],
    )
    expect([code, said]).toEqual([0, expect.stringContaining('opens them no more')])
    expect(said).not.toMatch(/rather|other words/)
    const question = 'Write payer unsealed to the disk? [y/N] '
    expect((await typed(['unseal', 'payer'], [question, '']))[0]).toBe(3)
    expect((await typed(['unseal', 'payer'], [question, 'y'], known))[0]).toBe(4)
    expect((await typed(['unseal', 'payer'], [question, 'yes'], [known[0], changed]))[0]).toBe(0)
    expect(JSON.parse((await wallet('seven')).out).keys).toMatchObject([{ kind: 'payer', sealed: false }])
  },
)
