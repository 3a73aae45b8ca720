import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { moneyCommands } from '../../../node/cli/money/money-commands.ts'
import { walletCommand } from '../../../node/cli/wallet/wallet-command.ts'
import { writeCertificate } from '../../../node/keys/certificate-file.ts'
import { Keystore } from '../../../node/keys/keystore.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { signKeyCert } from '../../../protocols/statements/key-cert.ts'
import { MemoryMoneyChain } from '../../support/chain/memory-money-chain.ts'
import { programOf, type RunOptions, runWords, type Said } from '../../support/run-words.ts'
import { crypto, domain } from '../../support/statement-vectors/cast.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

const UNIT = 1_000_000n
const MINER = `0x${'5a'.repeat(20)}`
const PASSPHRASE = 'four words do rather well'

let chain: MemoryMoneyChain
let dataFolder: string
let keys: Keystore
let owner: Address
let payer: Address
beforeEach(() => {
  chain = new MemoryMoneyChain()
  dataFolder = temporaryFolder()
  keys = new Keystore(join(dataFolder, 'keys'), { crypto, random: systemRandom, clock: new ManualClock() })
  owner = keys.create('owner').address
  payer = keys.create('payer').address
  chain.give(owner, 50n * UNIT)
  chain.give(payer, 40n * UNIT)
})

const aitbc = (line: string, options: RunOptions = {}): Promise<Said> =>
  runWords(
    programOf(walletCommand(chain.open), ...moneyCommands(chain.open)),
    [...line.split(' '), '--data', dataFolder],
    options,
  )
/** Done without a question; its JSON. */
async function done(line: string): Promise<Record<string, never>> {
  const { code, out, err } = await aitbc(`${line} --json`)
  expect(code, err).toBe(0)
  return JSON.parse(out)
}
const failing = async (line: string): Promise<readonly [number, string, string]> => {
  const { code, err } = await aitbc(`${line} --json`)
  const { error } = JSON.parse(err.trim().split('\n').at(-1)!)
  return [code, error.code, `${error.message} ${error.hint}`]
}

describe('stake', () => {
  test('is put up, thaws, and comes back when the thaw has ended, and every credit is somewhere', async () => {
    const { sum } = chain
    expect(await done('stake 30 --yes')).toMatchObject({
      action: 'stake',
      sender: owner,
      transactions: [{ what: 'approve' }, { what: 'stake', blockNumber: '12', gasUsed: '50000' }],
      changes: [
        { figure: 'tokens.owner', before: '50000000', after: '20000000' },
        { figure: 'stake', before: '0', after: '30000000' },
      ],
    })
    const thawing = await done('unstake 10 --yes')
    expect(thawing).toMatchObject({ changes: [{ figure: 'stake.thawing', before: '0', after: '10000000' }] })
    const ends = new Date((chain.nowS + 150) * 1_000).toISOString()
    expect(await done('stake')).toMatchObject({ owner, total: '30000000', thawing: '10000000', thawEnds: ends })
    expect(await failing('withdraw --yes')).toEqual([1, 'NOT_THAWED', expect.stringContaining(ends)])
    chain.nowS += 150
    expect(await done('withdraw --yes')).toMatchObject({
      changes: [
        { figure: 'tokens.owner', after: '30000000' },
        { figure: 'stake', after: '20000000' },
        { figure: 'stake.thawing', before: '10000000', after: '0' },
      ],
    })
    expect(await failing('withdraw --yes')).toEqual([1, 'NOT_THAWED', expect.stringContaining('aitbc unstake')])
    expect(chain.sum).toBe(sum)
  })

  test('is shown for people with the next step in it, and when it was lost', async () => {
    await done('stake 30 --yes')
    const said = await aitbc('unstake 10 --yes')
    expect(said.out).toMatch(/10 of the stake can be withdrawn from 2027-01-02T00:02:30.000Z on: aitbc withdraw\n/)
    expect(said.out).toMatch(/stake, thawing +0 → 10\n/)
    expect(said.out).toMatch(/unstake +0x0{60,}d in block 13, 50,000 gas, 0\.00005 ETH\n/)
    expect((await aitbc('unstake 5 --dry-run')).err).toContain('start anew with it')
    expect((await aitbc('unstake 5 --yes')).err).toContain('start anew with it')
    chain.stake.isTombstoned = true
    chain.stake.locked = 3n * UNIT
    const { out } = await aitbc('stake')
    expect(out).toMatch(/stake +30; TOMBSTONED/)
    expect(out).toMatch(/held by disputes +3/)
    expect(out).toMatch(/thawing +15 until 2027/)
  })
})

describe('escrow', () => {
  test('takes a deposit, sets it aside for miners and strangers at once, and gives back what has thawed', async () => {
    const { sum } = chain
    await done('escrow deposit 20 --yes')
    const funded = await done(
      `escrow fund --miner ${MINER.toUpperCase().replace('0X', '0x')}=2.5 --strangers 6.4 --yes`,
    )
    expect(funded).toMatchObject({
      transactions: [{ what: 'fund' }],
      changes: [
        { figure: 'escrow.balance', before: '20000000', after: '11100000' },
        { figure: 'escrow.strangers', after: '6400000' },
        { figure: `escrow.channel.${MINER}`, before: '0', after: '2500000' },
      ],
    })
    await done('escrow thaw 1 --yes')
    await done(`escrow thaw --miner ${MINER}=2.5 --yes`)
    expect(await done('escrow')).toMatchObject({
      payer,
      balance: '11100000',
      thawing: '1000000',
      owed: '0',
      strangers: { deposit: '6400000', share: '100000', thawing: '0', thawEnds: null },
      channels: [{ miner: MINER, deposit: '2500000', thawing: '2500000' }],
    })
    expect(await failing('escrow withdraw --yes')).toEqual([
      1,
      'NOT_THAWED',
      expect.stringContaining('2027-01-02T00:01'),
    ])
    chain.nowS += 60
    expect(await done('escrow withdraw --yes')).toMatchObject({
      changes: expect.arrayContaining([{ figure: 'tokens.payer', before: '20000000', after: '23500000' }]),
    })
    expect(chain.sum).toBe(sum)
  })

  test('shows what is owed, and a table of channels', async () => {
    await done('escrow deposit 20 --yes')
    await done(`escrow fund --miner ${MINER}=2 --yes`)
    chain.escrow.owed = 3n * UNIT
    const { out } = await aitbc('escrow')
    expect(out).toMatch(/loose +18\n/)
    expect(out).toMatch(/OWED +3: miners drop this payer/)
    expect(out).toMatch(/CHANNEL WITH +SET ASIDE +THAWING\n0x5a5a/)
  })
})

describe('earnings', () => {
  test('are shown by what is free, locked until when, and still on vouchers, and paid out', async () => {
    const untilS = chain.nowS + 120
    Object.assign(chain.earnings, { withdrawable: 2n * UNIT, locked: [{ amount: UNIT, untilS }], unredeemed: 5n })
    const until = new Date(untilS * 1_000).toISOString()
    expect(await done('earnings')).toEqual({
      settles: true,
      owner,
      withdrawable: '2000000',
      locked: [{ amount: '1000000', until }],
      unredeemed: { vouchers: 1, amount: '5' },
      older: [],
    })
    expect((await aitbc('earnings')).out).toMatch(/not redeemed +0\.000005 on 1 voucher here/)
    expect(await done('earnings withdraw --yes')).toMatchObject({
      changes: [
        { figure: 'tokens.owner', after: '52000000' },
        { figure: 'earnings.withdrawable', after: '0' },
      ],
    })
    expect(await failing('earnings withdraw --yes')).toEqual([1, 'NOT_THAWED', expect.stringContaining(until)])
  })
})

test('what older contract sets still hold is shown with the way to have it, and nothing new goes there', async () => {
  const thaw = { amount: credits(UNIT), endsAtS: chain.nowS + 60 }
  const stake = { owner, total: credits(3n * UNIT), thaw, locked: credits(0), isTombstoned: false }
  const unredeemed = { vouchers: 1, amount: credits(7) }
  const earnings = { owner, withdrawable: credits(2n * UNIT), locked: [], unredeemed }
  chain.older = [{ set: 'v1', stake, earnings }]
  expect((await aitbc('stake')).out).toMatch(/older set v1: 3, of it thawing 1 until .*--set v1/)
  expect((await aitbc('earnings')).out).toMatch(/older set v1: 2 can be withdrawn .*--set v1.* 0\.000007 not redeemed/)
  expect((await done('stake')).older).toMatchObject([{ set: 'v1', total: '3000000', thawing: '1000000' }])
  expect(await failing('stake 5 --set v1 --yes')).toEqual([2, 'COMMAND_LINE', expect.stringContaining('older')])
  expect(await failing('withdraw --set v9 --yes')).toEqual([2, 'COMMAND_LINE', expect.stringContaining('v9')])
})

describe('a command that moves money', () => {
  const all = ['stake 5', 'escrow deposit 5', `escrow fund --strangers 1`, 'unstake 1', 'escrow thaw 1']
  beforeEach(async () => {
    await done('stake 5 --yes')
    await done('escrow deposit 5 --yes')
    chain.sent.length = 0
  })

  test('says with --dry-run what it would cost, and changes nothing', async () => {
    const before = JSON.stringify([...chain.held], (_, part) => (typeof part === 'bigint' ? String(part) : part))
    for (const line of all) {
      const shown = await done(`${line} --dry-run`)
      expect(shown, line).toMatchObject({ dryRun: true, feeWei: expect.stringMatching(/^\d+$/) })
    }
    const { out } = await aitbc('stake 5 --dry-run')
    expect(out).toMatch(/To stake 5 of the owner 0x[0-9a-f]{40} would take:\napprove +50,000 gas\nstake +50,000 gas\n/)
    expect(out).toMatch(/fee +about 0\.0001 ETH, at most 0\.0002 ETH\n/)
    expect(out).toContain('Nothing was sent.')
    expect(chain.sent).toEqual([])
    expect(JSON.stringify([...chain.held], (_, part) => (typeof part === 'bigint' ? String(part) : part))).toBe(before)
  })

  test('is not begun where there is gas money for a part of it only', async () => {
    const one = 50_000n * 1_000_000_000n
    chain.give(owner, 45n * UNIT, 2n * one - 1n)
    const short = ['GAS_SHORT', expect.stringMatching(/holds 0\.000099999999999999 .* may cost 0\.0001 .*chain 31337/)]
    expect(await failing('stake 1 --yes')).toEqual([1, ...short])
    const { code, err } = await aitbc('stake 1 --dry-run')
    expect([code, err]).toEqual([0, expect.stringContaining('may cost 0.0001')])
    expect(chain.sent).toEqual([])
    chain.give(owner, 45n * UNIT, 2n * one)
    expect((await done('stake 1 --yes')).action).toBe('stake')
  })

  test('does nothing without a yes where nobody can be asked', async () => {
    for (const line of all)
      expect(await failing(line), line).toEqual([2, 'COMMAND_LINE', expect.stringContaining('--yes')])
    expect(chain.sent).toEqual([])
  })

  test('names what is missing, and what to do next', async () => {
    const failures: readonly (readonly [string, string, string])[] = [
      ['stake 60', 'TOKENS_SHORT', `the account ${owner} holds 45 of the token, and 60 are needed`],
      ['escrow deposit 60', 'TOKENS_SHORT', `the account ${payer} holds 35`],
      ['unstake 6', 'STAKE_SHORT', '5 can start to thaw, and 6 are asked'],
      ['escrow fund --strangers 6', 'ESCROW_LOOSE', '5 can be moved, and 6 are asked'],
      [`escrow fund --strangers 3 --miner ${MINER}=3`, 'ESCROW_LOOSE', '6 are asked'],
      ['escrow thaw 6', 'ESCROW_LOOSE', '5 can be moved'],
      [`escrow thaw --miner ${MINER}=1`, 'ESCROW_LOOSE', '0 can be moved'],
    ]
    for (const [line, code, said] of failures)
      expect(await failing(`${line} --yes`), line).toEqual([1, code, expect.stringContaining(said)])
    expect(chain.sent).toEqual([])
  })

  test('refuses words that name no amount, no miner, or one twice', async () => {
    for (const line of [
      'stake 0',
      'stake 1e3',
      'stake 0.0000001',
      'escrow fund',
      'escrow fund --miner 0x12=1',
      `escrow fund --miner ${MINER}`,
      `escrow fund --miner ${MINER}=0`,
      `escrow fund --miner 0x${'00'.repeat(20)}=1`,
      `escrow fund --miner ${MINER}=1 --miner ${MINER}=2`,
      'escrow thaw',
      `escrow thaw 1 --strangers 1`,
    ]) {
      expect((await aitbc(`${line} --yes`)).code, line).toBe(2)
    }
    expect(chain.sent).toEqual([])
  })

  test('tells a chain that does not answer, or is another one, before it asks for anything', async () => {
    for (const error of [
      new MeshError('CHAIN_UNREACHABLE', { url: 'http://127.0.0.1:1', why: 'connection refused' }),
      new MeshError('CHAIN_WRONG', { url: 'http://127.0.0.1:1', found: 1, expected: 31_337 }),
      new MeshError('NOTHING_SETTLES', { network: 'local' }),
    ]) {
      chain.fails = error
      for (const line of ['stake', 'escrow', 'earnings', 'stake 1 --yes', 'escrow withdraw --yes'])
        expect(await failing(line), line).toEqual([1, error.code, `${error.message} ${error.hint}`])
    }
  })

  test('asks for the key only when it is needed, takes it from a sealed file, and says where it is missing', async () => {
    await keys.seal('owner', PASSPHRASE)
    expect(await done('stake 1 --dry-run')).toMatchObject({ sender: owner })
    expect(await failing('stake 1 --yes')).toEqual([4, 'KEY_SEALED', expect.stringContaining('--passphrase-file')])
    const file = join(dataFolder, 'passphrase')
    writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o600 })
    expect(await done(`stake 1 --yes --passphrase-file ${file}`)).toMatchObject({ sender: owner })
    const cold = `0x${'c0'.repeat(20)}` as Address
    chain.give(cold, 9n * UNIT)
    expect(await done(`stake 1 --dry-run --owner ${cold}`)).toMatchObject({ sender: cold })
    const missing = await failing(`stake 1 --yes --owner ${cold}`)
    expect(missing).toEqual([4, 'KEY_MISSING', expect.stringContaining(`key of the owner ${cold}`)])
    expect(chain.sent).toHaveLength(1)
  })

  test('that is interrupted while it waits says that what was sent is not taken back', async () => {
    const stop = new AbortController()
    chain.whileMining = () => stop.abort(new MeshError('CANCELLED'))
    const { code, err } = await aitbc('stake 1 --yes', { signal: stop.signal })
    expect(code).toBe(3)
    expect(err).toContain('cannot be taken back')
  })
})

describe('wallet', () => {
  /** A certificate of the owner for the operator that ends so many seconds from now. */
  function certify(seconds: number): void {
    const { signer } = keys.loadOrCreate('operator')
    chain.give(signer.address, 0n)
    const nowS = BigInt(Math.floor(Date.now() / 1_000))
    const value = { owner, operator: signer.address, notBefore: nowS - 300n, notAfter: nowS + BigInt(seconds) }
    writeCertificate(dataFolder, signKeyCert(domain, value, keys.load('owner')!.signer, signer))
  }

  test('register shows the certificate to the chain, signed by the operator, and only one that holds', async () => {
    const none = await failing('wallet register --yes')
    expect(none).toEqual([1, 'CERTIFICATE_INVALID', expect.stringContaining('aitbc wallet certify')])
    certify(3_600)
    const operator = keys.look('operator')!.address
    expect(await done('wallet register --yes')).toMatchObject({ action: 'register', sender: operator })
    expect(chain.sent).toMatchObject([{ kind: 'register', certificate: { value: { owner, operator } } }])
    certify(-10)
    expect(await failing('wallet register --yes')).toEqual([1, 'CERTIFICATE_INVALID', expect.stringContaining('ended')])
    expect(chain.sent).toHaveLength(1)
  })

  test('list shows what the keys hold where it is asked, and an owner whose key is elsewhere', async () => {
    certify(3_600)
    const plain = await done('wallet')
    expect(plain).toMatchObject({ coldOwner: null, certificate: { owner, fault: null } })
    expect(plain).not.toHaveProperty('keys.0.tokens')
    expect(await done('wallet list --balances')).toMatchObject({
      keys: [
        { kind: 'owner', tokens: '50000000', coinWei: String(10n ** 18n) },
        { kind: 'operator', tokens: '0' },
        { kind: 'payer', tokens: '40000000' },
      ],
    })
    const cold = `0x${'c0'.repeat(20)}` as Address
    const other = await done(`wallet --balances --owner ${cold}`)
    expect(other).toMatchObject({ coldOwner: cold, keys: [{ kind: 'owner', tokens: null }, {}, {}] })
    const { out } = await aitbc(`wallet --balances --owner ${cold}`)
    expect(out).toContain(`The owner is ${cold}, and its key is not here.`)
    chain.fails = new MeshError('CHAIN_UNREACHABLE', { url: 'http://127.0.0.1:1', why: 'connection refused' })
    expect(await done('wallet')).toMatchObject({ keys: [{}, {}, {}] })
  })
})

test('without an owner or a payer the commands say how to get one', async () => {
  dataFolder = temporaryFolder()
  expect(await failing('stake')).toEqual([4, 'KEY_MISSING', expect.stringContaining('aitbc wallet new owner')])
  expect(await failing('earnings')).toEqual([4, 'KEY_MISSING', expect.stringContaining('--owner')])
  expect(await failing('escrow')).toEqual([4, 'KEY_MISSING', expect.stringContaining('aitbc wallet new payer')])
  expect(existsSync(join(dataFolder, 'keys'))).toBe(false)
})
