/** Vouchers that are taken to the chain because somebody says so: by their node, without it, and by a stranger. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decodeResult, encodeCall } from '../../../contracts/binding/contract-codec.ts'
import { escrow } from '../../../contracts/generated/escrow.ts'
import { openMoneyDesk } from '../../../node/chain/open-money-desk.ts'
import { moneyCommands } from '../../../node/cli/money/money-commands.ts'
import { walletCommand } from '../../../node/cli/wallet/wallet-command.ts'
import { nodeMethods } from '../../../node/control/methods/node-methods.ts'
import { serveControl } from '../../../node/control/serve-control.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { programOf, runWords } from '../../support/run-words.ts'

const PRICE = 1_000n
/** Vouchers stay with the miner until they are asked for, and are never worth their gas by its settings. */
const PATIENT = { basePrice: '0.001', redeemAt: '1000', redeemAfterSeconds: 86_400, redeemMin: '500' }
const program = programOf(walletCommand(openMoneyDesk), ...moneyCommands(openMoneyDesk))

let mesh: JobNetwork
let miner: RunningNode
let minerFolder: string
let control: AsyncDisposable
beforeAll(async () => {
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) }, { settles: true, miners: [PATIENT] })
  miner = mesh.net.miners[0]!
  minerFolder = miner.settings.dataFolder
  control = await serveControl(
    minerFolder,
    nodeMethods(miner, () => undefined),
  )
}, 120_000)
afterAll(() => mesh[Symbol.asyncDispose]())

const words = (line: string, data: string): readonly string[] => [
  ...line.split(' '),
  ...['--data', data, '--network', mesh.net.networkPath, '--json'],
]

async function aitbc(line: string, data = minerFolder) {
  const { code, out, err } = await runWords(program, words(line, data))
  expect(code, `${line}: ${err}`).toBe(0)
  return JSON.parse(out)
}

async function failing(line: string, data = minerFolder): Promise<readonly [number, string]> {
  const { code, err } = await runWords(program, words(line, data))
  return [code, JSON.parse(err.trim().split('\n').at(-1)!).error.code]
}

async function runJobs(count: number): Promise<void> {
  const client = mesh.net.client.client!
  const model = await client.findModel('identity')
  for (let i = 0; i < count; i++) {
    const answer = await client.infer({ model: model.id, inputs: [bytesInput(10, i)] })
    await answer.receipt
  }
  expect(await client.settle()).toBe(true)
}

/** Asked of the chain past all of our readers. */
async function claimed(): Promise<bigint> {
  const { payer, session } = mesh.net.client.client!.purse
  const data = encodeCall(escrow, 'claimedOf', [payer, session, miner.operator!, ZERO_HASH])
  const { chain, contracts } = mesh.net.settlement!
  return decodeResult(
    escrow,
    'claimedOf',
    String(await chain.ask('eth_call', [{ to: contracts.escrow, data }, 'latest'])),
  )
}

const nonceOf = async (account: string): Promise<number> =>
  Number(await mesh.net.settlement!.chain.ask('eth_getTransactionCount', [account, 'latest']))

test('the running node says what would be paid, and takes it to the chain at a word', async () => {
  await runJobs(3)
  const { payer } = mesh.net.client.client!.purse
  const voucher = { set: 'local', payer, promised: '3000', before: '0' }
  const sent = await nonceOf(miner.operator!)
  expect(await aitbc('earnings redeem --dry-run')).toMatchObject({
    dryRun: true,
    vouchers: [{ ...voucher, paid: '3000', state: 'payable' }],
  })
  expect(await nonceOf(miner.operator!)).toBe(sent)
  expect(await aitbc('earnings redeem')).toMatchObject({
    settled: true,
    vouchers: [{ ...voucher, paid: '3000', state: 'paid' }],
  })
  expect(await claimed()).toBe(3n * PRICE)
  expect(await nonceOf(miner.operator!)).toBe(sent + 1)
  expect(await aitbc('earnings redeem')).toEqual({ dryRun: false, settled: true, vouchers: [] })
}, 60_000)

test('a stranger relays what the node has written, and the node notices that it was paid', async () => {
  await runJobs(2)
  const file = join(mesh.net.folder, 'vouchers.json')
  const stranger = join(mesh.net.folder, 'stranger')
  expect(await aitbc(`earnings export --output ${file}`)).toEqual({ output: file, vouchers: 1, amount: '2000' })
  expect(await failing(`earnings export --output ${file}`)).toEqual([2, 'COMMAND_LINE'])
  expect(await failing(`earnings relay ${file} --yes`, stranger)).toEqual([4, 'KEY_MISSING'])
  const { address } = await aitbc('wallet new owner --no-passphrase', stranger)
  await mesh.net.settlement!.chain.fund(address, 10n ** 18n)

  expect(await aitbc(`earnings relay ${file} --dry-run`, stranger)).toMatchObject({
    relayer: address,
    paid: '2000',
    vouchers: [{ miner: miner.operator, promised: '5000', before: '3000', paid: '2000' }],
  })
  expect(await nonceOf(address)).toBe(0)
  const sent = await nonceOf(miner.operator!)
  const relayed = await aitbc(`earnings relay ${file} --yes`, stranger)
  expect(relayed.transactions).toMatchObject([{ set: 'local', vouchers: 1 }])
  // By what was mined when it was asked: the earnings may fall into another bucket since.
  expect(Number(relayed.gas) / Number(relayed.transactions[0].gasUsed)).toBeCloseTo(1, 0)
  expect(await claimed()).toBe(5n * PRICE)

  // Once more is in vain, and costs nothing.
  expect(await aitbc(`earnings relay ${file} --yes`, stranger)).toMatchObject({
    paid: '0',
    transactions: [],
    vouchers: [{ why: 'nothing is due' }],
  })
  expect(await nonceOf(address)).toBe(1)
  expect(await aitbc('earnings redeem')).toMatchObject({ settled: true })
  expect(await nonceOf(miner.operator!)).toBe(sent)
  expect(miner.journal.miner.unredeemed(9)).toEqual([])

  const other = JSON.parse(readFileSync(file, 'utf8'))
  writeFileSync(file, JSON.stringify({ ...other, vouchers: [{ ...other.vouchers[0], grant: null }] }))
  expect((await failing(`earnings relay ${file} --yes`, stranger))[1]).toBe('MALFORMED')
}, 60_000)

test('without a node the command does it itself, and the node finds it done', async () => {
  await runJobs(1)
  await control[Symbol.asyncDispose]()
  await miner[Symbol.asyncDispose]()
  expect(await aitbc('earnings redeem --dry-run')).toMatchObject({
    dryRun: true,
    vouchers: [{ promised: '6000', before: '5000', paid: '1000', state: 'payable' }],
  })
  expect(await aitbc('earnings redeem')).toMatchObject({ settled: true, vouchers: [{ paid: '1000', state: 'paid' }] })
  expect(await claimed()).toBe(6n * PRICE)
  expect(await aitbc('earnings redeem')).toMatchObject({ settled: true, vouchers: [] })
  expect((await aitbc('earnings')).unredeemed).toEqual({ vouchers: 0, amount: '0' })
}, 60_000)
