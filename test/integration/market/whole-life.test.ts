/** The whole life of one miner's money, on one chain: every step through the node's own ways, every credit counted past them. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { breakJournal } from '../../../bootstrap/demo/break-journal.ts'
import { EthersDeployer } from '../../../bootstrap/deploy/ethers-deployer.ts'
import { LOCAL_CHAIN_ID } from '../../../bootstrap/localnet/embedded-chain.ts'
import { LOCAL_ESCROW, LOCAL_STAKE } from '../../../bootstrap/localnet/settle-nodes.ts'
import { decodeEvent, eventTopic } from '../../../contracts/binding/contract-codec.ts'
import { escrow } from '../../../contracts/generated/escrow.ts'
import { identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { meshToken } from '../../../contracts/generated/mesh-token.ts'
import { stakeVault } from '../../../contracts/generated/stake-vault.ts'
import type { MoneyAction } from '../../../node/chain/money-desk.ts'
import { openMoneyDesk } from '../../../node/chain/open-money-desk.ts'
import { readCertificate } from '../../../node/keys/certificate-file.ts'
import { Keystore } from '../../../node/keys/keystore.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { folderFiles } from '../../../node/storage/data-folder.ts'
import { ChainBooks, type Holders, purseOfNetwork } from '../../support/chain/chain-books.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, jobNetwork } from '../../support/nodes/job-network.ts'

const SOON = { interval: 100 }
const JOBS = 10n
const PRICE = 10_000n
const PAID = JOBS * PRICE
const FEE = PAID / 100n
/** Receipts that a client asks for again on a line that opens anew. */
const ASKED_AGAIN = 4
/** For each: the floor of the local preset. */
const TAKEN = 10_000_000n
/** A fifth to who reported it, and twice the price of the job to who paid for it, which is one and the same here. */
const [REPORTED, PAID_BACK] = [TAKEN / 5n, 2n * PRICE]
/** Of the local preset, and one second. */
const EVIDENCE_AND_BUCKET_SECONDS = 131
const STAKE_THAW_SECONDS = 151
const FEE_WEI_MAX = 10n ** 18n

test('stake, jobs, redemption, contradiction, slash, tombstone, and what is left after the thaw', {
  timeout: 120_000,
}, async () => {
  const miners = [{ basePrice: '0.01', redeemAfterSeconds: 86_400, redeemMin: '0', roles: ['miner', 'router'] }]
  await using mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) }, { settles: true, miners })
  const { net } = mesh
  const settlement = net.settlement!
  const { chain, contracts } = settlement
  const [miner] = net.miners as [RunningNode]
  const client = net.client.client!
  const { payer } = client.purse
  const { owner } = readCertificate(miner.settings.dataFolder)!.value
  const books = new ChainBooks(settlement)
  const people: Holders = {
    payers: [payer],
    operators: [miner.operator!],
    owners: [owner],
    others: [await purseOfNetwork(join(net.folder, 'chain'))],
  }
  const tokensOf = (of: typeof owner) => books.read(meshToken, contracts.token, 'balanceOf', [of])
  const stakeOf = () => books.read(stakeVault, contracts.stakeVault, 'accountOf', [owner])
  const supply = () => books.read(meshToken, contracts.token, 'totalSupply', [])

  // Stake.
  expect((await stakeOf()).total).toBe(LOCAL_STAKE)
  await books.expectConserved(people)

  // Jobs, and their vouchers taken to the chain.
  for (let i = 0; i < JOBS; i++) {
    const answer = await client.infer({ model: mesh.id('identity'), inputs: [bytesInput(8, i)] })
    await answer.receipt
  }
  expect(await client.settle()).toBe(true)
  expect(await miner.miner!.redemption!.redeemAll(20_000)).toBe(true)
  expect(await books.earned(owner)).toBe(PAID - FEE)
  const account = await books.escrow('accountOf', [payer])
  const reserve = await books.escrow('channelOf', [payer, STRANGERS])
  const channel = await books.escrow('channelOf', [payer, miner.operator!])
  expect(account.balance + reserve.deposit + channel.deposit).toBe(LOCAL_ESCROW - PAID)
  await books.expectConserved(people)

  // Contradiction: found by the client, shown to the court, and the miner gone from every directory.
  breakJournal(miner).forgetEnds()
  miner.mesh.disconnect(net.client.peer)
  const tombstoned = () => books.read(identityRegistry, contracts.identityRegistry, 'tombstonedAt', [owner])
  await expect.poll(tombstoned, SOON).toBeGreaterThan(0n)
  await expect.poll(() => [...(miner.router?.directory.live() ?? []), ...client.book.live()], SOON).toEqual([])
  // The client asked for its latest receipts again, and each that it got is an offence of its own.
  const filter = { address: contracts.stakeVault, topics: [eventTopic(stakeVault, 'Slashed')], fromBlock: '0x0' }
  const slashes = async () =>
    ((await chain.ask('eth_getLogs', [filter])) as Parameters<typeof decodeEvent>[1][]).map(slashOf)
  await expect.poll(async () => (await slashes()).length, SOON).toBe(ASKED_AGAIN)
  const punished = await slashes()
  const left = await stakeOf()
  // Five in a hundred of stake and earnings are less than the floor of ten.
  expect(left.total).toBe(LOCAL_STAKE - BigInt(ASKED_AGAIN) * TAKEN)
  for (const { taken, burned, reward } of punished) {
    expect([taken, burned]).toEqual([TAKEN, TAKEN - REPORTED - PAID_BACK])
    expect(reward).toMatchObject({ reporter: payer, reporterAmount: REPORTED, victim: payer, victimAmount: PAID_BACK })
  }
  expect(new Set(punished.map(({ reward }) => reward.id)).size, 'each once').toBe(ASKED_AGAIN)

  // After the windows: earnings, reward and the rest of the stake are paid, and what is to be burned is.
  await act(miner, { kind: 'withdraw-earnings' }, /TRANSACTION_REVERTS|NothingToPay/)
  await act(miner, { kind: 'unstake', amount: left.total as never })
  await act(miner, { kind: 'withdraw-stake' }, /TRANSACTION_REVERTS|ThawsUntil/)
  await chain.moveTime(Math.max(EVIDENCE_AND_BUCKET_SECONDS, STAKE_THAW_SECONDS))
  await act(miner, { kind: 'withdraw-earnings' })
  await act(miner, { kind: 'withdraw-stake' })
  expect(await tokensOf(owner)).toBe(left.total + PAID - FEE)
  const before = { payer: await tokensOf(payer), supply: await supply() }
  using anybody = await walletOf(miner, chain.url)
  // The client's own node would, when it looks again: it does not know that the clock was moved.
  for (const { reward } of punished) await anybody.call(stakeVault, contracts.stakeVault, 'payReward', [reward])
  await anybody.call(stakeVault, contracts.stakeVault, 'burn', [])
  await anybody.call(escrow, contracts.escrow, 'burn', [])
  expect(await tokensOf(payer)).toBe(before.payer + BigInt(ASKED_AGAIN) * (REPORTED + PAID_BACK))
  // Each keeps one credit back, which saves the next of its kind some gas.
  const burned = BigInt(ASKED_AGAIN) * (TAKEN - REPORTED - PAID_BACK)
  expect(await supply()).toBe(before.supply - (burned - 1n) - (FEE - 1n))
  await books.expectConserved(people)
})

function slashOf(log: Parameters<typeof decodeEvent>[1]) {
  const event = decodeEvent(stakeVault, log)
  if (event?.name !== 'Slashed') throw new Error('the node gives logs that were not asked for')
  return event.values
}

const STRANGERS = `0x${'0'.repeat(40)}` as never

/** Through the desk of the money commands, with the miner's owner. @param refused it must be, for this reason */
async function act({ settings, network }: RunningNode, action: MoneyAction, refused?: RegExp): Promise<void> {
  using keys = await keysOf(settings.dataFolder)
  await using desk = await openMoneyDesk({
    network,
    dataFolder: settings.dataFolder,
    addressOf: (kind) => keys.look(kind)?.address,
    signerOf: async (kind) => keys.load(kind)!.signer,
  })
  const done = desk.perform(action, { feeWeiMax: FEE_WEI_MAX, onStep: () => undefined })
  if (refused === undefined) await done
  else await expect(done).rejects.toThrow(refused)
}

async function walletOf({ settings }: RunningNode, url: string): Promise<EthersDeployer> {
  using keys = await keysOf(settings.dataFolder)
  using key = keys.load('owner')!
  return new EthersDeployer(url, LOCAL_CHAIN_ID, key.secret())
}

const keysOf = async (dataFolder: string): Promise<Keystore> =>
  new Keystore(join(dataFolder, folderFiles.keys), {
    crypto: await createCrypto(),
    random: systemRandom,
    clock: systemClock,
  })
