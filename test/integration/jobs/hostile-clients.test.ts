import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { counterId } from '../../../node/work/paying/counter-table.ts'
import { wireOf } from '../../../protocols/kernel/error-projections.ts'
import type { ErrorCode } from '../../../protocols/kernel/errors.ts'
import { type AttemptId, type Hash32, jobId, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import { agreementsHash } from '../../../protocols/statements/agreements-hash.ts'
import { encodeSigned, signStruct } from '../../../protocols/statements/signed.ts'
import {
  receiptStatus,
  type SessionGrant,
  sessionGrantType,
  type Voucher,
  voucherType,
} from '../../../protocols/statements/struct-types.ts'
import type { JobRequest, JobResponse } from '../../../protocols/wire/job/job-messages.ts'
import { TensorFrames } from '../../../protocols/wire/job/tensor-frames.ts'
import {
  type PaymentRequest,
  type PaymentResponse,
  paymentProtocol,
} from '../../../protocols/wire/payment/payment-protocol.ts'
import { identityModel, loopedPerceptronModel } from '../../support/engines/onnx-models.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { hasher } from '../../support/nodes/mesh-nodes.ts'
import { RawClient, type RawRun, type RunChange } from '../../support/nodes/raw-client.ts'
import { newSigner } from '../../support/nodes/test-client.ts'

const PRICE = 1_000n
const input = bytesInput(16)
/** Does not fit inline: it travels in frames. */
const large = bytesInput(300_000)
const slowInput = floats('x', [1, 1_024], new Array(1_024).fill(0.5))

let mesh: JobNetwork
let miner: RunningNode
beforeAll(async () => {
  const models = { identity: identityModel('uint8', ['n']), slow: loopedPerceptronModel(1_024, 100_000) }
  mesh = await jobNetwork(models, { miners: [{ basePrice: '0.001' }] })
  miner = mesh.net.miners[0]!
})
afterAll(() => mesh[Symbol.asyncDispose]())

const client = (): Promise<RawClient> => RawClient.start(mesh.net, miner)
const receiptOf = (attempt: AttemptId) =>
  miner.journal.miner
    .batchesOf([attempt])
    .flatMap(({ receipts }) => receipts)
    .find(({ agreement }) => agreement === attempt)
const dueOf = ({ purse: { payer, session } }: RawClient): bigint =>
  miner.journal.miner.counter(counterId(payer, session))?.due ?? 0n

/** Runs until it is cancelled: nobody waits for its end. */
async function longWork(raw: RawClient): Promise<RawRun & AsyncDisposable> {
  const started = await raw.run(mesh.id('slow'), [slowInput], {}, PRICE)
  const stop = new AbortController()
  const work = (async () => {
    for await (const _ of raw.call(started.run, stop.signal)) {
      // Progress until it is cancelled.
    }
  })().catch(() => undefined)
  await expect.poll(() => miner.miner!.desk.jobs).toBe(1)
  return {
    ...started,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await work
      await expect.poll(() => miner.miner!.desk.jobs).toBe(0)
    },
  }
}

describe('input that is not what was agreed', () => {
  const HASH = `0x${'ee'.repeat(32)}` as Hash32

  test.each<[string, RunChange]>([
    ['whose root is another one', { terms: { inputRoot: HASH } }],
    ['whose salt is another one', { salt: new Uint8Array(32).fill(1), terms: { inputRoot: HASH } }],
    ['of other bytes', { inline: new Uint8Array(16) }],
  ])('%s is not run, and the receipt says that it cost nothing', async (_, change) => {
    await using raw = await client()
    const { id, run } = await raw.run(mesh.id('identity'), [input], change, PRICE)
    expect(await raw.end(run)).toMatchObject({
      kind: 'aborted',
      attempt: id,
      cause: 'error',
      error: wireOf('WRONG_JOB'),
    })
    await expect.poll(() => receiptOf(id)).toMatchObject({ status: receiptStatus.abortedError, price: 0n })
    expect(dueOf(raw)).toBe(0n)
  })

  test('longer inline than its headers say is turned away', async () => {
    await using raw = await client()
    const { run } = await raw.run(mesh.id('identity'), [input], { inline: new Uint8Array(17) }, PRICE)
    await expect(raw.ask(run)).rejects.toMatchObject({ code: 'OUTPUT_GARBLED' })
    expect(miner.miner!.desk.jobs).toBe(0)
  })

  const frames = (id: AttemptId): readonly JobRequest[] => {
    const cut = new TensorFrames([large])
    return Array.from({ length: cut.count }, (_, i) => ({ kind: 'input', ...cut.frame(id, i) }))
  }
  const OTHER = `0x${'22'.repeat(32)}` as AttemptId
  const gone = (request: JobRequest, change: object): JobRequest => ({ ...request, ...change }) as JobRequest

  test.each<[string, ErrorCode, (all: readonly JobRequest[], id: AttemptId) => readonly JobRequest[]]>([
    ['for another attempt', 'WRONG_JOB', ([first]) => [gone(first!, { attempt: OTHER })]],
    ['out of order', 'OUTPUT_GARBLED', ([first, , third]) => [first!, third!]],
    ['twice', 'OUTPUT_GARBLED', ([first]) => [first!, first!]],
    ['that leave a hole', 'OUTPUT_GARBLED', ([first]) => [gone(first!, { offset: 1 })]],
    ['of another tensor', 'OUTPUT_GARBLED', ([first]) => [gone(first!, { stream: 1 })]],
    ['that are empty', 'OUTPUT_GARBLED', ([first]) => [gone(first!, { bytes: new Uint8Array(0) })]],
    [
      'beyond the end of its tensor',
      'OUTPUT_GARBLED',
      (all) => [...all.slice(0, -1), gone(all.at(-1)!, { bytes: new Uint8Array(64_000) })],
    ],
  ])('in frames %s ends the attempt, which says why: %s', async (_, code, spoil) => {
    await using raw = await client()
    const { id, run } = await raw.run(mesh.id('identity'), [large], {}, PRICE)
    const answers: JobResponse[] = []
    const asking = async (): Promise<void> => {
      const requests = (async function* () {
        yield run
        yield* spoil(frames(id), id)
        await new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve(), { once: true }))
      })()
      for await (const response of raw.call(requests)) answers.push(response)
    }
    const over = new AbortController()
    await expect(asking().finally(() => over.abort())).rejects.toMatchObject({ code })
    expect(answers.at(-1)).toMatchObject({ kind: 'aborted', cause: 'error', error: wireOf(code) })
    await expect.poll(() => receiptOf(id)).toMatchObject({ status: receiptStatus.abortedError, price: 0n })
    expect(miner.miner!.desk.jobs).toBe(0)
  })

  test('that never comes whole ends with the deadline of the job', async () => {
    await using raw = await client()
    const { id, run } = await raw.run(mesh.id('identity'), [large], { spec: { deadlineMs: 200 } }, PRICE)
    const requests = (async function* (): AsyncGenerator<JobRequest> {
      yield run
      await new Promise<void>((resolve) => over.signal.addEventListener('abort', () => resolve(), { once: true }))
    })()
    const over = new AbortController()
    const end = await raw.end(requests).finally(() => over.abort())
    expect(end).toMatchObject({ kind: 'aborted', attempt: id, error: wireOf('TIMEOUT') })
    expect(miner.miner!.desk.jobs).toBe(0)
  })
})

describe('an attempt', () => {
  test('that is sent twice runs once, and both calls hear its end', async () => {
    await using raw = await client()
    const { id, run } = await raw.run(mesh.id('identity'), [input], {}, PRICE)
    const [one, other] = await Promise.all([raw.end(run), raw.end(run)])
    const ends = [one, other].filter((answer) => answer?.kind === 'finished')
    // The newer call takes over: the older one may end without a word.
    expect(ends.length).toBeGreaterThan(0)
    expect(await raw.end(run)).toEqual(ends[0])
    await expect.poll(() => receiptOf(id)).toMatchObject({ price: PRICE })
    expect(dueOf(raw)).toBe(PRICE)
  })

  test('of one peer is nothing to another that sends the same words', async () => {
    await using raw = await client()
    await using thief = await client()
    const { run } = await raw.run(mesh.id('identity'), [input], {}, PRICE)
    await raw.end(run)
    await expect(thief.ask(run)).rejects.toMatchObject({ code: 'JOB_KEY_REUSED' })
  })

  test.each(['resume', 'cancel'] as const)(
    '%s with another token is not allowed, and the work goes on',
    async (kind) => {
      await using raw = await client()
      await using thief = await client()
      await using work = await longWork(raw)
      const words = { attempt: work.id, token: new Uint8Array(32).fill(7) }
      const asked = thief.ask(kind === 'resume' ? { kind, ...words, next: 0 } : { kind, ...words })
      await expect(asked).rejects.toMatchObject({ code: 'NOT_AUTHORISED' })
      expect(miner.miner!.desk.jobs).toBe(1)
    },
  )

  test('is cancelled by whoever shows its token, and costs nothing', async () => {
    await using raw = await client()
    await using work = await longWork(raw)
    const end = await raw.end({ kind: 'cancel', attempt: work.id, token: work.token })
    expect(end).toMatchObject({ kind: 'aborted', attempt: work.id, cause: 'cancelled' })
    await expect.poll(() => receiptOf(work.id)).toMatchObject({ status: receiptStatus.abortedCancelled, price: 0n })
  })

  test('that nobody knows is gone', async () => {
    await using raw = await client()
    const unknown = { attempt: `0x${'33'.repeat(32)}` as AttemptId, token: new Uint8Array(32) }
    await expect(raw.ask({ kind: 'resume', ...unknown, next: 0 })).rejects.toMatchObject({ code: 'RESUME_GONE' })
  })

  test('that nobody knows after an unclean end of the miner was lost with it: aborted(restart)', async () => {
    const dataFolder = join(mesh.net.folder, 'crashed')
    mkdirSync(dataFolder, { mode: 0o700 })
    writeFileSync(join(dataFolder, 'running.json'), JSON.stringify({ pid: 1, startedAtMs: 0 }))
    const crashed = await mesh.net.add('crashed', { roles: ['miner'], models: [mesh.path('identity')] })
    await using raw = await RawClient.start(mesh.net, crashed)
    const unknown = { attempt: `0x${'44'.repeat(32)}` as AttemptId, token: new Uint8Array(32) }
    const end = await raw.end({ kind: 'resume', ...unknown, next: 0 })
    expect(end).toMatchObject({ kind: 'aborted', attempt: unknown.attempt, cause: 'restart' })
    await crashed[Symbol.asyncDispose]()
  })

  test('cannot be told of before it is begun', async () => {
    await using raw = await client()
    const ack: JobRequest = { kind: 'ack', attempt: `0x${'55'.repeat(32)}` as AttemptId, next: 1 }
    await expect(raw.ask(ack)).rejects.toMatchObject({ code: 'MESSAGE_UNKNOWN' })
  })
})

describe('a job key', () => {
  test('is used for one job, whatever its input', async () => {
    await using raw = await client()
    const job = jobId('the same key')
    const first = await raw.run(mesh.id('identity'), [input], { job }, PRICE)
    expect(await raw.end(first.run)).toMatchObject({ kind: 'finished' })
    const second = await raw.run(mesh.id('identity'), [bytesInput(16, 9)], { job }, PRICE)
    await expect(raw.ask(second.run)).rejects.toMatchObject({ code: 'JOB_KEY_REUSED' })
  })

  test('that two attempts name at once is used for one of them', async () => {
    await using raw = await client()
    const job = jobId('at once')
    const runs = [
      await raw.run(mesh.id('identity'), [input], { job }, 2n * PRICE),
      await raw.run(mesh.id('identity'), [bytesInput(16, 9)], { job }, 2n * PRICE),
    ]
    const ends = await Promise.allSettled(runs.map(({ run }) => raw.end(run)))
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(ends).toContainEqual({ status: 'rejected', reason: expect.objectContaining({ code: 'JOB_KEY_REUSED' }) })
  })
})

describe('money that is none', () => {
  const voucherOf = (raw: RawClient, change: Partial<Voucher>): Voucher => ({
    payer: raw.purse.payer,
    session: raw.purse.session,
    miner: miner.operator!,
    collection: ZERO_HASH,
    escrow: raw.purse.escrow,
    grant: ZERO_HASH,
    cumulative: credits(PRICE),
    agreementsHash: ZERO_HASH,
    ...change,
  })
  const signedBy = (raw: RawClient, value: Voucher, signer: Signer): Uint8Array => {
    const { signature, publicKey } = signStruct(raw.domain, voucherType, { ...value, session: signer.address }, signer)
    return encodeSigned(voucherType, { value, signature, publicKey })
  }
  /** A first message whose voucher is what `make` says. */
  async function refusedFor(make: (raw: RawClient, id: AttemptId) => Uint8Array): Promise<JobResponse> {
    await using raw = await client()
    const { id, run } = await raw.run(mesh.id('identity'), [input])
    return await raw.end({ ...run, payment: { ...run.payment, voucher: make(raw, id) } })
  }

  test.each<[string, (raw: RawClient, id: AttemptId) => Uint8Array]>([
    [
      'wrong-signer',
      (raw, id) => signedBy(raw, voucherOf(raw, { agreementsHash: agreementsHash(hasher, [id]) }), newSigner()),
    ],
    ['wrong-channel', (raw) => signedBy(raw, voucherOf(raw, { miner: newSigner().address }), raw.signer)],
    [
      'wrong-channel',
      (raw) => signedBy(raw, voucherOf(raw, { collection: `0x${'66'.repeat(32)}` as Hash32 }), raw.signer),
    ],
    ['wrong-hash', (raw) => signedBy(raw, voucherOf(raw, {}), raw.signer)],
  ])('a voucher is refused: %s', async (verdict, make) => {
    expect(await refusedFor(make)).toMatchObject({
      kind: 'refused',
      reason: 'UNPAID',
      detail: `the voucher is refused: ${verdict}`,
    })
  })

  test('a voucher in bytes that are none is malformed', async () => {
    await expect(refusedFor(() => new Uint8Array(80).fill(0x81))).rejects.toMatchObject({ code: 'MALFORMED' })
  })

  test('a voucher that was shown before is no higher the second time, and buys nothing more', async () => {
    await using raw = await client()
    const first = await raw.run(mesh.id('identity'), [input], {}, PRICE)
    expect(await raw.end(first.run)).toMatchObject({ kind: 'finished' })
    // On credit, as much as was paid.
    const second = await raw.run(mesh.id('identity'), [input], { payment: { voucher: first.run.payment.voucher } })
    expect(await raw.end(second.run)).toMatchObject({ kind: 'finished' })
    const third = await raw.run(mesh.id('identity'), [input], { payment: { voucher: first.run.payment.voucher } })
    expect(await raw.end(third.run)).toMatchObject({ kind: 'refused', reason: 'UNPAID' })
  })

  const grantOf = (raw: RawClient, payer: ReturnType<typeof newSigner>, change: Partial<SessionGrant>): Uint8Array => {
    const value: SessionGrant = {
      payer: payer.address,
      session: raw.purse.session,
      escrow: raw.purse.escrow,
      maxTotal: credits(PRICE),
      maxPerMiner: credits(PRICE),
      collectionsHash: ZERO_HASH,
      notAfter: BigInt(Math.floor(Date.now() / 1_000)) + 600n,
      nonce: 1n,
      ...change,
    }
    return encodeSigned(sessionGrantType, signStruct(raw.domain, sessionGrantType, value, payer))
  }

  test.each<[string, Partial<SessionGrant>]>([
    ['has run out', { notAfter: 1n }],
    ['is for another session key', { session: newSigner().address }],
    ['is for another escrow', { escrow: newSigner().address }],
    ['is for listed models alone', { collectionsHash: `0x${'77'.repeat(32)}` as Hash32 }],
  ])('a grant that %s is no authority', async (_, change) => {
    await using raw = await client()
    const payer = newSigner()
    const payment = { grant: grantOf(raw, payer, change) }
    const { run } = await raw.run(mesh.id('identity'), [input], { payment, terms: { payer: payer.address } })
    await expect(raw.ask(run)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' })
  })

  test('a payer that has given no grant is nobody to pay for others', async () => {
    await using raw = await client()
    const { run } = await raw.run(mesh.id('identity'), [input], { terms: { payer: newSigner().address } }, PRICE)
    await expect(raw.ask(run)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' })
  })
})

describe("another's counter", () => {
  const payment = async (raw: RawClient, first: PaymentRequest): Promise<readonly PaymentResponse[]> => {
    const answers: PaymentResponse[] = []
    for await (const answer of raw.network.call(miner.peer, paymentProtocol, first)) answers.push(answer)
    return answers
  }

  test('is neither read nor declared square by who knows its addresses', async () => {
    await using raw = await client()
    await using thief = await client()
    const { run } = await raw.run(mesh.id('identity'), [input], {}, PRICE)
    await raw.end(run)
    const { payer, session } = raw.purse
    const proof = thief.purse.prove(miner.operator!, thief.network.self, Date.now())
    const opening: PaymentRequest = { kind: 'open', payer, session, grant: undefined, proof, missing: [] }
    await expect(payment(thief, opening)).rejects.toMatchObject({ code: 'NOT_AUTHORISED' })
  })

  test('does not pay for the jobs of who knows its addresses', async () => {
    await using raw = await client()
    await using thief = await client()
    const first = await raw.run(mesh.id('identity'), [input], {}, PRICE)
    await raw.end(first.run)
    const stolen = await thief.run(mesh.id('identity'), [input], {
      terms: { payer: raw.purse.payer },
      payment: { session: raw.purse.session },
    })
    expect(await thief.end(stolen.run)).toMatchObject({ kind: 'refused', reason: 'UNPAID' })
    await expect.poll(() => receiptOf(first.id)).toMatchObject({ price: PRICE })
    expect(dueOf(raw)).toBe(PRICE)
  })

  test('tells no receipts of it', async () => {
    await using raw = await client()
    await using thief = await client()
    const { id, run } = await raw.run(mesh.id('identity'), [input], {}, PRICE)
    await raw.end(run)
    await expect.poll(() => receiptOf(id)).toMatchObject({ price: PRICE })
    const { payer, session } = thief.purse
    const proof = thief.purse.prove(miner.operator!, thief.network.self, Date.now())
    const opening: PaymentRequest = { kind: 'open', payer, session, grant: undefined, proof, missing: [id] }
    const heard: string[] = []
    for await (const answer of thief.network.call(miner.peer, paymentProtocol, opening)) {
      heard.push(answer.kind)
      if (answer.kind !== 'books') break
    }
    expect(heard).not.toContain('receipts')
  })
})
