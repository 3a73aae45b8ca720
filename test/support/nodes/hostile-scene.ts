/** One job of a client between a miner that lies and an honest one that asks more. */
import { expect } from 'vitest'
import type { Answer } from '../../../node/client/running/infer-options.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import type { DataFrame, JobResponse } from '../../../protocols/wire/job/job-messages.ts'
import type { TensorHeader } from '../../../protocols/wire/job/tensor.ts'
import { HostileMiner, type HostileMinerOptions, honest, type JobLie } from './hostile-miner.ts'
import { bytesInput, type JobNetwork } from './job-network.ts'
import { type TestClient, testClient } from './test-client.ts'

export const input = bytesInput(16)

export interface HostileScene extends AsyncDisposable {
  /** Cheaper than the honest miner, so it is asked first. */
  readonly liar: HostileMiner
  readonly user: TestClient
  /** Whom the client goes on to. */
  readonly honestMiner: Address
  /** One job with the liar's `lie` as its answer; the failures that were met on the way, by code. */
  run(lie?: JobLie): Promise<{ readonly answer: Answer; readonly met: readonly string[] }>
}

export async function hostileScene(
  mesh: JobNetwork,
  options: Partial<HostileMinerOptions> = {},
): Promise<HostileScene> {
  await using stack = new AsyncDisposableStack()
  const liar = stack.use(await HostileMiner.start(mesh.net, { model: mesh.model('identity'), ...options }))
  const user = stack.use(await testClient(mesh.net))
  const owned = stack.move()
  return {
    liar,
    user,
    honestMiner: mesh.net.miners[0]!.operator!,
    async run(lie) {
      if (lie !== undefined) liar.job = lie
      const met: string[] = []
      const answer = await user.client.infer({
        model: mesh.id('identity'),
        inputs: [input],
        onEvent: (event) => {
          if (event.kind === 'failed') met.push(event.error.code)
          if (event.kind === 'refused') met.push(event.reason)
          if (event.kind === 'resumed') met.push('resumed')
        },
      })
      return { answer, met }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Says nothing more until the other side has had enough. */
export async function* silently(signal: AbortSignal): AsyncGenerator<never> {
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
export const silence: JobLie = (_, __, { context }) => silently(context.signal)

/** The liar was paid for a good job before, so that nothing is paid ahead: what it holds is what it earned. */
export async function afterOneGoodJob({ liar, user, run }: HostileScene): Promise<bigint> {
  const { answer } = await run(honest)
  expect(answer.miner).toBe(liar.address)
  await answer.receipt
  expect(await user.client.settle()).toBe(true)
  expect(liar.held).toBe(10n)
  return liar.held
}

/** A thousand zeros of an output. */
export const frame = (attempt: Hash32, change: Partial<DataFrame> = {}): JobResponse => ({
  kind: 'output',
  attempt,
  stream: 0,
  sequence: 0,
  offset: 0,
  bytes: new Uint8Array(1_000),
  ...change,
})
/** Head of one that does not fit into the last message. */
export const large: TensorHeader = { name: 'y', type: 'uint8', dims: [100_000], byteLength: 100_000 }
