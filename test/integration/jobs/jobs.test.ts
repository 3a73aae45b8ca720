import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JobEvent } from '../../../node/client/running/job-runner.ts'
import type { NodeEvent } from '../../../node/events/node-event.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { counterId } from '../../../node/work/paying/counter-table.ts'
import type { AttemptId, ModelId } from '../../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../../protocols/kernel/model-id.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { type Receipt, receiptStatus } from '../../../protocols/statements/struct-types.ts'
import { identityModel, loopedPerceptronModel, perceptronModel } from '../../support/engines/onnx-models.ts'
import { floats } from '../../support/engines/tensor-of.ts'
import { heardEvents } from '../../support/nodes/heard-events.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { testClient } from '../../support/nodes/test-client.ts'

const PRICE = 1_000n
/** Above all the credit that a miner of this network lends. */
const DEAR = 500_000n

let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork(
    {
      identity: identityModel('uint8', ['n']),
      slow: loopedPerceptronModel(1_024, 100_000),
      dear: perceptronModel(4, 1),
    },
    {
      miners: [
        { models: ['identity', 'slow'], basePrice: '0.001' },
        { models: ['dear'], basePrice: '0.5' },
      ],
    },
  )
})
afterAll(() => mesh[Symbol.asyncDispose]())

/** What a miner's journal says of the counter of these keys: what is owed, and what was promised. */
function booksAt(miner: RunningNode, { payer, session }: { payer: `0x${string}`; session: `0x${string}` }) {
  const { due, cumulative } = miner.journal.miner.counter(counterId(payer as never, session as never))!
  return { due, cumulative }
}

const receiptsAt = (miner: RunningNode, attempt: AttemptId): readonly Receipt[] =>
  miner.journal.miner.batchesOf([attempt]).flatMap(({ receipts }) => receipts.filter((it) => it.agreement === attempt))

describe('a job', () => {
  test('is found through DHT and gossip, answered, receipted and paid, and its story tells it', async () => {
    const client = mesh.net.client.client!
    const [miner] = mesh.net.miners
    const told: NodeEvent['kind'][] = []
    const stops = [mesh.net.client.bus.listen(({ event }) => void told.push(event.kind))]
    const model = await client.findModel('identity')
    expect(model.miners).toEqual([expect.objectContaining({ miner: miner!.operator, price: PRICE })])
    const answer = await client.infer({ model: model.id, inputs: [bytesInput(1_000)] })
    expect(answer.outputs).toMatchObject([{ name: 'y', type: 'uint8', dims: [1_000] }])
    expect(answer.outputs[0]!.data).toEqual(bytesInput(1_000).data)
    expect(answer).toMatchObject({ miner: miner!.operator, price: PRICE, attempts: 1 })
    const receipt = await answer.receipt
    expect(receipt).toMatchObject({ operator: miner!.operator, agreement: answer.attempt, price: PRICE })
    expect(await client.settle()).toBe(true)
    expect(receiptsAt(miner!, answer.attempt)).toEqual([receipt])
    expect(booksAt(miner!, client.purse)).toEqual({ due: PRICE, cumulative: PRICE })

    const story = client.stories.find(answer.job)!
    expect(story).toMatchObject({
      state: 'answered',
      modelName: 'identity',
      attempts: [{ state: 'paid', price: '1000' }],
    })
    expect(story.attempts[0]).toMatchObject({
      receipt: { outputRoot: receipt.outputRoot, price: '1000' },
      voucher: { cumulative: '1000' },
    })
    expect(client.stories.find(answer.attempt.slice(0, 20))).toBe(story)
    expect(told).toEqual(
      expect.arrayContaining(['request:started', 'request:answered', 'receipt:checked', 'voucher:signed']),
    )
    for (const stop of stops) stop[Symbol.dispose]()
  })

  test('and 31 others at once are taken by a miner that has never heard of the client', async () => {
    await using user = await testClient(mesh.net)
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, i) =>
        user.client.infer({ model: mesh.id('identity'), inputs: [bytesInput(8, i)] }),
      ),
    )
    expect(answers.map(({ outputs }) => outputs[0]!.data[0])).toEqual(Array.from({ length: 32 }, (_, i) => i))
    expect(new Set(answers.map(({ attempt }) => attempt)).size).toBe(32)
    expect(answers.every(({ attempts }) => attempts === 1)).toBe(true)
    await Promise.all(answers.map(({ receipt }) => receipt))
    expect(await user.client.settle()).toBe(true)
    expect(booksAt(mesh.net.miners[0]!, user.purse)).toEqual({ due: 32n * PRICE, cumulative: 32n * PRICE })
  })

  test('whose price is above the credit is paid ahead, one after another, also where they come at once', async () => {
    await using user = await testClient(mesh.net)
    const x = { name: 'x', type: 'float32', dims: [1, 4], byteLength: 16, data: new Uint8Array(16) } as const
    const dear = () => user.client.infer({ model: mesh.id('dear'), inputs: [x] })
    const answers = [await dear(), ...(await Promise.all([dear(), dear(), dear()]))]
    await Promise.all(answers.map(({ receipt }) => receipt))
    expect(await user.client.settle()).toBe(true)
    for (const { job } of answers) {
      const [attempt] = user.client.stories.find(job)!.attempts
      expect(attempt).toMatchObject({ state: 'paid', price: String(DEAR) })
      expect(attempt!.steps.map(({ what }) => what)).toContain('paid ahead')
    }
    expect(booksAt(mesh.net.miners[1]!, user.purse)).toEqual({ due: 4n * DEAR, cumulative: 4n * DEAR })
  })

  test('that failed after it was paid ahead pays for the next one, which is settled then', async () => {
    await using user = await testClient(mesh.net)
    const [, miner] = mesh.net.miners
    const x = { name: 'x', type: 'float32', dims: [1, 4], byteLength: 16, data: new Uint8Array(16) } as const
    const dear = (): Promise<{ readonly receipt: Promise<Receipt> }> =>
      user.client.infer({ model: mesh.id('dear'), inputs: [x] })
    await user.client.search(mesh.id('dear'))
    await miner!.miner!.board.pause(true)
    await expect(dear()).rejects.toMatchObject({ code: 'NO_MINER' })
    await miner!.miner!.board.pause(false)
    await user.client.search(mesh.id('dear'))
    // The voucher of the refused job came over the payment line, and covers this one.
    await (await dear()).receipt
    expect(await user.client.settle()).toBe(true)
    expect(booksAt(miner!, user.purse)).toEqual({ due: DEAR, cumulative: DEAR })
    await (await dear()).receipt
    expect(await user.client.settle()).toBe(true)
    expect(booksAt(miner!, user.purse)).toEqual({ due: 2n * DEAR, cumulative: 2n * DEAR })
  })
})

describe('work stops', () => {
  const input = [floats('x', [1, 1_024], new Array(1_024).fill(0.5))]
  test('when the application cancels, and costs nothing', async () => {
    await using user = await testClient(mesh.net)
    const [miner] = mesh.net.miners
    using heard = heardEvents(miner!, 'job:aborted')
    const stop = new AbortController()
    // The way there takes what it takes on a busy machine; the test is about what follows.
    await user.client.search(mesh.id('slow'))
    const job = user.client.infer({ model: mesh.id('slow'), inputs: input, signal: stop.signal })
    job.catch(() => undefined)
    await expect.poll(() => miner!.miner!.desk.jobs).toBe(1)
    stop.abort()
    await expect(job).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect.poll(() => miner!.miner!.desk.jobs).toBe(0)
    await expect.poll(() => heard.events).toMatchObject([{ cause: 'cancelled' }])
    const { attempt } = heard.events[0]!
    await expect
      .poll(() => receiptsAt(miner!, attempt))
      .toMatchObject([{ status: receiptStatus.abortedCancelled, price: 0n, usage: 0n }])
    expect(user.client.stories.all().at(-1)).toMatchObject({ state: 'failed', error: { code: 'CANCELLED' } })
    expect(booksAt(miner!, user.purse).due).toBe(0n)
  })

  test('at the deadline, which the application hears of at once', async () => {
    await using user = await testClient(mesh.net)
    const [miner] = mesh.net.miners
    await user.client.search(mesh.id('slow'))
    const startedMs = performance.now()
    const job = user.client.infer({ model: mesh.id('slow'), inputs: input, deadlineMs: 600 })
    await expect(job).rejects.toMatchObject({ code: 'TIMEOUT', facts: { ms: 600 } })
    const tookMs = performance.now() - startedMs
    expect(tookMs).toBeGreaterThanOrEqual(599)
    // The run would go on for many times that; by whose clock the rest of the machine is late is not the question.
    expect(tookMs).toBeLessThan(6_000)
    await expect.poll(() => miner!.miner!.desk.jobs).toBe(0)
  })

  test('before anything was sent where it was cancelled before', async () => {
    await using user = await testClient(mesh.net)
    const job = user.client.infer({ model: mesh.id('slow'), inputs: input, signal: AbortSignal.abort() })
    await expect(job).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

describe('nobody runs a job', () => {
  const infer = async (model: ModelId, priceMax: bigint, onEvent?: (event: JobEvent) => void): Promise<unknown> => {
    await using user = await testClient(mesh.net)
    return await user.client.infer({
      model,
      inputs: [bytesInput(4)],
      priceMax: credits(priceMax),
      ...(onEvent === undefined ? {} : { onEvent }),
    })
  }

  test('whose model no offer names', async () => {
    const unknown = modelIdOf(new Uint8Array(32).fill(3))
    await expect(infer(unknown, PRICE)).rejects.toMatchObject({
      code: 'NO_MINER',
      facts: { model: unknown, reasons: 'no offer names it' },
    })
  })

  test('and it stays one job with one story where directories are asked again', async () => {
    await using user = await testClient(mesh.net)
    const { board } = mesh.net.miners[0]!.miner!
    await user.client.search(mesh.id('identity'))
    await board.pause(true)
    // The search was long ago, so the client looks again before it gives up.
    user.clock.shift(2_000)
    const job = user.client.infer({ model: mesh.id('identity'), inputs: [bytesInput(4)] })
    await expect(job).rejects.toMatchObject({ code: 'NO_MINER' })
    await board.pause(false)
    expect(user.events.filter(({ kind }) => kind === 'searched')).toHaveLength(2)
    expect(user.client.stories.all()).toMatchObject([{ state: 'failed', attempts: [{ state: 'refused' }] }])
  })

  test('whose ceiling is below the cheapest price, and it says which', async () => {
    const events: string[] = []
    await expect(infer(mesh.id('identity'), 999n, ({ kind }) => events.push(kind))).rejects.toMatchObject({
      code: 'PRICE_CEILING',
      facts: { cheapest: PRICE, ceiling: 999n },
    })
    expect(events).toEqual(['started'])
  })

  test.each([
    ['another name', 'INPUT_NAME', { ...bytesInput(4), name: 'z' }],
    ['another type', 'INPUT_TYPE', { ...bytesInput(4), type: 'int8' }],
    ['another shape', 'INPUT_SHAPE', { ...bytesInput(4), dims: [2, 2] }],
    ['another size', 'INPUT_SIZE', { ...bytesInput(4), dims: [5] }],
  ] as const)('whose input has %s: %s, before anything is sent', async (_, code, input) => {
    await using user = await testClient(mesh.net)
    const job = user.client.infer({ model: mesh.id('identity'), inputs: [input as never] })
    await expect(job).rejects.toMatchObject({ code })
    expect(user.events.filter(({ kind }) => kind === 'job')).toEqual([])
  })

  test('whose input is missing: INPUT_MISSING', async () => {
    await using user = await testClient(mesh.net)
    const job = user.client.infer({ model: mesh.id('identity'), inputs: [] })
    await expect(job).rejects.toMatchObject({ code: 'INPUT_MISSING' })
  })

  test('whose deadline is none: USAGE', async () => {
    await using user = await testClient(mesh.net)
    const job = user.client.infer({ model: mesh.id('identity'), inputs: [bytesInput(1)], deadlineMs: 0 })
    await expect(job).rejects.toMatchObject({ code: 'USAGE' })
  })
})

describe('long work', () => {
  test('is announced by a signed word, which the client checks before it goes on to wait', async () => {
    const miner = mesh.net.miners[0]!
    const served = miner.miner!.models.get(mesh.id('slow'))!
    // As if it had run before: what takes long is known from the jobs before it.
    served.observe(5_000_000)
    const user = await testClient(mesh.net)
    const told: JobEvent['kind'][] = []
    const cancel = new AbortController()
    const running = user.client.infer({
      model: mesh.id('slow'),
      inputs: [floats('x', [1, 1_024], new Array(1_024).fill(0.5))],
      signal: cancel.signal,
      onEvent: ({ kind }) => {
        told.push(kind)
        if (kind === 'begun') cancel.abort()
      },
    })
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(told).toContain('begun')
    expect(user.client.stories.all()[0]!.attempts[0]!.steps.map(({ what }) => what)).toContain(
      'the miner has begun, and signed so',
    )
    await user[Symbol.asyncDispose]()
  })
})
