/** `aitbc demo slash`: one contradiction from the broken journal to the tombstone, all of it real. */

import { identityRegistry } from '../../contracts/generated/identity-registry.ts'
import { ContractReader } from '../../node/chain/contracts/contract-reader.ts'
import { contractSet } from '../../node/chain/contracts/contract-set.ts'
import { rewardIn } from '../../node/chain/court/reward.ts'
import type { CommandContext } from '../../node/cli/frame/command.ts'
import { unitsText } from '../../node/cli/screen/credit-amounts.ts'
import { durationText } from '../../node/cli/screen/durations.ts'
import type { EventKind, EventOf } from '../../node/events/node-event.ts'
import { readCertificate } from '../../node/keys/certificate-file.ts'
import type { RunningNode } from '../../node/roles/start-node.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { abortable } from '../../protocols/kernel/abortable.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { EXIT } from '../../protocols/kernel/error-projections.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, Hash32 } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { createTestnet, type Testnet } from '../localnet/create-testnet.ts'
import { letterJobs } from '../localnet/letter-jobs.ts'
import { booksJson, booksText, networkBooks } from '../localnet/network-books.ts'
import { breakJournal } from './break-journal.ts'

/** For any one step: a block comes every second, a gossip heartbeat too. */
const STEP_MS_MAX = 30_000

type Context = CommandContext<unknown, unknown>

export async function demonstrateSlash({ out, signal }: Context): Promise<number> {
  const startedMs = performance.now()
  const say = (what: string): void => out.say(`${durationText(performance.now() - startedMs).padEnd(7)} ${what}`)
  using progress = out.progress('starting')
  // The cheapest is asked first; the other one only hears.
  await using net = await createTestnet(2, {
    settles: true,
    miners: [
      { name: 'liar', models: ['characters'], basePrice: '0.001', engineThreads: 1 },
      { name: 'witness', models: ['characters'], basePrice: '0.002', engineThreads: 1 },
    ],
    client: { name: 'client' },
    signal,
    onStep: (what) => progress.relabel(`starting ${what}`),
  })
  const [liar, witness] = net.miners as [RunningNode, RunningNode]
  const operator = liar.operator!
  const { owner } = readCertificate(liar.settings.dataFolder)!.value
  say(`The network stands. The liar is ${operator}, and its owner ${owner} has staked for it.`)
  const before = await networkBooks(net, net.settlement!)
  progress.relabel('running a job')
  await runJob(net, operator, signal)
  say('It answered a job, signed the receipt and was paid for it, as anybody would.')

  const found = once(net.client, 'contradiction:found', signal)
  const told = once(witness, 'contradiction:found', signal)
  const punished = once(net.client, 'contradiction:punished', signal)
  breakJournal(liar).forgetEnds()
  liar.mesh.disconnect(net.client.peer)
  say('Its journal breaks: it takes the job for one that was lost, and signs a second end of it, aborted for nothing.')
  progress.relabel('waiting for the contradiction')
  const contradiction = await found
  say(
    `The client holds both signatures: contradiction ${contradiction.nullifier}. It keeps the proof and gives the liar no work.`,
  )
  await told
  say('The witness was told of it by gossip, checked it, and dropped the liar too.')
  progress.relabel('waiting for the court')
  const { byUs } = await punished
  const court = await courtFacts(net, owner, contradiction.nullifier, signal)
  const after = await networkBooks(net, net.settlement!)
  say(`The contract took a part of the stake${byUs ? ', shown by the client' : ''}, and tombstoned the owner.`)
  say(
    `The client gets ${unitsText(court.reward)} of it for showing it, and ${unitsText(court.madeWhole)} for its job, twice the price; from ${new Date(court.payableFromS * 1_000).toISOString()} on. The rest is burned.`,
  )
  const dropped = [net.client, witness].filter((node) => !offersOf(node).includes(operator))
  say(`Out of the directories of: ${dropped.map(({ settings }) => settings.name).join(', ')}.`)
  const facts = {
    operator,
    owner,
    nullifier: contradiction.nullifier,
    contradiction: contradiction.contradiction,
    books: booksJson(before, after),
    tombstoned: court.isTombstoned,
    droppedBy: dropped.map(({ settings }) => settings.name),
    reward: court.reward,
    madeWhole: court.madeWhole,
    rewardPayableFrom: court.payableFromS,
  }
  await out.print(facts, () => `\n${booksText(before, after)}`)
  return court.isTombstoned && dropped.length === 2 ? EXIT.done : EXIT.failed
}

async function runJob(net: Testnet, miner: Address, signal: AbortSignal): Promise<void> {
  const client = net.client.client!
  const answered = await (await letterJobs(client, signal)).next()
  if (answered !== miner) throw new MeshError('BUG', { what: `the job went to ${answered}` })
  await client.settle()
}

const offersOf = ({ router, client }: RunningNode): readonly Address[] =>
  [...(router?.directory.live() ?? []), ...(client?.book.live() ?? [])].map(({ offer }) => offer.miner)

/** The next event of a kind. @throws MeshError TIMEOUT; the signal's reason */
async function once<K extends EventKind>(node: RunningNode, kind: K, signal: AbortSignal): Promise<EventOf<K>> {
  const { promise, resolve } = Promise.withResolvers<EventOf<K>>()
  using listening = node.bus.listen(({ event }) => {
    if (event.kind === kind) resolve(event as EventOf<K>)
  })
  void listening
  using deadline = new Deadline(systemClock, STEP_MS_MAX, kind, signal)
  return await abortable(promise, deadline.signal)
}

/** What the contracts say of the offence. */
async function courtFacts(net: Testnet, owner: Address, nullifier: Hash32, signal: AbortSignal) {
  const { rpc, contracts } = net.settlement!
  const set = contractSet(contracts)
  const registry = new ContractReader(rpc, identityRegistry, set.identityRegistry)
  const isTombstoned = (await registry.read('tombstonedAt', [owner], signal)) > 0n
  const { blockNumber: toBlock } = await rpc.head(signal)
  const found = await rewardIn(rpc, set.stakeVault, nullifier, { fromBlock: 0n, toBlock }, signal)
  if (found === undefined) throw new MeshError('BUG', { what: 'the vault gives nothing for a slash' })
  const { reporterAmount, victimAmount, payableFrom } = found
  const rewards = { reward: credits(reporterAmount), madeWhole: credits(victimAmount) }
  return { isTombstoned, ...rewards, payableFromS: Number(payableFrom) }
}
