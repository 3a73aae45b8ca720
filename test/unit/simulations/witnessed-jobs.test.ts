import { afterEach, describe, expect, it } from 'vitest'
import type { MinerNotes } from '../../../node/client/finding/offer-book.ts'
import type { Answer } from '../../../node/client/running/infer-options.ts'
import type { ServiceReport } from '../../../node/client/service-level/service-report.ts'
import { fromHex } from '../../../protocols/kernel/bytes.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Handler } from '../../../protocols/kernel/protocol.ts'
import { defaultTerms } from '../../../protocols/rules/service-level/granted-terms.ts'
import { signTimeStamp } from '../../../protocols/statements/service-level.ts'
import { openSigned } from '../../../protocols/statements/signed.ts'
import { timeStampType } from '../../../protocols/statements/struct-types.ts'
import type { JobRequest, JobResponse } from '../../../protocols/wire/job/job-messages.ts'
import type { WitnessDesk } from '../../../protocols/wire/witness/witness-handler.ts'
import { VirtualWorld } from '../../../simulations/wire/virtual-world.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'
import { type VirtualClient, virtualClient } from '../../support/virtual/virtual-client.ts'
import { identityModel, marketDomain, signerOf } from '../../support/virtual/virtual-market.ts'
import { type VirtualMiner, type VirtualMinerOptions, virtualMiner } from '../../support/virtual/virtual-miner.ts'

const SEED = 'witnessed'
const terms = defaultTerms(credits(1))
/** The base price of the miner that is judged, below that of its witnesses. */
const PRICE = 100n
const wish = { model: identityModel, inputs: [floats('x', [2], [1, 2])] }
const fast = { ...wish, latencyMsMax: 600, serviceLevel: 'witnessed' } as const

interface Market {
  readonly world: VirtualWorld
  readonly miner: VirtualMiner
  readonly witnesses: readonly VirtualMiner[]
  readonly client: VirtualClient
  until<T>(promise: Promise<T>): Promise<T>
  run(): Promise<{ readonly answer: Answer; readonly report: ServiceReport }>
}

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of open.splice(0)) await stop()
})

/** A miner that serves cheaply, others that are its witnesses, and a client that knows all of them. */
async function market(
  serviceMs: number,
  witnesses: readonly Partial<VirtualMinerOptions>[] = [{}, {}, {}],
  own: Partial<VirtualMinerOptions> = {},
): Promise<Market> {
  const world = new VirtualWorld({ seed: SEED, hasher: crypto })
  const until = <T>(promise: Promise<T>): Promise<T> => world.clock.until(promise)
  const signer = signerOf(SEED, 'miner')
  const miner = virtualMiner({ world, signer, price: PRICE, serviceMs, service: terms, ...own })
  const others = witnesses.map((options, i) =>
    virtualMiner({ world, signer: signerOf(SEED, `witness ${i}`), price: 1_000n, serviceMs: 20, ...options }),
  )
  const all = [miner, ...others]
  for (const each of all) await until(each.join(all.filter((other) => other !== each).map(({ node }) => node)))
  // Gossip has brought each the offers of all, however they came.
  await world.clock.advance(5_000)
  const client = virtualClient(world, signerOf(SEED, 'client'), credits(100_000))
  for (const { node } of all) await until(client.node.network.connect(node.network.self, node.network.addresses()))
  open.push(async () => {
    await until(client.stop())
    for (const each of all) await until(each.stop())
  })
  const run: Market['run'] = async () => {
    const answer = await until(client.client.infer(fast))
    const report = await until(answer.service!)
    await until(answer.receipt)
    await world.clock.advance(2_000)
    return { answer, report }
  }
  return { world, miner, witnesses: others, client, until, run }
}

/** What the client has promised to this miner in its latest voucher. */
const promised = ({ client, miner }: Market): bigint =>
  client.events.reduce(
    (total, told) =>
      told.kind === 'line' && told.miner === miner.address && told.event.kind === 'signed'
        ? total + told.event.raisedBy
        : total,
    0n,
  )
const owedAt = ({ client, miner }: Market): bigint =>
  miner.counters.get(`${client.payer}/${client.payer}/0x${'00'.repeat(32)}`)!.books.due

const lying = (byMs: number): Partial<VirtualMinerOptions> => ({
  witness: (book): WitnessDesk => {
    let stamps = 0
    return {
      stamp: (digest, peer) => {
        const honest = book.stamp(digest, peer)
        // Every digest but the first it has heard of is an end.
        if (stamps++ < 2) return honest
        const liar = [0, 1, 2]
          .map((i) => signerOf(SEED, `witness ${i}`))
          .find(({ address }) => address === honest.value.witness)!
        return signTimeStamp(marketDomain, liar, digest, Number(honest.value.atMs) + byMs)
      },
    }
  },
})

describe('a witnessed job', () => {
  it('that keeps to its class is paid as agreed, and both sides say so', async () => {
    const set = await market(120)
    const { answer, report } = await set.run()
    expect(report).toMatchObject({ verdict: { kind: 'on-time', paid: 200n, compensation: 0n }, witnesses: 3 })
    // Never more than it took, and less by the ways to the witnesses.
    expect((report.verdict as { readonly tookMs: number }).tookMs).toBeLessThanOrEqual(120)
    expect((report.verdict as { readonly tookMs: number }).tookMs).toBeGreaterThan(50)
    expect(set.miner.judged).toMatchObject([{ attempt: answer.attempt, verdict: { kind: 'on-time' }, letOff: 0n }])
    expect([promised(set), owedAt(set)]).toEqual([200n, 200n])
  })

  it('that is late by the word of its witnesses is paid the class that it met, and both books say the same', async () => {
    const set = await market(700)
    const { answer, report } = await set.run()
    expect(answer.miner).toBe(set.miner.address)
    expect(report).toMatchObject({ verdict: { kind: 'late', met: 'standard', paid: 100n }, witnesses: 3 })
    expect(set.miner.judged).toMatchObject([{ verdict: { kind: 'late', met: 'standard', paid: 100n }, letOff: 100n }])
    expect((await answer.receipt).price).toBe(200n)
    expect(owedAt(set)).toBe(100n)
    expect(await set.until(set.client.client.settle())).toBe(true)
    // What a stranger has paid ahead counts for its next job.
    expect(promised(set)).toBe(200n)
    const told = set.client.events.filter((event) => event.kind === 'job' && event.event.kind === 'service')
    expect(told).toMatchObject([
      { job: answer.job, event: { miner: answer.miner, report: { verdict: { kind: 'late' } } } },
    ])
  })

  it('that is late is paid less by a client that pays afterwards: its voucher covers no more than is owed', async () => {
    const set = await market(2_500)
    const there = { ...wish, among: ({ offer }: MinerNotes) => offer.miner === set.miner.address }
    for (let job = 0; job < 4; job++) await set.until((await set.until(set.client.client.infer(there))).receipt)
    await set.until(set.client.client.settle())
    expect([promised(set), owedAt(set)]).toEqual([400n, 400n])
    const answer = await set.until(set.client.client.infer({ ...wish, serviceLevel: 'witnessed' }))
    expect((await set.until(answer.service!)).verdict).toMatchObject({ kind: 'late', met: 'economy', paid: 70n })
    await set.until(answer.receipt)
    expect(await set.until(set.client.client.settle())).toBe(true)
    expect([promised(set), owedAt(set)]).toEqual([470n, 470n])
    const receipts = set.client.events.flatMap((told) =>
      told.kind === 'line' && told.event.kind === 'receipt' ? [told.event.owed] : [],
    )
    expect(receipts).toEqual([undefined, undefined, undefined, undefined, 70n])
  })

  it('that is late leaves its evidence in the story: stamps that anybody can check', async () => {
    const set = await market(700)
    const { answer, report } = await set.run()
    const { service } = set.client.client.stories.find(answer.job)!.attempts[0]!
    expect(service).toMatchObject({ verdict: 'late', met: 'standard', paid: '100', witnesses: 3 })
    expect(service!.evidence).toEqual(report.evidence)
    const lengths = report.evidence!.stamps.map((pair) => {
      const [start, end] = pair.map((bytes) => openSigned(marketDomain, timeStampType, fromHex(bytes)!).value)
      expect([start!.digest, end!.digest]).toEqual([report.evidence!.seed, report.evidence!.receipt])
      return Number(end!.atMs - start!.atMs)
    })
    for (const length of lengths) expect(length).toBeGreaterThanOrEqual(600)
  })

  it.each([60_000, -60_000])('is judged the same where one witness of three lies by %i ms', async (byMs) => {
    const set = await market(120, [{}, lying(byMs), {}])
    expect((await set.run()).report).toMatchObject({ verdict: { kind: 'on-time', paid: 200n }, witnesses: 3 })
    const late = await market(700, [{}, lying(byMs), {}])
    expect((await late.run()).report).toMatchObject({ verdict: { kind: 'late', met: 'standard' }, witnesses: 3 })
  })

  it('goes on with the witnesses that are left where one dies, and with too few nothing is decided', async () => {
    const dies = { witness: () => undefined }
    const replaced = await market(700, [dies, {}, {}, {}])
    expect((await replaced.run()).report).toMatchObject({ verdict: { kind: 'late' }, witnesses: 3 })
    const undecided = await market(700, [dies, {}, dies])
    const { report } = await undecided.run()
    expect(report).toMatchObject({ verdict: { kind: 'unknown', paid: 200n, heard: 1 }, witnesses: 1 })
    expect([promised(undecided), owedAt(undecided)]).toEqual([200n, 200n])
  })

  it('draws anew under another beacon each time: a used one is refused, with the next offer', async () => {
    const set = await market(120)
    const beacons = new Set<string>()
    for (let job = 0; job < 3; job++) {
      beacons.add(set.miner.board.current!.head.beacon)
      expect((await set.run()).answer.attempts).toBeLessThanOrEqual(2)
    }
    expect(beacons.size).toBe(3)
    const refused = set.miner.events.flatMap((event) => (event.kind === 'refused' ? [event.refused.reason] : []))
    expect(refused).toEqual(['OFFER_STALE', 'OFFER_STALE'])
    expect(set.miner.judged).toHaveLength(3)
  })
})

describe('a miner that grants terms', () => {
  /** Everything that it says, but for some. */
  const without =
    (...kinds: readonly JobResponse['kind'][]) =>
    (handler: Handler<JobRequest, JobResponse>): Handler<JobRequest, JobResponse> =>
      async function* (...call) {
        for await (const response of handler(...call)) if (!kinds.includes(response.kind)) yield response
      }
  const verdicts = ({ client, miner }: Market) =>
    client.events.flatMap((told) =>
      told.kind === 'job' && told.event.kind === 'service' && told.event.miner === miner.address
        ? [told.event.report.verdict]
        : [],
    )

  it('and withholds the secret behind its beacon is not paid, and the job goes to another', async () => {
    const set = await market(120, [{ service: terms }, {}, {}], { jobs: without('ready') })
    const { answer, report } = await set.run()
    expect(answer.miner).toBe(set.witnesses[0]!.address)
    expect(report.verdict.kind).toBe('on-time')
    expect(verdicts(set)).toEqual([{ kind: 'start-timeout', paid: 0n, compensation: 100n }])
    const failed = set.client.events.flatMap((told) =>
      told.kind === 'job' && told.event.kind === 'failed' ? [told.event.error.code] : [],
    )
    expect(failed).toEqual(['BEACON_WITHHELD'])
    await set.world.clock.advance(10_000)
    const receipted = set.client.events.filter((told) => told.kind === 'line' && told.event.kind === 'receipt')
    expect(receipted).toMatchObject([{ miner: answer.miner }])
  })

  it('and says nothing for longer than they allow is left for another', async () => {
    const set = await market(60_000, [{ service: terms }, {}, {}], {
      jobs: without('ready', 'progress', 'started', 'finished', 'aborted'),
    })
    const { answer } = await set.run()
    expect(answer.miner).toBe(set.witnesses[0]!.address)
    expect(verdicts(set)).toMatchObject([{ kind: 'start-timeout', paid: 0n, compensation: 100n }])
    expect(answer.totalMs).toBeGreaterThanOrEqual(terms.startMsMax)
    expect(answer.totalMs).toBeLessThan(terms.startMsMax + 1_000)
  })

  it('and falls silent after it has begun has stalled', async () => {
    const set = await market(60_000, [{ service: terms }, {}, {}], { jobs: without('progress', 'started', 'finished') })
    const { answer } = await set.run()
    expect(answer.miner).toBe(set.witnesses[0]!.address)
    expect(verdicts(set)).toMatchObject([{ kind: 'stalled', paid: 0n, compensation: 100n }])
  })

  it('and tells another secret than it committed to is not believed', async () => {
    const set = await market(120, [{ service: terms }, {}, {}], {
      jobs: (handler) =>
        async function* (...call) {
          for await (const response of handler(...call))
            yield response.kind === 'ready' ? { ...response, secret: new Uint8Array(32) } : response
        },
    })
    await set.run()
    expect(verdicts(set)).toMatchObject([{ kind: 'start-timeout' }])
  })

  it('costs a job that asks for none of it nothing: no witness hears of it', async () => {
    const heard: string[] = []
    const counting = {
      witness: (book: WitnessDesk): WitnessDesk => ({
        stamp: (digest, peer) => {
          heard.push(digest)
          return book.stamp(digest, peer)
        },
      }),
    }
    const set = await market(120, [counting, counting, counting])
    const answer = await set.until(set.client.client.infer({ ...wish, latencyMsMax: 600 }))
    expect(answer).not.toHaveProperty('service')
    await set.until(answer.receipt)
    await set.world.clock.advance(10_000)
    expect(heard).toEqual([])
    expect(set.miner.judged).toEqual([])
    // The head that it named has its secret still.
    expect(set.miner.board.grantUnder(set.miner.board.current!.hash)).toMatchObject({ isSpent: false })
  })

  it('is the only one that is asked where a job is to be witnessed', async () => {
    const set = await market(120, [{}, {}, {}], {})
    const bare = await market(120, [{}, {}, {}], { service: undefined as never })
    expect((await set.run()).answer.miner).toBe(set.miner.address)
    await expect(bare.until(bare.client.client.infer(fast))).rejects.toThrow(/grants terms/)
  })
})
