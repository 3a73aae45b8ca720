/**
 * Miners, clients and the chain itself under load, killed with SIGKILL at random moments and started again on the same folders. At
 * the end every voucher that a miner had accepted is money, none is paid twice, nobody who is honest is named, and no credit is lost:
 * by the contracts, read from outside.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { settleClient, settleMiner } from '../../bootstrap/localnet/settle-nodes.ts'
import { writeNetworkFile } from '../../bootstrap/localnet/write-network-file.ts'
import { startDoor } from '../../bootstrap/peer/start-door.ts'
import { readCertificate } from '../../node/keys/certificate-file.ts'
import { readEvidence } from '../../node/market/read-evidence.ts'
import { folderFiles } from '../../node/storage/data-folder.ts'
import { type Address, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { ChainBooks, purseOfNetwork } from '../support/chain/chain-books.ts'
import { MortalChain } from '../support/chain/mortal-chain.ts'
import { ModelFolder } from '../support/engines/model-folder.ts'
import { identityModel } from '../support/engines/onnx-models.ts'
import { Accounts } from '../support/kill-campaign/accounts.ts'
import { Member } from '../support/kill-campaign/member.ts'
import type { ClientMessage, MinerMessage } from '../support/kill-campaign/say.ts'
import { configOf } from '../support/kill-campaign/settings.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const KILLS = Number(process.env.AITBC_TEST_KILLS ?? 300)
const SEED = Number(process.env.AITBC_TEST_SEED ?? 20_260_105)
const PRICES = ['0.001', '0.0011'] as const
const CLIENTS = 2
const JOBS_AT_ONCE = 2
/** A process that works lives at most this long before the next death; a redemption and its blocks take longer. */
const LIFE_MS_MAX = 600
/** More than clients spend on a quick machine: one whose escrow is used up gets no answers. */
const ESCROW = credits(100_000n * 1_000_000n)
/** Vouchers are always on their way to the chain. */
const REDEMPTION = JSON.stringify({ redeemAt: '0.005', redeemAfterSeconds: 2, redeemMin: '0' })
/** Transactions that the chain forgot are sent again within a minute, and what it forgot for good is found within another. */
const REDEEMED = { timeout: 300_000, interval: 250 }

test(`money survives ${KILLS} deaths of miners, clients and the chain (seed ${SEED})`, async () => {
  const folder = temporaryFolder()
  using models = new ModelFolder()
  const model = models.add('identity', identityModel('float32', ['n', 4]))
  const random = new SeededRandom(BigInt(SEED))
  const accounts = new Accounts()
  await using door = await startDoor({
    network: configOf('local', folder, {}).network,
    listen: ['/ip4/127.0.0.1/tcp/0'],
  })
  await using chain = await MortalChain.start(join(folder, 'chain'))
  const networkPath = join(folder, 'network.json')
  const doors = [{ peer: door.peer, addresses: door.addresses }]
  const network = writeNetworkFile(networkPath, 'local', doors, chain.settlement.networkPart)
  const minerPaths = PRICES.map((_, i) => join(folder, `miner-${i}`))
  const clientPaths = Array.from({ length: CLIENTS }, (_, i) => join(folder, `client-${i}`))
  const { settlement } = chain
  for (const dataFolder of minerPaths) await settleMiner({ settlement, network, dataFolder })
  for (const dataFolder of clientPaths) await settleClient({ settlement, network, dataFolder }, ESCROW)

  await using stack = new AsyncDisposableStack()
  const miners = PRICES.map((price, i) => {
    const path = minerPaths[i]!
    const learn = (said: readonly MinerMessage[]): void => accounts.learnMiner(path, said)
    const args = [networkPath, path, model.path, price, REDEMPTION]
    return stack.use(new Member<MinerMessage>(path, '../kill-campaign/run-miner.ts', args, learn))
  })
  await Promise.all(miners.map((miner) => miner.until('up')))
  const clients = clientPaths.map((path) => {
    const learn = (said: readonly ClientMessage[]): void => accounts.learnClient(path, said)
    const args = [networkPath, path, model.id, String(JOBS_AT_ONCE)]
    return stack.use(new Member<ClientMessage>(path, '../kill-campaign/run-client.ts', args, learn))
  })
  await Promise.all(clients.map((client) => client.until('receipt')))

  const deaths = { miner: 0, client: 0, chain: 0 }
  for (let kill = 0; kill < KILLS; kill++) {
    const victim = random.below(miners.length + clients.length + 1)
    // A client is worth killing once it works; a miner may die in the midst of its start too.
    const client = clients[victim - miners.length]
    if (client !== undefined) await client.until('answered')
    await pause(random.below(LIFE_MS_MAX))
    if (client !== undefined) await client.killAndRestart()
    else if (victim < miners.length) await miners[victim]!.killAndRestart()
    else {
      await chain.kill()
      // Some of the time it is away long enough that others notice.
      await pause(random.below(LIFE_MS_MAX))
      await chain.revive()
    }
    deaths[client !== undefined ? 'client' : victim < miners.length ? 'miner' : 'chain']++
  }

  // Everybody works again. The clients pay and leave; the miners stay until all of it is money.
  await Promise.all(miners.map((miner) => miner.until('up')))
  await Promise.all(clients.map((client) => client.until('receipt')))
  const keys = clients.map((client) => client.messages.find((message) => message.kind === 'up')!)
  for (const client of clients) {
    await client.stop()
    expect(client.messages.at(-1), client.errors).toEqual({ kind: 'settled', all: true })
  }
  for (const path of minerPaths) await expect.poll(() => unredeemedAt(path), REDEEMED).toEqual([])
  for (const miner of miners) {
    await miner.stop()
    expect(miner.messages.at(-1), miner.errors).toEqual({ kind: 'down' })
  }

  const books = new ChainBooks(chain.settlement)
  const certificates = minerPaths.map((path) => readCertificate(path)!.value)
  let paid = 0n
  for (const { payer, session } of keys) {
    for (const [i, { operator }] of certificates.entries()) {
      const counter = [payer as Address, session as Address, operator, ZERO_HASH] as const
      const claimed = await books.escrow('claimedOf', counter)
      const accepted = accounts.accepted.get(`${minerPaths[i]}/${payer}/${session}/${ZERO_HASH}`) ?? 0n
      expect(claimed, 'what a miner said that it accepted is paid').toBeGreaterThanOrEqual(accepted)
      expect(claimed, 'and nothing that its journal does not have').toBe(highestAt(minerPaths[i]!, counter.join('/')))
      paid += claimed
    }
  }
  const owners = certificates.map(({ owner }) => owner)
  const payers = keys.map(({ payer }) => payer as Address)
  const earned = await Promise.all(owners.map((owner) => books.earned(owner)))
  const fees = await books.escrow('unburned', [])
  expect(paid, 'jobs were paid').toBeGreaterThan(BigInt(KILLS) * 1_000n)
  expect(
    earned.reduce((sum, amount) => sum + amount, fees),
    'nothing is paid twice',
  ).toBe(paid)
  await books.expectConserved({
    payers,
    owners,
    operators: certificates.map(({ operator }) => operator),
    others: [await purseOfNetwork(join(folder, 'chain'))],
  })
  for (const path of [...minerPaths, ...clientPaths]) {
    const evidence = join(path, folderFiles.evidence)
    if (existsSync(evidence)) expect(readEvidence(evidence), 'nobody who is honest is named').toEqual([])
  }
  console.log(
    `${accounts.answered.size} jobs, ${paid} credits paid; deaths: ${JSON.stringify(deaths)}; failures: ${JSON.stringify([...accounts.failures])}`,
  )
})

/** By the miner's journal, read beside it: counters that hold a voucher which the chain has not paid for good. */
function unredeemedAt(path: string): readonly unknown[] {
  using database = new DatabaseSync(join(path, folderFiles.journal), { readOnly: true })
  return database.prepare('SELECT id FROM miner_counter WHERE voucher IS NOT NULL AND cumulative > redeemed').all()
}

function highestAt(path: string, counter: string): bigint {
  const [payer, session, , collection] = counter.split('/')
  using database = new DatabaseSync(join(path, folderFiles.journal), { readOnly: true })
  const row = database
    .prepare('SELECT cumulative FROM miner_counter WHERE id = ?')
    .get(`${payer}/${session}/${collection}`) as { cumulative: Uint8Array } | undefined
  if (row === undefined) return 0n
  return new DataView(row.cumulative.buffer, row.cumulative.byteOffset).getBigUint64(0)
}
