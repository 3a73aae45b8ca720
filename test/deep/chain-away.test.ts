/**
 * The chain stops in the middle of work, for minutes: it hangs, or its process is gone. Nodes that know each other go on, no job
 * fails, also not in the moment of its return, and then what was earned meanwhile becomes money.
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { EmbeddedChain } from '../../bootstrap/localnet/embedded-chain.ts'
import { readCertificate } from '../../node/keys/certificate-file.ts'
import { asMeshError } from '../../protocols/kernel/errors.ts'
import { ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { ChainBooks, purseOfNetwork } from '../support/chain/chain-books.ts'
import { identityModel } from '../support/engines/onnx-models.ts'
import { bytesInput, jobNetwork } from '../support/nodes/job-network.ts'

const AWAY_SECONDS = Number(process.env.AITBC_TEST_AWAY_SECONDS ?? 300)
const WORKERS = 2
const PACE_MS = 100
/** A look of the miners, a transaction, two blocks. */
const REDEEMED = { timeout: 120_000, interval: 250 }

interface Done {
  readonly atMs: number
  readonly tookMs: number
  readonly failed?: string
}

test.each(['hangs', 'is gone'] as const)(`jobs go on while the chain ${'%s'} for ${AWAY_SECONDS} s`, async (how) => {
  const miners = ['0.0001', '0.00011'].map((basePrice) => ({
    ...{ basePrice, roles: ['miner', 'router'] },
    ...{ redeemAt: '0.005', redeemAfterSeconds: 5, redeemMin: '0' },
  }))
  await using mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) }, { settles: true, miners })
  const { net } = mesh
  const settlement = net.settlement!
  const client = net.client.client!
  const books = new ChainBooks(settlement)
  const { payer, session } = client.purse
  const paidNow = async (): Promise<bigint> => {
    const each = net.miners.map(({ operator }) => books.escrow('claimedOf', [payer, session, operator!, ZERO_HASH]))
    return (await Promise.all(each)).reduce((sum, claimed) => sum + claimed, 0n)
  }

  const jobs: Done[] = []
  const ending = new AbortController()
  const work = async (worker: number): Promise<void> => {
    for (let i = 0; !ending.signal.aborted; i++) {
      const atMs = performance.now()
      const job = client.infer({ model: mesh.id('identity'), inputs: [bytesInput(8, worker + i)] })
      const failed = await job.then(
        () => undefined,
        (error: unknown) => `${asMeshError(error).code}: ${asMeshError(error).message}`,
      )
      jobs.push({ atMs, tookMs: performance.now() - atMs, ...(failed === undefined ? {} : { failed }) })
      await pause(PACE_MS)
    }
  }
  const working = Promise.all(Array.from({ length: WORKERS }, (_, worker) => work(worker)))
  await expect.poll(paidNow, REDEEMED).toBeGreaterThan(0n)

  const before = await paidNow()
  const awayAtMs = performance.now()
  process.kill(settlement.chain.pid!, how === 'hangs' ? 'SIGSTOP' : 'SIGKILL')
  await pause(AWAY_SECONDS * 1_000)
  const backAtMs = performance.now()
  await using revived = await comeBack(how, settlement.chain, join(net.folder, 'chain'))
  void revived
  await expect.poll(paidNow, REDEEMED).toBeGreaterThan(before)
  const paidAtMs = performance.now()
  // Both sides have the new head by now, and jobs that are made from here on name it.
  await pause(10_000)
  ending.abort()
  await working

  const during = jobs.filter(({ atMs }) => atMs > awayAtMs && atMs < backAtMs)
  const after = jobs.filter(({ atMs }) => atMs >= backAtMs)
  expect(jobs.filter(({ failed }) => failed !== undefined)).toEqual([])
  expect(during.length).toBeGreaterThan(AWAY_SECONDS * 2)
  expect(after.length).toBeGreaterThan(20)

  expect(await client.settle(30_000)).toBe(true)
  for (const { journal } of net.miners) await expect.poll(() => journal.miner.unredeemed(10), REDEEMED).toEqual([])
  expect(await paidNow()).toBe(net.client.journal.client.promisedBy(payer, session))
  await books.expectConserved({
    payers: [payer],
    operators: net.miners.map(({ operator }) => operator!),
    owners: net.miners.map(({ settings }) => readCertificate(settings.dataFolder)!.value.owner),
    others: [await purseOfNetwork(join(net.folder, 'chain'))],
  })
  const slowest = Math.max(...during.map(({ tookMs }) => tookMs))
  console.log(
    `the chain ${how}: ${during.length} jobs meanwhile, the slowest ${Math.round(slowest)} ms; first paid ${Math.round(paidAtMs - backAtMs)} ms after its return`,
  )
})

async function comeBack(how: 'hangs' | 'is gone', chain: EmbeddedChain, folder: string): Promise<AsyncDisposable> {
  if (how === 'hangs') {
    process.kill(chain.pid!, 'SIGCONT')
    return { [Symbol.asyncDispose]: async () => undefined }
  }
  return EmbeddedChain.start({ folder, port: Number(new URL(chain.url).port), blockSeconds: 1, atOnce: true })
}
