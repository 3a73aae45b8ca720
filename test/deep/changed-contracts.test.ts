/** A network moves to a new contract set while its miner holds vouchers under the old one. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contractsCommand } from '../../bootstrap/deploy/contracts-command.ts'
import { settleClient, settleMiner } from '../../bootstrap/localnet/settle-nodes.ts'
import type { Contract, ContractTypes } from '../../contracts/binding/contract.ts'
import { decodeResult, encodeCall } from '../../contracts/binding/contract-codec.ts'
import { escrow } from '../../contracts/generated/escrow.ts'
import { stakeVault } from '../../contracts/generated/stake-vault.ts'
import { openMoneyDesk } from '../../node/chain/open-money-desk.ts'
import { moneyCommands } from '../../node/cli/money/money-commands.ts'
import { walletCommand } from '../../node/cli/wallet/wallet-command.ts'
import { loadConfig } from '../../node/config/load-config.ts'
import { type NamedContractSet, type NetworkFile, parseNetworkFile } from '../../node/config/network-file.ts'
import { networksFolder } from '../../node/config/networks-folder.ts'
import { thisSystem } from '../../node/config/system-paths.ts'
import { type RunningNode, startNode } from '../../node/roles/start-node.ts'
import { redeemNow } from '../../node/work/redemption/redeem-now.ts'
import { type Address, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { identityModel } from '../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../support/nodes/job-network.ts'
import { programOf, runWords } from '../support/run-words.ts'

const PRICE = 1_000n
/** Vouchers stay with the miner until they are asked for. */
const PATIENT = { basePrice: '0.001', redeemAt: '1000', redeemAfterSeconds: 86_400, redeemMin: '0.000001' }
const program = programOf(walletCommand(openMoneyDesk), contractsCommand, ...moneyCommands(openMoneyDesk))

let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) }, { settles: true, miners: [PATIENT] })
}, 120_000)
afterAll(() => mesh[Symbol.asyncDispose]())

const networkFile = (): NetworkFile =>
  parseNetworkFile(JSON.parse(readFileSync(mesh.net.networkPath, 'utf8')), mesh.net.networkPath)

async function aitbc(line: string, dataFolder: string) {
  const words = [...line.split(' '), '--data', dataFolder, '--network', mesh.net.networkPath, '--json']
  const { code, out, err } = await runWords(program, words)
  expect(code, `${line}: ${err}`).toBe(0)
  return JSON.parse(out)
}

/** As the network's own nodes are started, with what its file says now. */
function restart(dataFolder: string, flags: Readonly<Record<string, unknown>>): Promise<RunningNode> {
  const { settings } = loadConfig({
    networksFolder: networksFolder(),
    system: { ...thisSystem(), env: {} },
    systemFile: join(dataFolder, 'no-system-file'),
    flags: { network: mesh.net.networkPath, dataFolder, lanDiscovery: 'off', ...flags },
  })
  return startNode({ settings, network: networkFile() })
}

/** Asked of the chain past all of our readers. */
async function ask<Types extends ContractTypes, Name extends keyof Types['functions'] & string>(
  contract: Contract<Types>,
  to: string,
  name: Name,
  args: Types['functions'][Name]['inputs'],
): Promise<Types['functions'][Name]['output']> {
  const data = encodeCall(contract, name, args)
  return decodeResult(
    contract,
    name,
    String(await mesh.net.settlement!.chain.ask('eth_call', [{ to, data }, 'latest'])),
  )
}

async function runJobs(client: RunningNode, count: number): Promise<void> {
  const model = await client.client!.findModel('identity')
  for (let i = 0; i < count; i++) {
    const answer = await client.client!.infer({ model: model.id, inputs: [bytesInput(10, i)] })
    await answer.receipt
  }
  expect(await client.client!.settle()).toBe(true)
}

test('each escrow pays what was promised under it, nothing of either is lost, and the earnings of both can be had', async () => {
  const { net } = mesh
  const [miner] = net.miners
  const [minerFolder, clientFolder] = [miner!.settings.dataFolder, net.client.settings.dataFolder]
  const { payer, session } = net.client.client!.purse
  const operator = miner!.operator!
  await runJobs(net.client, 3)
  expect(miner!.journal.miner.unredeemed(9)).toMatchObject([{ cumulative: 3n * PRICE }])
  await net.client[Symbol.asyncDispose]()
  await miner![Symbol.asyncDispose]()

  const [old] = net.network.contractSets as [NamedContractSet]
  const founder = join(net.folder, 'founder')
  const { address } = await aitbc('wallet new owner --no-passphrase', founder)
  await net.settlement!.chain.fund(address, 10n ** 18n)
  const deploy = `contracts deploy --preset local --token ${old.token} --token-burns --name second --yes`
  const { set } = await aitbc(deploy, founder)
  const network = networkFile()
  const settling = { settlement: net.settlement!, network }
  await settleMiner({ ...settling, dataFolder: minerFolder })
  await settleClient({ ...settling, dataFolder: clientFolder })

  const beforeStart = await aitbc('earnings', minerFolder)
  expect(beforeStart).toMatchObject({
    unredeemed: { vouchers: 0 },
    older: [{ set: old.name, unredeemed: { vouchers: 1, amount: '3000' } }],
  })
  expect((await aitbc('stake', minerFolder)).older).toMatchObject([{ set: old.name, total: '100000000' }])

  const models = [mesh.path('identity')]
  const minerFlags = { roles: ['miner', 'router'], name: 'miner 1', engineThreads: 1, models, ...PATIENT }
  await using moved = await restart(minerFolder, minerFlags)
  await using client = await restart(clientFolder, { roles: ['client'], listen: [] })
  await runJobs(client, 2)
  expect(client.client!.purse).toMatchObject({ payer, session, escrow: set.escrow })
  // Counted anew: the old three are not promised a second time.
  expect(moved.journal.miner.unredeemed(9)).toMatchObject([{ cumulative: 2n * PRICE }])
  expect(moved.journal.miner.retired(old.escrow).unredeemed(9)).toMatchObject([{ cumulative: 3n * PRICE }])

  expect(moved.miner!.redemptions.map((each) => each.set)).toEqual(['second', old.name])
  const { signal } = new AbortController()
  const progress: string[] = []
  const onProgress = (done: number, total: number): void => void progress.push(`${done} of ${total}`)
  const byHand = { dryRun: false, withinMs: 30_000, signal, onProgress }
  expect(await redeemNow(moved.miner!.redemptions, byHand)).toMatchObject({
    settled: true,
    vouchers: [
      { set: 'second', promised: 2n * PRICE, before: 0n, paid: 2n * PRICE, state: 'paid' },
      { set: old.name, promised: 3n * PRICE, before: 0n, paid: 3n * PRICE, state: 'paid' },
    ],
  })
  expect([progress[0], progress.at(-1)]).toEqual(['0 of 2', '2 of 2'])
  const claimed = (at: string) => ask(escrow, at, 'claimedOf', [payer, session, operator, ZERO_HASH])
  expect(await claimed(old.escrow)).toBe(3n * PRICE)
  expect(await claimed(set.escrow)).toBe(2n * PRICE)
  expect(moved.journal.miner.unredeemed(9)).toEqual([])
  expect(moved.journal.miner.retiredEscrows()).toEqual([])

  const { owner } = beforeStart
  const earned = async (vault: string): Promise<bigint> => {
    const { amounts } = await ask(stakeVault, vault, 'lockedEarningsOf', [owner as Address])
    return amounts.reduce((sum, amount) => sum + amount, 0n)
  }
  expect(await earned(old.stakeVault)).toBe((3n * PRICE * 99n) / 100n)
  expect(await earned(set.stakeVault)).toBe((2n * PRICE * 99n) / 100n)

  // What is locked under the old set comes free, and so does the stake.
  await net.settlement!.chain.fund(owner, 10n ** 18n)
  await aitbc(`unstake 100 --set ${old.name} --yes`, minerFolder)
  await net.settlement!.chain.ask('evm_increaseTime', [400])
  await net.settlement!.chain.ask('evm_mine', [])
  const { changes } = await aitbc(`earnings withdraw --set ${old.name} --yes`, minerFolder)
  expect(changes).toContainEqual({ figure: 'earnings.withdrawable', before: '2970', after: '0' })
  await aitbc(`withdraw --set ${old.name} --yes`, minerFolder)
  expect(await aitbc('stake', minerFolder)).toMatchObject({ total: '100000000', older: [] })
}, 180_000)
