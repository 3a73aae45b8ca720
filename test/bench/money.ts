/**
 * What money costs: vouchers judged on one core beside bare signatures; the way from a voucher to the owner's balance beside a plain
 * transfer on the same chain; gas for each job by how many are redeemed together; and a job with money on beside the same job in a
 * network whose money is a table. Turns alternate, ratios are of one run.
 *
 *   node test/bench/money.ts [--rounds 7]
 */
import { parseArgs } from 'node:util'
import { stakeVault } from '../../contracts/generated/stake-vault.ts'
import { ContractReader } from '../../node/chain/contracts/contract-reader.ts'
import type { MeshClient } from '../../node/client/mesh-client.ts'
import type { EventKind, EventOf } from '../../node/events/node-event.ts'
import { readCertificate } from '../../node/keys/certificate-file.ts'
import type { RunningNode } from '../../node/roles/start-node.ts'
import { address, type ModelId, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { judgeVoucher } from '../../protocols/rules/settlement/judge-voucher.ts'
import { AGREEMENTS_HASH_START, agreementsHash } from '../../protocols/statements/agreements-hash.ts'
import { signatureFault, signStruct } from '../../protocols/statements/signed.ts'
import { type Voucher, voucherType } from '../../protocols/statements/struct-types.ts'
import { identityModel } from '../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../support/nodes/job-network.ts'
import { attemptOf } from '../support/receipts.ts'
import { cast, crypto, domain } from '../support/statement-vectors/cast.ts'
import { percentile } from './support/distribution.ts'
import { countText, msText, tell, tellMachine } from './support/figures.ts'

const { values: options } = parseArgs({ options: { rounds: { type: 'string', default: '7' } } })
const ROUNDS = Number(options.rounds)
const VOUCHERS = 2_000
const JOBS = 200
const median = (numbers: readonly number[]): number =>
  percentile(
    [...numbers].sort((a, b) => a - b),
    0.5,
  )

tellMachine()
vouchersPerSecond()
await withMoney()

function vouchersPerSecond(): void {
  const [payer, miner] = [cast.payer.signer, cast.operator.signer.address]
  const escrow = cast.owner.signer.address
  const attempts = Array.from({ length: VOUCHERS }, (_, i) => attemptOf(`${i}`))
  const counter = {
    payer: payer.address,
    session: payer.address,
    miner,
    escrow,
    collection: ZERO_HASH,
    grant: undefined,
  }
  let hash = AGREEMENTS_HASH_START
  const signed = attempts.map((attempt, i) => {
    const before = hash
    hash = agreementsHash(crypto, [attempt], hash)
    const value: Voucher = {
      payer: payer.address,
      session: payer.address,
      miner,
      collection: ZERO_HASH,
      escrow,
      grant: ZERO_HASH,
      cumulative: credits(i + 1),
      agreementsHash: hash,
    }
    return { before, voucher: signStruct(domain, voucherType, value, payer), attempt }
  })
  const ratios: number[] = []
  const perSecond: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const judged = timed(() => {
      for (const [i, { before, voucher, attempt }] of signed.entries()) {
        const at = { ...counter, cumulative: credits(i), agreementsHash: before }
        const verdict = judgeVoucher(domain, at, voucher, [attempt], credits(VOUCHERS), 0n)
        if (verdict !== 'accepted') throw new Error(verdict)
      }
    })
    const bare = timed(() => {
      for (const { voucher } of signed)
        if (signatureFault(domain, voucherType, voucher) !== undefined) throw new Error('false')
    })
    perSecond.push((VOUCHERS / judged) * 1_000)
    ratios.push(judged / bare)
  }
  tell({
    asks: 'vouchers judged on one core',
    found: `${countText(median(perSecond))} a second`,
    baseline: `${countText(median(perSecond) * median(ratios))} a second of their signatures alone`,
    ratio: 1 / median(ratios),
  })
}

function timed(work: () => void): number {
  const startedMs = performance.now()
  work()
  return performance.now() - startedMs
}

async function withMoney(): Promise<void> {
  const models = { identity: identityModel('uint8', ['n']) }
  const miners = [{ basePrice: '0.001', redeemAfterSeconds: 86_400, redeemMin: '0' }]
  await using settled = await jobNetwork(models, { settles: true, miners })
  await using table = await jobNetwork(models, { miners: [{ basePrice: '0.001' }] })
  await jobsBeside(settled, table)
  await toBalance(settled)
}

async function jobsBeside(settled: JobNetwork, table: JobNetwork): Promise<void> {
  const both = [settled, table] as const
  const figures: number[][] = [[], []]
  const ratios: number[] = []
  for (const mesh of both) await jobs(mesh, JOBS)
  for (let round = 0; round < ROUNDS; round++) {
    const medians: number[] = []
    for (const [i, mesh] of both.entries()) {
      const tookMs = median(await jobs(mesh, JOBS))
      figures[i]!.push(tookMs)
      medians.push(tookMs)
    }
    ratios.push(medians[0]! / medians[1]!)
  }
  tell({
    asks: 'a job, one in flight, money on a chain',
    found: `${msText(median(figures[0]!))} at p50`,
    baseline: `${msText(median(figures[1]!))} in a network whose money is a table`,
    ratio: median(ratios),
    // What is measured moves by as much from run to run.
    wanted: { value: Number(median(ratios).toFixed(2)), atMost: 1.05 },
  })
}

async function jobs(mesh: JobNetwork, count: number): Promise<readonly number[]> {
  const client = mesh.net.client.client!
  const samples: number[] = []
  for (let i = 0; i < count; i++) samples.push(await job(client, mesh.id('identity')))
  await client.settle()
  return samples
}

async function job(client: MeshClient, model: ModelId): Promise<number> {
  const startedMs = performance.now()
  await client.infer({ model, inputs: [bytesInput(8)] })
  return performance.now() - startedMs
}

async function toBalance(mesh: JobNetwork): Promise<void> {
  const { net } = mesh
  const settlement = net.settlement!
  const [miner] = net.miners as [RunningNode]
  const { owner } = readCertificate(miner.settings.dataFolder)!.value
  const vault = new ContractReader(settlement.rpc, stakeVault, address(settlement.contracts.stakeVault))
  const earned = async (): Promise<bigint> => {
    const { withdrawable, locked } = await vault.read('earningsOf', [owner])
    return withdrawable + locked
  }
  await miner.miner!.redemption!.redeemAll(30_000)
  const tookMs: number[] = []
  const sentMs: number[] = []
  const transferMs: number[] = []
  const gas: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await jobs(mesh, 10)
    const before = await earned()
    const startedMs = performance.now()
    const mined = once(
      miner,
      'transaction:step',
      ({ step }) => step.kind === 'changed' && step.record.state === 'mined',
    )
    const all = miner.miner!.redemption!.redeemAll(30_000)
    const { step } = await mined
    sentMs.push(performance.now() - startedMs)
    if ((await earned()) <= before) throw new Error('mined, and nothing earned')
    tookMs.push(performance.now() - startedMs)
    gas.push(Number(step.record.mined!.gasUsed))
    await all
    transferMs.push(await plainTransfer(net.settlement!))
  }
  tell({
    asks: "from a held voucher to the owner's balance, on a chain that mines at once",
    found: `${msText(median(tookMs))} at p50`,
    baseline: `${msText(median(transferMs))} for a plain transfer there`,
    ratio: median(tookMs) / median(transferMs),
  })
  const each = median(gas)
  const perJob = [1, 100, 10_000].map((count) => countText(each / count))
  tell({ asks: 'gas for each job, redeemed together: 1, 100, 10,000 jobs', found: perJob.join(', ') })
}

/** A token transfer with the same key that gives nodes their tokens. */
async function plainTransfer(settlement: NonNullable<JobNetwork['net']['settlement']>): Promise<number> {
  const startedMs = performance.now()
  await settlement.give(address(`0x${'0b'.repeat(20)}`), credits(1))
  return performance.now() - startedMs
}

function once<K extends EventKind>(
  node: RunningNode,
  kind: K,
  fits: (event: EventOf<K>) => boolean,
): Promise<EventOf<K>> {
  const { promise, resolve } = Promise.withResolvers<EventOf<K>>()
  const listening = node.bus.listen(({ event }) => {
    if (event.kind !== kind || !fits(event as EventOf<K>)) return
    listening[Symbol.dispose]()
    resolve(event as EventOf<K>)
  })
  return promise
}
