import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { purse } from '../../../node/client/paying/purse.ts'
import type { Answer } from '../../../node/client/running/infer-options.ts'
import { escrowAddress } from '../../../node/config/network-file.ts'
import type { RunningNode } from '../../../node/roles/start-node.ts'
import { counterId } from '../../../node/work/paying/counter-table.ts'
import type { AttemptId } from '../../../protocols/kernel/ids.ts'
import {
  type PaymentRequest,
  type PaymentResponse,
  paymentProtocol,
} from '../../../protocols/wire/payment/payment-protocol.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput, type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { RawClient } from '../../support/nodes/raw-client.ts'
import { domainOf, newSigner, type TestClient, testClient } from '../../support/nodes/test-client.ts'

const PRICE = 1_000n

let mesh: JobNetwork
let miner: RunningNode
beforeAll(async () => {
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) }, { miners: [{ basePrice: '0.001' }] })
  miner = mesh.net.miners[0]!
})
afterAll(() => mesh[Symbol.asyncDispose]())

/** A client, and another process under the same session key whose answers it never sees. */
interface Scene extends AsyncDisposable {
  readonly user: TestClient
  infer(): Promise<Answer>
  /** Runs a job on credit whose answer is lost to the client. The miner's word. */
  lose(): Promise<string>
  /** What the miner's journal says of the counter. */
  books(): Promise<{ readonly due: bigint; readonly forgiven: bigint; readonly cumulative: bigint }>
}

async function scene(): Promise<Scene> {
  await using stack = new AsyncDisposableStack()
  const signer = newSigner()
  const keys = purse(domainOf(mesh.net), escrowAddress(mesh.net.network), signer)
  const user = stack.use(await testClient(mesh.net, { purse: keys }))
  const raw = stack.use(await RawClient.start(mesh.net, miner, signer))
  const infer = (): Promise<Answer> => user.client.infer({ model: mesh.id('identity'), inputs: [bytesInput(8)] })
  let last: AttemptId | undefined
  const books: Scene['books'] = async () => {
    if (last !== undefined) await expect.poll(() => miner.journal.miner.knows(last!)).toBe(true)
    return miner.journal.miner.counter(counterId(keys.payer, keys.session))!
  }
  const owned = stack.move()
  return {
    user,
    infer,
    async lose() {
      const { id, run } = await raw.run(mesh.id('identity'), [bytesInput(8)])
      const end = await raw.end(run)
      if (end.kind === 'finished') last = id
      return end.kind === 'refused' ? end.reason : end.kind
    },
    books,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

const attemptsOf = ({ user }: Scene, { job }: Answer) =>
  user.client.stories.find(job)!.attempts.map(({ state }) => state)

describe('an answer that was lost on the way', () => {
  test('is let go of by the miner, and the next job runs there', async () => {
    await using it = await scene()
    await (await it.infer()).receipt
    expect(await it.user.client.settle()).toBe(true)
    expect(await it.lose()).toBe('finished')
    // The credit is used up by what the client does not know of.
    expect(await it.lose()).toBe('UNPAID')
    const answer = await it.infer()
    expect(answer.miner).toBe(miner.operator)
    expect(attemptsOf(it, answer)).toEqual(['refused', 'finished'])
    await answer.receipt
    expect(await it.user.client.settle()).toBe(true)
    expect(await it.books()).toMatchObject({ due: 3n * PRICE, forgiven: PRICE, cumulative: 2n * PRICE })
    expect(it.user.lineEvents(miner.operator!).some(({ kind }) => kind === 'conceded')).toBe(false)
  })

  test('of a cancelled job does not block the counter', async () => {
    await using it = await scene()
    await (await it.infer()).receipt
    expect(await it.user.client.settle()).toBe(true)
    for (let i = 0; i < 5; i++) {
      const stop = new AbortController()
      const cancelled = it.user.client.infer({
        model: mesh.id('identity'),
        inputs: [bytesInput(8)],
        signal: stop.signal,
        // The miner finishes before the word that it need not can reach it, or just does not.
        onEvent: ({ kind }) => void (kind === 'trying' && setImmediate(() => stop.abort())),
      })
      await cancelled.catch(() => undefined)
      await (await it.infer()).receipt
    }
    expect(await it.user.client.settle()).toBe(true)
    await expect.poll(() => miner.miner!.desk.jobs).toBe(0)
    const { due, forgiven, cumulative } = await it.books()
    expect(due - forgiven - cumulative).toBeLessThanOrEqual(PRICE)
    expect(cumulative).toBeGreaterThanOrEqual(6n * PRICE)
  })

  test('again and again is paid for in the end, as far as the client believes it, and then the miner is left', async () => {
    await using it = await scene()
    const rest = []
    for (let i = 0; i < 10; i++) {
      rest.push(
        await it.infer().then(
          ({ miner: chosen }) => chosen,
          (error: { readonly code: string }) => error.code,
        ),
      )
      await it.user.client.settle(500)
      // As many as the miner lends, each time.
      while ((await it.lose()) === 'finished') {
        // Lost.
      }
    }
    const { forgiven, due, cumulative } = await it.books()
    const { chunkCredits, windowChunks } = mesh.net.network.parameters
    const window = chunkCredits * BigInt(windowChunks)
    const patience = (cumulative < window ? cumulative : window) + cumulative / 20n
    expect(forgiven).toBeGreaterThan(0n)
    expect(forgiven).toBeLessThanOrEqual(patience)
    // What was lent, forgiven and paid is all that was ever worked.
    expect(due).toBeLessThanOrEqual(cumulative + forgiven + (cumulative < window ? cumulative : window))
    const conceded = it.user
      .lineEvents(miner.operator!)
      .reduce((sum, event) => (event.kind === 'conceded' ? sum + event.amount : sum), 0n)
    expect(conceded).toBeLessThanOrEqual(patience)
    expect(rest).toContain('NO_MINER')
  })
})

describe('"all is square"', () => {
  async function square(raw: RawClient): Promise<Extract<PaymentResponse, { kind: 'books' }>> {
    const { payer, session } = raw.purse
    const proof = raw.purse.prove(miner.operator!, raw.network.self, Date.now())
    const requests = (async function* (): AsyncGenerator<PaymentRequest> {
      yield { kind: 'open', payer, session, grant: undefined, proof, missing: [] }
      yield { kind: 'square' }
    })()
    let last: PaymentResponse | undefined
    for await (const answer of raw.network.call(miner.peer, paymentProtocol, requests)) last = answer
    return last as Extract<PaymentResponse, { kind: 'books' }>
  }

  test('said too often is not believed: the client is asked to pay first', async () => {
    await using raw = await RawClient.start(mesh.net, miner)
    const run = async (price = 0n) => raw.end((await raw.run(mesh.id('identity'), [bytesInput(8)], {}, price)).run)
    expect(await run(PRICE)).toMatchObject({ kind: 'finished' })
    let free = 0
    while ((await run()).kind === 'finished' && free < 100) {
      free++
      await square(raw)
    }
    // One that was lent, and one that was let go of.
    expect(free).toBe(2)
    expect(await run()).toMatchObject({ kind: 'refused', reason: 'UNPAID' })
    // A twentieth of what was paid is let go of too.
    expect(await square(raw)).toMatchObject({ cumulative: PRICE, due: 2n * PRICE - PRICE / 20n })
  })
})
