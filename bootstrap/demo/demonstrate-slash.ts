/** `aitbc demo slash`: one contradiction from the broken journal to the tombstone, all of it real. */

import { decodeEvent, eventTopic } from '../../contracts/binding/contract-codec.ts'
import { identityRegistry } from '../../contracts/generated/identity-registry.ts'
import { stakeVault } from '../../contracts/generated/stake-vault.ts'
import { ContractReader } from '../../node/chain/contracts/contract-reader.ts'
import { ChainRpc } from '../../node/chain/rpc/chain-rpc.ts'
import { RpcPool } from '../../node/chain/rpc/rpc-pool.ts'
import type { CommandContext } from '../../node/cli/command.ts'
import { unitsText } from '../../node/cli/credit-amounts.ts'
import { durationText } from '../../node/cli/durations.ts'
import { abortable } from '../../node/client/abortable.ts'
import type { EventKind, EventOf } from '../../node/events/node-event.ts'
import { readCertificate } from '../../node/keys/certificate-file.ts'
import type { RunningNode } from '../../node/roles/start-node.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { EXIT } from '../../protocols/kernel/error-projections.ts'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Address, Hash32 } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { createTestnet, type Testnet } from '../localnet/create-testnet.ts'
import { LOCAL_CHAIN_ID } from '../localnet/embedded-chain.ts'
import { booksJson, booksText, networkBooks } from '../localnet/network-books.ts'
import { breakJournal } from './break-journal.ts'

/** For any one step: a block comes every second, a gossip heartbeat too. */
const STEP_MS_MAX = 30_000
/** What the model takes. */
const PICTURE = [1, 1, 28, 28]

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
  await runJob(net, operator)
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
  const court = await courtFacts(net, owner, contradiction.nullifier)
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

/** An empty picture: whatever letter it is taken for. */
async function runJob(net: Testnet, miner: Address): Promise<void> {
  const client = net.client.client!
  const { id } = await client.findModel('characters')
  const data = new Uint8Array(Float32Array.BYTES_PER_ELEMENT * PICTURE.reduce((all, side) => all * side, 1))
  const picture = { name: 'image', type: 'float32' as const, dims: PICTURE, byteLength: data.length, data }
  const answer = await client.infer({ model: id, inputs: [picture] })
  if (answer.miner !== miner) throw new MeshError('BUG', { what: `the job went to ${answer.miner}` })
  await answer.receipt
  await client.settle()
}

const offersOf = ({ router, client }: RunningNode): readonly Address[] =>
  [...(router?.directory.live() ?? []), ...(client?.book.live() ?? [])].map(({ offer }) => offer.miner)

/** The next event of a kind. @throws MeshError TIMEOUT; the signal's reason */
async function once<K extends EventKind>(node: RunningNode, kind: K, signal: AbortSignal): Promise<EventOf<K>> {
  const { promise, resolve, reject } = Promise.withResolvers<EventOf<K>>()
  using listening = node.bus.listen(({ event }) => {
    if (event.kind === kind) resolve(event as EventOf<K>)
  })
  void listening
  const timer = systemClock.after(STEP_MS_MAX, () => reject(new MeshError('TIMEOUT', { what: kind, ms: STEP_MS_MAX })))
  try {
    return await abortable(promise, signal)
  } finally {
    timer.cancel()
  }
}

/** What the contracts say of the offence. */
async function courtFacts(net: Testnet, owner: Address, nullifier: Hash32) {
  const { chain, contracts } = net.settlement!
  using pool = new RpcPool({
    endpoints: [chain.url],
    chainId: LOCAL_CHAIN_ID,
    clock: systemClock,
    periodSeconds: 1,
  })
  const rpc = new ChainRpc(pool)
  const registry = new ContractReader(rpc, identityRegistry, contracts.identityRegistry as Address)
  const isTombstoned = (await registry.read('tombstonedAt', [owner])) > 0n
  const { blockNumber } = await rpc.head()
  const logs = await rpc.logs({
    address: contracts.stakeVault as Address,
    topics: [eventTopic(stakeVault, 'Slashed') as Hash32],
    fromBlock: 0n,
    toBlock: blockNumber,
  })
  const slashed = (logs.kind === 'result' ? logs.value : [])
    .map((log) => decodeEvent(stakeVault, log))
    .find((event) => event?.name === 'Slashed' && event.values.reward.id === nullifier)
  if (slashed?.name !== 'Slashed') throw new MeshError('BUG', { what: 'the vault tells of no slash' })
  const { reporterAmount, victimAmount, payableFrom } = slashed.values.reward
  const rewards = { reward: credits(reporterAmount), madeWhole: credits(victimAmount) }
  return { isTombstoned, ...rewards, payableFromS: Number(payableFrom) }
}
