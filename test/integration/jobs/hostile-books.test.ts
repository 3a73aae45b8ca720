import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../../../node/client/running/infer-options.ts'
import type { ErrorCode } from '../../../protocols/kernel/errors.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { START_MS_MAX } from '../../../protocols/rules/jobs/attempt-states.ts'
import { type Receipt, receiptStatus } from '../../../protocols/statements/struct-types.ts'
import type { PaymentResponse } from '../../../protocols/wire/payment/payment-protocol.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { HostileMiner, type HostileMinerOptions, type PaymentLies } from '../../support/nodes/hostile-miner.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { newSigner, type TestClient, testClient } from '../../support/nodes/test-client.ts'

let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) })
})
afterAll(() => mesh[Symbol.asyncDispose]())

interface Scene extends AsyncDisposable {
  readonly liar: HostileMiner
  readonly user: TestClient
  run(): Promise<Answer>
}

async function scene(options: Partial<HostileMinerOptions> = {}): Promise<Scene> {
  await using stack = new AsyncDisposableStack()
  const model = options.model ?? mesh.model('identity')
  const liar = stack.use(await HostileMiner.start(mesh.net, { ...options, model }))
  const user = stack.use(await testClient(mesh.net))
  const owned = stack.move()
  const run = (): Promise<Answer> => user.client.infer({ model: model.id, inputs: [bytesInput(8)] })
  return { liar, user, run, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Paid for a good job, so that nothing is paid ahead any more. */
async function acquainted(options: Partial<HostileMinerOptions> = {}): Promise<Scene & { readonly held: bigint }> {
  const it = await scene(options)
  await (await it.run()).receipt
  expect(await it.user.client.settle()).toBe(true)
  const held = it.liar.held
  expect(held).toBe(it.liar.priceOf(it.liar.runs[0]!))
  return { ...it, held }
}

/** Codes of what the payment line to the liar found wrong. */
const disputesOf = ({ user, liar }: Scene): readonly ErrorCode[] =>
  user.lineEvents(liar.address).flatMap((event) => (event.kind === 'dispute' ? [event.error.code] : []))

const honestMiner = () => mesh.net.miners[0]!.operator
const HASH = `0x${'7b'.repeat(32)}` as Hash32
const changed =
  (change: Partial<Receipt>): PaymentLies['receipts'] =>
  (receipt, miner) =>
    miner.batchOf([{ ...receipt, ...change }])

const receiptLies: readonly (readonly [
  what: string,
  code: ErrorCode,
  field: string | undefined,
  lie: PaymentLies['receipts'],
])[] = [
  ['another output root', 'OUTPUT_MISMATCH', 'output root', changed({ outputRoot: HASH })],
  ['a higher price', 'OVERPRICED', undefined, changed({ price: credits(11) })],
  ['a lower price than it said', 'OUTPUT_MISMATCH', 'price', changed({ price: credits(9) })],
  ['other weights', 'OUTPUT_MISMATCH', 'weights', changed({ weights: HASH })],
  ['another kernel class', 'OUTPUT_MISMATCH', 'kernelClass', changed({ kernelClass: HASH })],
  ['another block time', 'OUTPUT_MISMATCH', 'blockTime', changed({ blockTime: 1n })],
  ['the status of an aborted attempt', 'OUTPUT_MISMATCH', 'status', changed({ status: receiptStatus.abortedError })],
  [
    'a path that leads to another root',
    'OUTPUT_MISMATCH',
    'path',
    (receipt, miner) => {
      const { batch, leaves } = miner.batchOf([receipt, { ...receipt, price: credits(1) }])
      return { kind: 'receipts', batch, leaves: [{ ...leaves[0]!, path: [HASH] }] }
    },
  ],
  [
    'the operator of another batch',
    'OUTPUT_MISMATCH',
    'path',
    (receipt, miner) => miner.batchOf([{ ...receipt, operator: honestMiner()! }]),
  ],
  [
    'a place beyond its batch',
    'OUTPUT_MISMATCH',
    'path',
    (receipt, miner) => {
      const { batch, leaves } = miner.batchOf([receipt])
      return { kind: 'receipts', batch, leaves: [{ ...leaves[0]!, index: 1 }] }
    },
  ],
  [
    'the word that there is none',
    'RECEIPT_WITHHELD',
    undefined,
    (receipt) => ({ kind: 'unknown', attempts: [receipt.agreement] }),
  ],
]

/** A miner that does not move for so long is left. */
const QUIET_MS = START_MS_MAX

describe('a receipt with', () => {
  test.each(receiptLies)('%s is disputed and not paid: %s', async (_, code, field, lie) => {
    await using it = await acquainted()
    it.liar.lies = { receipts: lie! }
    const { attempt, receipt, miner } = await it.run()
    expect(miner).toBe(it.liar.address)
    // "None" is an answer to a question only: the line is opened again for that.
    if (code === 'RECEIPT_WITHHELD') it.liar.network.disconnect(it.user.mesh.self)
    await expect(receipt).rejects.toMatchObject(field === undefined ? { code } : { code, facts: { field } })
    expect(it.user.lineEvents(it.liar.address)).toContainEqual(
      expect.objectContaining({ kind: 'dispute', attempt, error: expect.objectContaining({ code }) }),
    )
    await it.user.client.settle(1_000)
    expect(it.liar.held).toBe(it.held)
    expect(it.user.client.stories.find(attempt)?.attempts[0]).toMatchObject({ state: 'disputed', error: { code } })
  })
})

describe('receipts', () => {
  test('that are withheld are given up after their time, and what they held is free again', async () => {
    await using it = await acquainted()
    it.liar.lies = { receipts: () => undefined }
    const { receipt } = await it.run()
    const withheld = expect(receipt).rejects.toMatchObject({ code: 'RECEIPT_WITHHELD' })
    it.user.clock.shift(30_000)
    await withheld
    expect(await it.user.client.settle(2_000)).toBe(true)
    expect(it.liar.held).toBe(it.held)
  })

  test.each<[string, ErrorCode, PaymentLies['receipts']]>([
    ['signed by another operator', 'WRONG_SIGNER', (receipt, miner) => miner.batchOf([receipt], newSigner())],
    [
      // They would be no evidence: the client would have paid for what binds nobody.
      'under a signature that was made over another batch',
      'MALFORMED',
      (receipt, miner) => {
        const signed = miner.batchOf([receipt])
        return { ...signed, batch: signed.batch.with(-1, signed.batch.at(-1)! ^ 1) }
      },
    ],
    [
      'in bytes that are no batch',
      'MALFORMED',
      (receipt, miner) => ({ ...miner.batchOf([receipt]), batch: new Uint8Array(99).fill(0x88) }) as PaymentResponse,
    ],
  ])('%s are worth nothing: %s', async (_, code, lie) => {
    await using it = await acquainted()
    it.liar.lies = { receipts: lie! }
    const { receipt } = await it.run()
    const withheld = expect(receipt).rejects.toMatchObject({ code: 'RECEIPT_WITHHELD' })
    await expect.poll(() => disputesOf(it)).toContain(code)
    it.user.clock.shift(30_000)
    await withheld
    expect(it.liar.held).toBe(it.held)
  })

  test('that come many times are paid once', async () => {
    await using it = await acquainted()
    it.liar.lies = {
      receipts: (receipt, miner) => {
        const { batch, leaves } = miner.batchOf([receipt])
        return { kind: 'receipts', batch, leaves: Array.from({ length: 64 }, () => leaves[0]!) }
      },
    }
    await (await it.run()).receipt
    it.liar.tell(it.liar.batchOf([{ ...(await (await it.run()).receipt) }]))
    expect(await it.user.client.settle()).toBe(true)
    expect(it.liar.held).toBe(30n)
  })

  test('that come before the answer count when it is there', async () => {
    await using it = await acquainted()
    it.liar.job = async function* (run, miner) {
      const end = miner.finished(run)
      await expect.poll(() => miner.followers).toBeGreaterThan(0)
      yield { kind: 'progress', attempt: end.attempt, state: 'running', ahead: 0, etaMs: 0 }
      // The line carries the receipt before this stream carries the answer.
      await answerAfter.promise
      yield end
    }
    const answerAfter = Promise.withResolvers<void>()
    const running = it.run()
    await expect.poll(() => it.liar.runs.length).toBe(2)
    it.liar.tell({ kind: 'alive' })
    answerAfter.resolve()
    expect(await (await running).receipt).toMatchObject({ price: 10n })
    expect(await it.user.client.settle()).toBe(true)
    expect(it.liar.held).toBe(20n)
  })
})

describe('a miner whose books', () => {
  test('name a higher voucher than was ever signed gets no more work', async () => {
    await using it = await acquainted()
    it.liar.lies = { books: (books) => ({ ...books, cumulative: credits(books.cumulative + 1n) }) }
    it.liar.network.disconnect(it.user.mesh.self)
    await expect.poll(() => disputesOf(it)).toContain('COUNTER_AHEAD')
    expect((await it.run()).miner).toBe(honestMiner())
    await it.user.client.settle(1_000)
    expect(it.liar.held).toBe(it.held)
  })

  test('insist on a little more are believed, but not again and again', async () => {
    await using it = await acquainted()
    // As much as the miner lends.
    let more = it.held
    it.liar.lies = { books: (books) => ({ ...books, due: credits(books.due + more) }) }
    it.liar.job = async function* (run, miner) {
      if (miner.held < it.held + more) yield miner.refused('UNPAID')
      else yield miner.finished(run)
    }
    expect((await it.run()).miner).toBe(it.liar.address)
    expect(it.user.lineEvents(it.liar.address)).toContainEqual({ kind: 'conceded', amount: it.held })
    expect(it.liar.held).toBe(2n * it.held)
    more = 100n * it.held
    expect((await it.run()).miner).toBe(honestMiner())
    await it.user.client.settle(1_000)
    expect(it.liar.held).toBeLessThanOrEqual(3n * it.held)
  })

  test('insist on more than the patience is left for another', async () => {
    await using it = await acquainted()
    it.liar.lies = { books: (books) => ({ ...books, due: credits(books.due + 10n ** 9n) }) }
    it.liar.job = async function* (_, miner) {
      yield miner.refused('UNPAID')
    }
    const answer = await it.run()
    expect(answer.miner).toBe(honestMiner())
    expect(it.user.client.stories.find(answer.job)?.attempts[0]?.error?.code).toBe('UNDERPAID')
    expect(it.liar.held).toBe(it.held)
  })

  test('are not told when payment is asked for is left for another', async () => {
    await using it = await scene()
    it.liar.payment = async function* () {}
    it.liar.job = async function* (_, miner) {
      yield miner.refused('UNPAID')
    }
    const running = it.run()
    const refused = () => it.user.events.some((told) => told.kind === 'job' && told.event.kind === 'refused')
    await expect.poll(refused).toBe(true)
    await expect.poll(() => it.user.clock.waits(QUIET_MS), { interval: 10 }).toBeGreaterThan(0)
    it.user.clock.shift(QUIET_MS)
    const answer = await running
    expect(answer.miner).toBe(honestMiner())
    expect(it.user.client.stories.find(answer.job)?.attempts[0]?.error?.code).toBe('STALLED')
  })
})

describe('a verdict', () => {
  test.each([['wrong-signer'], ['wrong-hash'], ['expired']] as const)(
    '%s on a good voucher ends the work there',
    async (verdict) => {
      await using it = await acquainted()
      it.liar.lies = { verdict: (honest) => ({ ...honest, verdict }) }
      await (await it.run()).receipt
      await expect.poll(() => disputesOf(it)).toContain('NOT_AUTHORISED')
      const answer = await it.run()
      expect(answer.miner).toBe(honestMiner())
      expect(it.user.client.stories.find(answer.job)?.attempts[0]?.error?.code).toBe('NOT_AUTHORISED')
      // The voucher that it called bad is good for what it did, and the last one.
      expect(it.liar.held).toBe(20n)
    },
  )

  test('unassured is no end: the voucher is offered again, and work goes on when the chain covers it', async () => {
    await using it = await acquainted()
    it.liar.lies = { verdict: (honest) => ({ ...honest, cumulative: credits(it.held), verdict: 'unassured' }) }
    await (await it.run()).receipt
    await expect.poll(() => disputesOf(it)).toContain('ESCROW_SHORT')
    const left = await it.run()
    expect(left.miner).toBe(honestMiner())
    expect(it.user.client.stories.find(left.job)?.attempts[0]?.error?.code).toBe('ESCROW_SHORT')
    it.liar.lies = {}
    const confirmed = () =>
      it.user.lineEvents(it.liar.address).some((event) => event.kind === 'voucher' && event.verdict === 'not-higher')
    expect(confirmed()).toBe(false)
    it.user.clock.shift(1_000)
    await expect.poll(confirmed).toBe(true)
    const answer = await it.run()
    expect(answer.miner).toBe(it.liar.address)
    await answer.receipt
    expect(await it.user.client.settle()).toBe(true)
  })

  test('unassured keeps nobody from settling who asks for it once the chain covers it', async () => {
    await using it = await acquainted()
    it.liar.lies = { verdict: (honest) => ({ ...honest, cumulative: credits(it.held), verdict: 'unassured' }) }
    await (await it.run()).receipt
    await expect.poll(() => disputesOf(it)).toContain('ESCROW_SHORT')
    expect(await it.user.client.settle(100)).toBe(false)
    it.liar.lies = {}
    expect(await it.user.client.settle()).toBe(true)
  })

  test('on more than was signed ends the work there: COUNTER_AHEAD', async () => {
    await using it = await acquainted()
    it.liar.lies = { verdict: (honest) => ({ ...honest, cumulative: credits(10n ** 12n) }) }
    await (await it.run()).receipt
    await expect.poll(() => disputesOf(it)).toContain('COUNTER_AHEAD')
    expect((await it.run()).miner).toBe(honestMiner())
    expect(it.liar.held).toBe(20n)
  })

  test('that does not come leaves the job to others, with the reason', async () => {
    const model = { ...mesh.model('identity'), id: modelIdOf(new Uint8Array(32).fill(9)) }
    // Dearer than the credit: each job waits until the miner has confirmed the one before.
    await using it = await scene({ model, price: 300_000n })
    it.liar.payment = async function* (_, __, { signal }) {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    }
    await it.run()
    const held = it.liar.held
    const running = it.run()
    // The second job waits as long as the line of the first does for its first answer: whichever is over before.
    const why = expect.stringMatching(/^(STALLED|TIMEOUT)$/)
    const refused = expect(running).rejects.toMatchObject({ code: 'NO_MINER', cause: { code: why } })
    const tried = () => it.user.events.filter((e) => e.kind === 'job' && e.event.kind === 'trying').length
    await expect.poll(tried).toBe(2)
    // Not before it waits for the miner to move: that begins some steps later.
    await expect.poll(() => it.user.clock.waits(QUIET_MS), { interval: 10 }).toBeGreaterThan(0)
    it.user.clock.shift(QUIET_MS)
    await refused
    expect(it.liar.held).toBe(held)
  })
})
