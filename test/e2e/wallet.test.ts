import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Wallet } from 'ethers'
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
})
afterAll(() => net[Symbol.asyncDispose]())

const folderOf = (name: string): string => join(net.folder, name)
const wallet = (name: string, ...words: readonly string[]) =>
  cli(['wallet', ...words, '--data', folderOf(name), '--json'], { env: net.env, folder: net.folder })
const opened = ['--passphrase-file', 'secret']

test('a key is made under a passphrase, goes to another wallet and comes back, and is nowhere in clear', async () => {
  const made = await wallet('one', 'new', 'owner', ...opened)
  expect(made.code, made.err).toBe(0)
  const owner = JSON.parse(made.out)
  expect(owner).toMatchObject({ kind: 'owner', sealed: true, path: join(folderOf('one'), 'keys/owner.json') })
  expect(statSync(owner.path).mode & 0o777).toBe(0o600)

  const out = await wallet('one', 'export', 'owner', '--output', 'owner.v3', ...opened)
  expect(out.code, out.err).toBe(0)
  expect(statSync(folderOf('owner.v3')).mode & 0o777).toBe(0o600)
  const twice = await wallet('one', 'export', 'owner', '--output', 'owner.v3', ...opened)
  expect([twice.code, twice.err]).toEqual([1, expect.stringContaining('it is there already')])
  const back = await wallet('two', 'import', 'owner', 'owner.v3', '--import-passphrase-file', 'secret', ...opened)
  expect(JSON.parse(back.out)).toMatchObject({ address: owner.address, sealed: true })

  writeFileSync(folderOf('digits'), `0x${'3c'.repeat(32)}\n`, { mode: 0o600 })
  const digits = await wallet('two', 'import', 'payer', 'digits', '--no-passphrase')
  expect(JSON.parse(digits.out).address).toBe(new Wallet(`0x${'3c'.repeat(32)}`).address.toLowerCase())
  const sealed = await wallet('two', 'seal', ...opened)
  expect(JSON.parse(sealed.out).keys).toMatchObject([{ kind: 'owner' }, { kind: 'payer', sealed: true }])
  expect(readFileSync(join(folderOf('two'), 'keys/payer.json'), 'utf8')).not.toContain('3c'.repeat(8))
  expect(readdirSync(join(folderOf('two'), 'keys')).toSorted()).toEqual(['owner.json', 'payer.json'])
})

test('what cannot be done says what is missing, and leaves every key as it was', async () => {
  await wallet('three', 'new', 'payer', ...opened)
  const path = join(folderOf('three'), 'keys/payer.json')
  const before = readFileSync(path, 'utf8')
  writeFileSync(folderOf('other'), 'quite another passphrase\n', { mode: 0o600 })
  writeFileSync(folderOf('open'), `${PASSPHRASE}\n`, { mode: 0o644 })
  writeFileSync(folderOf('odd'), '{"version": 3}')
  const failures: readonly [readonly string[], number, string][] = [
    [['new', 'payer', ...opened], 1, 'a key is never replaced'],
    [['new', 'operator'], 2, 'there is no kind of key operator'],
    [['new', 'owner'], 2, '--passphrase-file'],
    [['new', 'owner', '--passphrase-file', 'open'], 2, 'chmod 600'],
    [['new', 'owner', '--passphrase-file', 'nowhere'], 2, 'ENOENT'],
    [['import', 'owner', 'odd', ...opened], 1, 'neither a keystore of version 3'],
    [['export', 'payer', ...opened], 2, '--output'],
    [['export', 'payer', '--output', 'x'], 4, 'is sealed, and no passphrase'],
    [['export', 'payer', '--output', 'x', '--passphrase-file', 'other'], 4, 'does not open the key file'],
    [['export', 'owner', '--output', 'x', ...opened], 1, 'there is no key owner'],
    [['unseal', 'payer', ...opened], 2, '--yes'],
    [['unseal', 'payer', '--yes', '--passphrase-file', 'other'], 4, 'does not open the key file'],
    [['unseal', '--yes', ...opened], 2, 'no key is named'],
    [['seal', 'session', ...opened], 1, 'there is no key session'],
  ]
  for (const [words, code, said] of failures) {
    const { code: ended, err, out } = await wallet('three', ...words)
    expect([ended, err], words.join(' ')).toEqual([code, expect.stringContaining(said)])
    expect(out + err).not.toContain(PASSPHRASE)
  }
  expect(readFileSync(path, 'utf8')).toBe(before)
  expect(existsSync(folderOf('x'))).toBe(false)
  const unsealed = await wallet('three', 'unseal', 'payer', '--yes', ...opened)
  expect(JSON.parse(unsealed.out).keys).toMatchObject([{ kind: 'payer', sealed: false }])
})

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

test('an owner whose key is here certifies the operator at once, a cold one by typed data and its signature', async () => {
  await wallet('five', 'new', 'owner', '--no-passphrase')
  const here = await wallet('five', 'certify', '--valid', '30d')
  expect(here.code, here.err).toBe(0)
  const certified = JSON.parse(here.out)
  expect(Date.parse(certified.notAfter) - Date.now()).toBeGreaterThan(29 * 86_400_000)
  const listed = JSON.parse((await wallet('five')).out)
  expect(listed.certificate).toMatchObject({ owner: certified.owner, operator: certified.operator, fault: null })

  const cold = Wallet.createRandom()
  const owner = ['--owner', cold.address.toLowerCase()]
  expect((await wallet('six', 'certify')).err).toContain('no owner is known')
  const early = await wallet('six', 'certify', ...owner, '--signature-file', 'secret')
  expect([early.code, early.err]).toEqual([2, expect.stringContaining('nothing of this owner waits')])
  const asked = await wallet('six', 'certify', ...owner)
  expect(asked.code, asked.err).toBe(0)
  const { typedData, digest } = JSON.parse(asked.out)
  // Whoever asks again before it is signed is handed the same.
  expect(JSON.parse((await wallet('six', 'certify', ...owner)).out)).toMatchObject({ digest })
  const { EIP712Domain: _, ...types } = typedData.types
  const sign = (by: Pick<Wallet, 'signTypedData'>) => by.signTypedData(typedData.domain, types, typedData.message)
  for (const [text, code, said] of [
    [await sign(Wallet.createRandom()), 1, 'the signer is 0x'],
    ['0x1234', 2, 'no signature'],
  ] as const) {
    writeFileSync(folderOf('signature'), text)
    const refused = await wallet('six', 'certify', ...owner, '--signature-file', 'signature')
    expect([refused.code, refused.err]).toEqual([code, expect.stringContaining(said)])
  }
  writeFileSync(folderOf('signature'), `${await sign(cold)}\n`)
  const done = await wallet('six', 'certify', ...owner, '--signature-file', 'signature')
  expect(done.code, done.err).toBe(0)
  expect(JSON.parse((await wallet('six')).out).certificate).toMatchObject({ owner: owner[1], fault: null })
})

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
