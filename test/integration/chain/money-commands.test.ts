import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LocalSettlement } from '../../../bootstrap/localnet/local-settlement.ts'
import { writeNetworkFile } from '../../../bootstrap/localnet/write-network-file.ts'
import { decodeResult, encodeCall } from '../../../contracts/binding/contract-codec.ts'
import { meshToken } from '../../../contracts/generated/mesh-token.ts'
import { ContractMoneyDesk } from '../../../node/chain/money/contract-money-desk.ts'
import { openChain } from '../../../node/chain/open-chain.ts'
import { openMoneyDesk, openWalletFolder, WALLET_FOLDER } from '../../../node/chain/open-money-desk.ts'
import { TransactionJournal } from '../../../node/chain/transactions/transaction-journal.ts'
import { moneyCommands } from '../../../node/cli/money/money-commands.ts'
import { walletCommand } from '../../../node/cli/wallet/wallet-command.ts'
import { Keystore } from '../../../node/keys/keystore.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { DataFolder } from '../../../node/storage/data-folder.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { programOf, runWords } from '../../support/run-words.ts'

const UNIT = 1_000_000n
const MINER = `0x${'5a'.repeat(20)}`
const folder = mkdtempSync(join(tmpdir(), 'aitbc-money-'))
const networkPath = join(folder, 'network.json')
const dataFolder = join(folder, 'node')
const program = programOf(walletCommand(openMoneyDesk), ...moneyCommands(openMoneyDesk))

let settlement: LocalSettlement
let owner: Address
let payer: Address
let operator: Address

beforeAll(async () => {
  settlement = await LocalSettlement.start({ folder: join(folder, 'chain'), networkId: 'local' })
  writeNetworkFile(networkPath, 'local', [], settlement.networkPart)
  owner = (await done('wallet new owner --no-passphrase')).address
  payer = (await done('wallet new payer --no-passphrase')).address
  operator = (await done('wallet certify')).operator
  await settlement.give(owner, credits(50n * UNIT), [operator])
  await settlement.give(payer, credits(40n * UNIT))
})
afterAll(async () => {
  await settlement[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true, force: true })
})

const aitbc = (line: string, data = dataFolder, network = networkPath) =>
  runWords(program, [...line.split(' '), '--data', data, '--network', network, '--json'])

// biome-ignore lint/suspicious/noExplicitAny: the shapes of JSON are what is looked at
async function done(line: string): Promise<any> {
  const { code, out, err } = await aitbc(line)
  expect(code, `${line}: ${err}`).toBe(0)
  return JSON.parse(out)
}

async function failing(line: string, data?: string, network?: string): Promise<readonly [number, string, string]> {
  const { code, err } = await aitbc(line, data, network)
  const { error } = JSON.parse(err.trim().split('\n').at(-1)!)
  return [code, error.code, `${error.message} ${error.hint}`]
}

/** Asked of the token itself, past all of our readers. */
async function tokensOf(account: string): Promise<bigint> {
  const data = encodeCall(meshToken, 'balanceOf', [account as Address])
  const answer = await settlement.chain.ask('eth_call', [{ to: settlement.contracts.token, data }, 'latest'])
  return decodeResult(meshToken, 'balanceOf', String(answer))
}

async function held(): Promise<Record<string, bigint>> {
  const { stakeVault, escrow } = settlement.contracts
  const accounts = { owner, payer, stakeVault, escrow }
  const each = Object.entries(accounts).map(async ([name, account]) => [name, await tokensOf(account)] as const)
  return Object.fromEntries(await Promise.all(each))
}

const nonceOf = (account: string): Promise<unknown> =>
  settlement.chain.ask('eth_getTransactionCount', [account, 'latest'])

test('while one command moves money another one is told whose process that is, and sends nothing', async () => {
  const before = await held()
  using _ = openWalletFolder(join(dataFolder, WALLET_FOLDER))
  expect(await failing('stake 1 --yes')).toEqual([1, 'WALLET_BUSY', expect.stringContaining(`process ${process.pid}`)])
  expect(await held()).toEqual(before)
})

test('a stake is priced, put up, thawed and paid back, and the token agrees with every word of it', async () => {
  const before = await held()
  const priced = await done('stake 30 --dry-run')
  expect(priced).toMatchObject({ sender: owner, transactions: [{ what: 'approve' }, { what: 'stake' }] })
  expect(await held()).toEqual(before)
  expect(await nonceOf(owner)).toBe('0x0')

  const staked = await done('stake 30 --yes')
  expect(staked.changes).toEqual([
    { figure: 'tokens.owner', before: '50000000', after: '20000000' },
    { figure: 'stake', before: '0', after: '30000000' },
  ])
  const paid = staked.transactions.reduce((sum: bigint, { feeWei }: { feeWei: string }) => sum + BigInt(feeWei), 0n)
  expect(paid).toBeLessThanOrEqual(BigInt(priced.feeWeiMax))
  expect(await held()).toEqual({ ...before, owner: 20n * UNIT, stakeVault: before.stakeVault! + 30n * UNIT })
  for (const { hash } of staked.transactions)
    expect(await settlement.chain.ask('eth_getTransactionReceipt', [hash])).toMatchObject({
      status: '0x1',
      from: owner,
    })

  await done('unstake 10 --yes')
  const { thawEnds } = await done('stake')
  expect(await failing('withdraw --yes')).toEqual([1, 'NOT_THAWED', expect.stringContaining(thawEnds)])
  await settlement.chain.moveTime(151)
  expect((await done('withdraw --yes')).changes).toEqual([
    { figure: 'tokens.owner', before: '20000000', after: '30000000' },
    { figure: 'stake', before: '30000000', after: '20000000' },
    { figure: 'stake.thawing', before: '10000000', after: '0' },
  ])
  expect(await tokensOf(owner)).toBe(30n * UNIT)
})

test('an operator is bound to its owner once, and the chain says no to the same again', async () => {
  expect(await done('wallet register --yes')).toMatchObject({ action: 'register', sender: operator })
  const again = await failing('wallet register --yes')
  expect(again).toEqual([1, 'TRANSACTION_REVERTS', expect.stringContaining('CertificateNotNewer')])
})

test('escrow is deposited, set aside for a miner and strangers at once, thawed and paid back', async () => {
  const before = await held()
  await done('escrow deposit 20 --yes')
  const funded = await done(`escrow fund --miner ${MINER}=2.5 --strangers 6.4 --yes`)
  expect(funded.transactions).toHaveLength(1)
  expect(await done('escrow')).toMatchObject({
    payer,
    balance: '11100000',
    strangers: { deposit: '6400000', share: '100000', drawers: 0 },
    channels: [{ miner: MINER, deposit: '2500000' }],
    tokens: '20000000',
  })
  await done('escrow thaw 1.1 --yes')
  await done(`escrow thaw --miner ${MINER}=2.5 --strangers 0.4 --yes`)
  expect(await failing('escrow withdraw --yes')).toEqual([1, 'NOT_THAWED', expect.any(String)])
  await settlement.chain.moveTime(61)
  await done('escrow withdraw --yes')
  expect(await held()).toEqual({ ...before, payer: 24n * UNIT, escrow: before.escrow! + 16n * UNIT })
  expect(await done('escrow')).toMatchObject({ balance: '10000000', strangers: { deposit: '6000000' }, channels: [] })
})

test('what the keys hold and have earned is shown', async () => {
  expect(await done('wallet --balances')).toMatchObject({
    keys: [
      { kind: 'owner', tokens: String(await tokensOf(owner)) },
      { kind: 'operator', tokens: '0' },
      { kind: 'payer', tokens: String(await tokensOf(payer)) },
    ],
  })
  expect(await done('earnings')).toMatchObject({ settles: true, owner, withdrawable: '0', locked: [] })
  expect(await failing('earnings withdraw --yes')).toEqual([1, 'NOT_THAWED', expect.any(String)])
})

test('what is missing is said before anything is sent', async () => {
  const nonces = [await nonceOf(owner), await nonceOf(payer)]
  for (const [line, code] of [
    ['stake 1000', 'TOKENS_SHORT'],
    ['unstake 1000', 'STAKE_SHORT'],
    ['escrow deposit 1000', 'TOKENS_SHORT'],
    ['escrow fund --strangers 1000', 'ESCROW_LOOSE'],
    ['escrow thaw 1000', 'ESCROW_LOOSE'],
  ] as const)
    expect(await failing(`${line} --yes`), line).toEqual([1, code, expect.any(String)])
  expect([await nonceOf(owner), await nonceOf(payer)]).toEqual(nonces)
})

test('an owner without gas money is told how much it lacks', async () => {
  const poor = join(folder, 'poor')
  const { address } = JSON.parse((await aitbc('wallet new owner --no-passphrase', poor)).out)
  await settlement.give(address, credits(5n * UNIT))
  await settlement.chain.fund(address, 1n)
  expect(await failing('stake 5 --yes', poor)).toEqual([1, 'GAS_SHORT', expect.stringContaining(address)])
  expect(await tokensOf(address)).toBe(5n * UNIT)
})

test('another chain, other code behind an address and a chain that is down are each a word of their own', async () => {
  const changed = (change: (file: Record<string, never>) => object): string => {
    const path = join(folder, 'changed.json')
    writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(networkPath, 'utf8')))))
    return path
  }
  const { token, escrow } = settlement.contracts
  const swapped = { ...settlement.contracts, token: escrow, escrow: token }
  const rpc = settlement.networkPart.chain as object
  const asked = async (change: Parameters<typeof changed>[0]) =>
    (await failing('stake', dataFolder, changed(change)))[1]
  expect(await asked((file) => ({ ...file, chainId: 1 }))).toBe('CHAIN_WRONG')
  expect(await asked((file) => ({ ...file, contractSets: [{ name: 'local', ...swapped }] }))).toBe('CONTRACT_CODE')
  const down = { ...rpc, endpoints: ['http://127.0.0.1:1'] }
  expect(await asked((file) => ({ ...file, chain: down }))).toBe('CHAIN_UNREACHABLE')
})

test('a chain that falls silent while a transaction waits for its block is told of at once, and given up in the end', async () => {
  await using stack = new AsyncDisposableStack()
  const other = stack.use(await LocalSettlement.start({ folder: join(folder, 'silent-chain'), networkId: 'local' }))
  const network = writeNetworkFile(join(folder, 'silent.json'), 'local', [], other.networkPart)
  await other.give(owner, credits(5n * UNIT))
  const hasher = await createCrypto()
  const clock = systemClock
  using keys = new Keystore(join(dataFolder, 'keys'), { crypto: hasher, random: systemRandom, clock })
  const opened = stack.use(await openChain(network, { clock, hasher, endpoints: [] }))
  const data = stack.use(DataFolder.open(join(folder, 'silent-node'), { clock, bytes: 65_536 }))
  const journal = stack.use(await TransactionJournal.open(data, { clock, chainId: BigInt(network.chainId) }))
  const desk = new ContractMoneyDesk({
    chain: opened.settling!,
    clock,
    random: systemRandom,
    journal,
    coin: 'ETH',
    fromBlock: 0n,
    olderSets: [],
    addressOf: (kind) => keys.look(kind)?.address,
    signerOf: async (kind) => keys.load(kind)!.signer,
    unredeemed: () => ({ vouchers: 0, amount: credits(0) }),
    silenceMsMax: 1_000,
    owned: stack.move(),
  })
  await using owned = desk
  void owned
  await other.chain.ask('evm_setAutomine', [false])
  await other.chain.ask('evm_setIntervalMining', [0])
  const steps: string[] = []
  const sent = desk.perform(
    { kind: 'stake', amount: credits(UNIT) },
    { feeWeiMax: 10n ** 18n, onStep: (what) => steps.push(what) },
  )
  const outcome = expect(sent).rejects.toMatchObject({ code: 'CHAIN_UNREACHABLE' })
  while (Number(((await other.chain.ask('txpool_status')) as { pending: string }).pending) === 0);
  process.kill(other.chain.pid!, 'SIGKILL')
  await outcome
  expect(steps).toEqual(['approve', expect.stringMatching(/^approve waits: no chain answers/)])
})
