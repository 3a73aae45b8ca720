/** What a payer tells others of miners, and that they come to the same from the receipts: on a real chain, over real gossip. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ControlContext } from '../../../node/control/control-method.ts'
import { type NodeMethodName, nodeMethods } from '../../../node/control/methods/node-methods.ts'
import type { Published } from '../../../node/quality/score-publisher.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { redeemNow } from '../../../node/work/redemption/redeem-now.ts'
import { encode } from '../../../protocols/kernel/codec.ts'
import type { Address, AttemptId } from '../../../protocols/kernel/ids.ts'
import { scoreDigestCodec } from '../../../protocols/wire/score/score-digest.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'

const PRICE = 10_000n
/** The escrow burns a hundredth, and a payer's fees at two owners make it a rater. */
const JOBS = 3

let mesh: JobNetwork
let miners: readonly RunningNode[]
let client: RunningNode
const payer = (): Address => client.client!.purse.payer
beforeAll(async () => {
  mesh = await jobNetwork(
    { identity: identityModel('uint8', ['n']), other: identityModel('uint8', ['m']) },
    {
      settles: true,
      miners: [
        { basePrice: '0.01', models: ['identity'], redeemMin: '0' },
        { basePrice: '0.01', models: ['other'], redeemMin: '0' },
      ],
      client: { publishScores: 'on' },
    },
  )
  ;({ miners, client } = mesh.net)
}, 120_000)
afterAll(() => mesh[Symbol.asyncDispose]())

async function runJobs(): Promise<readonly { readonly miner: Address; readonly attempt: AttemptId }[]> {
  const runs: { readonly miner: Address; readonly attempt: AttemptId }[] = []
  for (const name of ['identity', 'other']) {
    const { id } = await client.client!.findModel(name)
    for (let i = 0; i < JOBS; i++) {
      const answer = await client.client!.infer({ model: id, inputs: [bytesInput(4, i)] })
      await answer.receipt
      runs.push(answer)
    }
  }
  expect(await client.client!.settle()).toBe(true)
  return runs
}

/** Hears of the payer's next word of this kind. */
function heard(node: RunningNode, what: 'observations' | 'scores'): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const listening = node.bus.listen(({ event }) => {
    if (event.kind !== 'score:heard' || event.rater !== payer() || event.what !== what) return
    listening[Symbol.dispose]()
    resolve()
  })
  return promise
}

const figures = (published: Published) =>
  published.digest!.rows.map(({ miner, count, feeBurned }) => ({ miner, count, feeBurned }))

let attempts: Awaited<ReturnType<typeof runJobs>>

test('a client knows how good its miners were by their paid receipts, and says nothing of what it did not see', async () => {
  attempts = await runJobs()
  for (const miner of miners) {
    const { score, own } = client.quality.book.reportOf(miner.operator!)
    expect(own.uptime).toEqual({ centi: 10_000, count: JOBS })
    expect(own.latency?.count).toBe(JOBS)
    expect(score.points).toBeGreaterThan(0)
    expect(score.components.accuracy.points).toBeUndefined()
    expect(score.components.power.points).toBeUndefined()
    expect(score.confidence).toBeLessThan(0.2)
  }
}, 60_000)

test('others hear of it, make the digest again from gossip and receipts, and have the same bytes', async () => {
  const { fees } = client.quality
  for (const { miner } of miners) {
    await redeemNow(miner!.redemptions, {
      dryRun: false,
      withinMs: 20_000,
      signal: AbortSignal.timeout(30_000),
      onProgress: () => undefined,
    })
  }
  const [first] = attempts
  await client.quality.review(first!.miner, first!.attempt, 4)
  // Blocks are mined as they are needed here, and fees count once they are deep.
  for (let i = 0; i <= 12; i++) await mesh.net.settlement!.chain.ask('evm_mine', [])
  await Promise.all([client, ...miners].map(({ quality }) => quality.fees!.look()))
  expect(fees!.hasBurned(payer())).toBe(true)

  const hearing = miners.map((node) => heard(node, 'scores'))
  const published = (await client.quality.publish())!
  await Promise.all(hearing)
  expect(published.entries).toBe(2 * JOBS + 1)
  expect(figures(published)).toEqual(
    miners
      .map(({ operator }) => ({ miner: operator, count: JOBS, feeBurned: (BigInt(JOBS) * PRICE) / 100n }))
      .sort((a, b) => (a.miner! < b.miner! ? -1 : 1)),
  )
  for (const node of miners) {
    const [digest] = node.quality.others.digests()
    const { outcome, made, receipts } = await node.quality.check(digest!)
    expect({ outcome, receipts }).toEqual({ outcome: 'same', receipts: 2 * JOBS })
    expect(encode(scoreDigestCodec, made!)).toEqual(encode(scoreDigestCodec, published.digest!))
    expect(node.quality.others.standingOf(payer())).toBe('same')
  }
}, 60_000)

test('a miner sees how it stands with others, weighed by what they burned; of itself it is told nothing by itself', async () => {
  const [miner, other] = miners
  const { score, raters } = miner!.quality.book.othersScoreOf(miner!.operator!)
  expect(raters).toBe(1)
  expect(score.points).toBeGreaterThan(0)
  const [rating] = miner!.quality.others.ratingsOf(miner!.operator!)
  // A half of its fees went elsewhere.
  expect(rating!.weight).toBe((BigInt(JOBS) * PRICE) / 100n / 2n)
  // Somebody who never used it goes by that word.
  expect(miner!.quality.book.scoreOf(other!.operator!).components.uptime.points).toBe(100)
  expect(miner!.quality.own.observations()).toEqual([])
})

test('a review is bound to a paid receipt, counts once, and is heard with its weight', async () => {
  const [first] = attempts
  const { quality } = client
  await expect(quality.review(first!.miner, first!.attempt, 5)).rejects.toMatchObject({ code: 'REVIEW_REFUSED' })
  await expect(quality.review(first!.miner, attempts[1]!.attempt, 6)).rejects.toMatchObject({ code: 'REVIEW_REFUSED' })
  const { reviews, heardReviews } = miners[0]!.quality.book.reportOf(first!.miner)
  expect(reviews).toEqual({ count: 1, meanCenti: 400 })
  expect(heardReviews[0]).toMatchObject({ rater: payer(), stars: 4, attempt: first!.attempt })
})

test('aitbc scores and status show all of it, of the node that is asked', async () => {
  const ask = (node: RunningNode, name: NodeMethodName, params: unknown = {}) =>
    nodeMethods(node, () => undefined)[name](params, {
      signal: new AbortController().signal,
      emit: async () => undefined,
    } as unknown as ControlContext) as Promise<Record<string, unknown>>
  const [miner] = miners
  const own = await ask(miner!, 'scores', { miner: miner!.operator!.slice(0, 10) })
  expect(own).toMatchObject({
    weighs: true,
    publishes: false,
    scores: [
      {
        miner: miner!.operator,
        own: {},
        ratings: [{ rater: payer(), standing: 'same', weight: '150', jobs: JOBS, feeBurned: '300' }],
        heardReviews: [{ stars: 4 }],
      },
    ],
  })
  expect(await ask(miner!, 'status')).toMatchObject({ service: { raters: 1, weighs: true, tier: expect.any(String) } })
  const { scores } = (await ask(client, 'scores')) as { scores: { miner: string; points: number }[] }
  expect(new Set(scores.map((score) => score.miner))).toEqual(new Set(miners.map(({ operator }) => operator)))
  await expect(ask(client, 'scores', { miner: '0x12345678' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const unreviewed = attempts.at(-1)!
  expect(await ask(client, 'review', { id: unreviewed.attempt, stars: 5 })).toMatchObject({
    miner: unreviewed.miner,
    publishes: true,
  })
  await expect(ask(client, 'review', { id: unreviewed.attempt, stars: 5 })).rejects.toMatchObject({
    code: 'REVIEW_REFUSED',
  })
  await expect(ask(client, 'review', { id: 'deadbeef', stars: 5 })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a rater whose receipts do not come to what it says weighs nothing', async () => {
  const [node] = miners
  const [heardDigest] = node!.quality.others.digests()
  const { digest } = heardDigest!
  const rows = digest.rows.map((row) => ({ ...row, uptime: { centi: 5_000, count: 9 } }))
  const { outcome } = await node!.quality.check({ ...heardDigest!, digest: { ...digest, rows } })
  expect(outcome).toBe('different')
  expect(node!.quality.others.ratingsOf(node!.operator!)[0]?.weight).toBe(0n)
  expect(node!.quality.others.concerns(payer())).toBe(false)
  expect(node!.quality.book.othersScoreOf(node!.operator!).score.points).toBeUndefined()
})
