/** The keys of a node by command, run in this process: test/e2e/wallet.test.ts has what needs a terminal and a node. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Wallet } from 'ethers'
import { afterAll, expect, test } from 'vitest'
import { openMoneyDesk } from '../../../node/chain/open-money-desk.ts'
import { walletCommand } from '../../../node/cli/wallet/wallet-command.ts'
import { programOf, runWords } from '../../support/run-words.ts'

const PASSPHRASE = 'four words do rather well'
const program = programOf(walletCommand(openMoneyDesk))
const folder = mkdtempSync(join(tmpdir(), 'aitbc-wallet-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const folderOf = (name: string): string => join(folder, name)
const secret = folderOf('secret')
writeFileSync(secret, `${PASSPHRASE}\n`, { mode: 0o600 })

const wallet = (name: string, ...words: readonly string[]) =>
  runWords(program, ['wallet', ...words, '--data', folderOf(name), '--json'])
const opened = ['--passphrase-file', secret]

test('a key is made under a passphrase, goes to another wallet and comes back, and is nowhere in clear', async () => {
  const made = await wallet('one', 'new', 'owner', ...opened)
  expect(made.code, made.err).toBe(0)
  const owner = JSON.parse(made.out)
  expect(owner).toMatchObject({ kind: 'owner', sealed: true, path: join(folderOf('one'), 'keys/owner.json') })
  expect(statSync(owner.path).mode & 0o777).toBe(0o600)

  const out = await wallet('one', 'export', 'owner', '--output', folderOf('owner.v3'), ...opened)
  expect(out.code, out.err).toBe(0)
  expect(statSync(folderOf('owner.v3')).mode & 0o777).toBe(0o600)
  const twice = await wallet('one', 'export', 'owner', '--output', folderOf('owner.v3'), ...opened)
  expect([twice.code, twice.err]).toEqual([1, expect.stringContaining('it is there already')])
  const back = await wallet(
    'two',
    'import',
    'owner',
    folderOf('owner.v3'),
    '--import-passphrase-file',
    secret,
    ...opened,
  )
  expect(JSON.parse(back.out)).toMatchObject({ address: owner.address, sealed: true })

  writeFileSync(folderOf('digits'), `0x${'3c'.repeat(32)}\n`, { mode: 0o600 })
  const digits = await wallet('two', 'import', 'payer', folderOf('digits'), '--no-passphrase')
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
    [['new', 'owner', '--passphrase-file', folderOf('open')], 2, 'chmod 600'],
    [['new', 'owner', '--passphrase-file', folderOf('nowhere')], 2, 'ENOENT'],
    [['import', 'owner', folderOf('odd'), ...opened], 1, 'neither a keystore of version 3'],
    [['export', 'payer', ...opened], 2, '--output'],
    [['export', 'payer', '--output', folderOf('x')], 4, 'is sealed, and no passphrase'],
    [
      ['export', 'payer', '--output', folderOf('x'), '--passphrase-file', folderOf('other')],
      4,
      'does not open the key file',
    ],
    [['export', 'owner', '--output', folderOf('x'), ...opened], 1, 'there is no key owner'],
    [['unseal', 'payer', ...opened], 2, '--yes'],
    [['unseal', 'payer', '--yes', '--passphrase-file', folderOf('other')], 4, 'does not open the key file'],
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
  const early = await wallet('six', 'certify', ...owner, '--signature-file', secret)
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
    const refused = await wallet('six', 'certify', ...owner, '--signature-file', folderOf('signature'))
    expect([refused.code, refused.err]).toEqual([code, expect.stringContaining(said)])
  }
  writeFileSync(folderOf('signature'), `${await sign(cold)}\n`)
  const done = await wallet('six', 'certify', ...owner, '--signature-file', folderOf('signature'))
  expect(done.code, done.err).toBe(0)
  expect(JSON.parse((await wallet('six')).out).certificate).toMatchObject({ owner: owner[1], fault: null })
})
