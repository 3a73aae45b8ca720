/**
 * Miners and clients under load, killed with SIGKILL at random moments and started again on the same folders. What one side
 * was told the other side still holds; nothing is paid twice; no attempt has two results; and the work goes on.
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { writeNetworkFile } from '../../bootstrap/localnet/write-network-file.ts'
import { startDoor } from '../../bootstrap/peer/start-door.ts'
import { readEvidence } from '../../node/market/read-evidence.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { DataFolder, folderFiles } from '../../node/storage/data-folder.ts'
import { SigningJournal } from '../../node/work/journal/signing-journal.ts'
import { counterId } from '../../node/work/paying/counter-table.ts'
import { type Address, type AttemptId, address } from '../../protocols/kernel/ids.ts'
import { SeededRandom } from '../../simulations/clock/seeded-random.ts'
import { ModelFolder } from '../support/engines/model-folder.ts'
import { identityModel } from '../support/engines/onnx-models.ts'
import { Accounts } from '../support/kill-campaign/accounts.ts'
import { Member } from '../support/kill-campaign/member.ts'
import { receiptDigest } from '../support/kill-campaign/receipt-digest.ts'
import type { ClientMessage, MinerMessage } from '../support/kill-campaign/say.ts'
import { configOf } from '../support/kill-campaign/settings.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const KILLS = Number(process.env.AITBC_TEST_KILLS ?? 200)
const SEED = Number(process.env.AITBC_TEST_SEED ?? 20_260_101)
const PRICES = ['0.001', '0.0011', '0.0012'] as const
const CLIENTS = 2
const JOBS_AT_ONCE = 4
/** The dearest job: what may be paid ahead for an attempt that its miner took to the grave. */
const PRICE_MAX = 1_200n
/** A process that works lives at most this long before the next death. */
const LIFE_MS_MAX = 400

test(`a network survives ${KILLS} deaths (seed ${SEED})`, async () => {
  const folder = temporaryFolder()
  using models = new ModelFolder()
  const model = models.add('identity', identityModel('float32', ['n', 4]))
  const random = new SeededRandom(BigInt(SEED))
  const accounts = new Accounts()
  await using door = await startDoor({
    network: configOf('local', folder, {}).network,
    listen: ['/ip4/127.0.0.1/tcp/0'],
  })
  const network = join(folder, 'network.json')
  writeNetworkFile(network, 'local', [{ peer: door.peer, addresses: door.addresses }])

  await using stack = new AsyncDisposableStack()
  const miners = PRICES.map((price, i) => {
    const path = join(folder, `miner-${i}`)
    const learn = (said: readonly MinerMessage[]): void => accounts.learnMiner(path, said)
    return stack.use(
      new Member<MinerMessage>(path, '../kill-campaign/run-miner.ts', [network, path, model.path, price], learn),
    )
  })
  await Promise.all(miners.map((miner) => miner.until('up')))
  const clients = Array.from({ length: CLIENTS }, (_, i) => {
    const path = join(folder, `client-${i}`)
    const learn = (said: readonly ClientMessage[]): void => accounts.learnClient(path, said)
    const args = [network, path, model.id, String(JOBS_AT_ONCE)]
    return stack.use(new Member<ClientMessage>(path, '../kill-campaign/run-client.ts', args, learn))
  })
  await Promise.all(clients.map((client) => client.until('receipt')))

  const alive = [...miners, ...clients]
  for (let kill = 0; kill < KILLS; kill++) {
    const victim = alive[random.below(alive.length)]!
    // A client is worth killing once it works; a miner may die in the midst of its start too.
    if (victim instanceof Member && clients.includes(victim as never))
      await (victim as Member<ClientMessage>).until('answered')
    await pause(random.below(LIFE_MS_MAX))
    await victim.killAndRestart()
  }

  // Everybody works again, and then leaves in good order: the clients pay first.
  await Promise.all(miners.map((miner) => miner.until('up')))
  await Promise.all(clients.map((client) => client.until('receipt')))
  for (const client of clients) {
    await client.stop()
    expect(client.messages.at(-1), client.errors).toEqual({ kind: 'settled', all: true })
  }
  for (const miner of miners) {
    await miner.stop()
    expect(miner.messages.at(-1), miner.errors).toEqual({ kind: 'down' })
  }
  await compare(accounts, miners, clients)
  console.log(
    `${accounts.answered.size} jobs, ${accounts.receipts.size} receipts, failures: ${JSON.stringify([...accounts.failures])}`,
  )
})

interface MinerBooks {
  readonly address: Address
  readonly journal: SigningJournal
}

async function compare(
  accounts: Accounts,
  miners: readonly Member<MinerMessage>[],
  clients: readonly Member<ClientMessage>[],
): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const open = async (path: string): Promise<SigningJournal> => {
    const data = stack.use(DataFolder.open(path, { clock: systemClock }))
    return stack.use(
      await SigningJournal.open(data, { clock: systemClock, onFailure: (error) => expect.fail(String(error)) }),
    )
  }
  const books: MinerBooks[] = []
  for (const miner of miners) books.push({ address: await addressIn(miner.name), journal: await open(miner.name) })

  for (const { name } of [...miners, ...clients])
    expect(readEvidence(join(name, folderFiles.evidence)), 'nobody who is honest is named').toEqual([])
  expect(accounts.receipts.size).toBeGreaterThan(KILLS)
  for (const receipt of accounts.receipts.values()) {
    const { journal } = books.find((each) => each.address === receipt.miner)!
    const kept = journal.miner
      .batchesOf([receipt.attempt as AttemptId])
      .flatMap(({ receipts }) => receipts)
      .find(({ agreement }) => agreement === receipt.attempt)
    expect(kept, `the miner lost the receipt of ${receipt.attempt}`).toBeDefined()
    expect(receiptDigest(kept!)).toBe(receipt.digest)
  }

  for (const client of clients) {
    const { payer, session } = client.messages.find((message) => message.kind === 'up')!
    const journal = await open(client.name)
    for (const miner of books) {
      const own = journal.client.counter(`${payer}/${session}/${miner.address}`)
      const theirs = miner.journal.miner.counter(counterId(address(payer), address(session)))
      const promised = own.voucher?.cumulative ?? 0n
      expect(promised, 'both sides hold the same voucher').toBe(theirs?.cumulative ?? 0n)
      expect(promised).toBeGreaterThanOrEqual(accounts.signed.get(`${client.name}/${miner.address}`) ?? 0n)
      const said = accounts.accepted.get(
        `${minerNamed(miners, books, miner)}/${counterId(address(payer), address(session))}`,
      )
      expect(promised).toBeGreaterThanOrEqual(said ?? 0n)
      expect(own.unpaid, 'what was receipted is paid').toEqual([])
      // All finals of the counter, each attempt once: above that only a chunk paid ahead that never came can have been paid.
      expect(promised, 'nothing is paid twice').toBeLessThanOrEqual((theirs?.due ?? 0n) + PRICE_MAX)
    }
  }
}

const minerNamed = (miners: readonly Member<MinerMessage>[], books: readonly MinerBooks[], one: MinerBooks): string =>
  miners[books.indexOf(one)]!.name

async function addressIn(path: string): Promise<Address> {
  const { readFile } = await import('node:fs/promises')
  return (JSON.parse(await readFile(join(path, 'keys', 'operator.json'), 'utf8')) as { address: Address }).address
}
