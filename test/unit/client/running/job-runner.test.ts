import { expect, it } from 'vitest'
import { OfferBook } from '../../../../node/client/finding/offer-book.ts'
import { noWatch } from '../../../../node/client/miner-watch.ts'
import { memoryJournal } from '../../../../node/client/paying/client-journal.ts'
import { PaymentLines } from '../../../../node/client/paying/payment-lines.ts'
import { purse } from '../../../../node/client/paying/purse.ts'
import type { JobEvent } from '../../../../node/client/running/job-event.ts'
import { JobRunner, type JobRunnerNeeds } from '../../../../node/client/running/job-runner.ts'
import { systemRandom } from '../../../../node/network-node/system-random.ts'
import { abortable } from '../../../../protocols/kernel/abortable.ts'
import { MeshError } from '../../../../protocols/kernel/errors.ts'
import { type Address, type PeerId, peerId } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import type { Network } from '../../../../protocols/kernel/network.ts'
import type { CallOptions } from '../../../../protocols/kernel/protocol.ts'
import { weightsOf } from '../../../../protocols/rules/routing/routing-policy.ts'
import { leafHasherHere } from '../../../../protocols/statements/leaf-hasher-here.ts'
import type { JobRequest, RunRequest } from '../../../../protocols/wire/job/job-messages.ts'
import { newSigner } from '../../../support/nodes/test-client.ts'
import { offerOf } from '../../../support/offers.ts'
import { domain } from '../../../support/statement-vectors/cast.ts'
import { ManualClock } from '../../../support/virtual/manual-clock.ts'
import { model } from '../../../support/wire-vectors/job-samples.ts'

/** The call to the first that is asked is lost each time; all others say nothing. @param runs what each miner was asked */
function network(runs: RunRequest[]): Network {
  let first: PeerId | undefined
  async function* call(
    peer: PeerId,
    { name }: { name: string },
    requests: AsyncIterable<JobRequest>,
    { signal }: CallOptions,
  ) {
    if (name.includes('job')) {
      first ??= peer
      const asked = await requests[Symbol.asyncIterator]().next()
      if (asked.value?.kind === 'run') runs.push(asked.value)
    }
    if (peer === first) throw new MeshError('STREAM_LOST', { peer })
    await abortable(new Promise<never>(() => undefined), signal)
  }
  return { self: peerId('own'), connectedPeers: () => [], call } as unknown as Network
}

/** A runner over three miners at 100 credits a job. */
function openRunner(more: Partial<JobRunnerNeeds> = {}) {
  const clock = new ManualClock()
  const runs: RunRequest[] = []
  const own = purse(domain, `0x${'e'.repeat(40)}` as Address, newSigner())
  const payment = { network: network(runs), domain, clock, journal: memoryJournal(), purse: own, watch: noWatch }
  const lines = new PaymentLines({ ...payment, onEvent: () => undefined })
  const book = new OfferBook(clock)
  for (const miner of [1, 2, 3]) book.put(offerOf({ miner }))
  const runner = new JobRunner({
    ...{ ...payment, random: systemRandom, leaves: leafHasherHere(domain.crypto, clock), lines, book, draw: () => 0 },
    head: () => ({ blockNumber: 1n, blockTime: 1n }) as never,
    searchAgain: async () => false,
    ...more,
  })
  const stop = new AbortController()
  const tried: JobEvent[] = []
  const secondIsAsked = Promise.withResolvers<void>()
  const run = (priceMax: number): Promise<unknown> =>
    runner.run({
      ...{ model, inputs: [], latencyClass: 'standard', latencyMsMax: undefined, priceMax: credits(priceMax) },
      ...{ weights: weightsOf('latency'), hedges: true, deadlineMs: 60_000, endsAtMs: 60_000, signal: stop.signal },
      onEvent: (event) => {
        if (event.kind === 'trying' && tried.push(event) === 2) secondIsAsked.resolve()
      },
    })
  const close = async (): Promise<void> => {
    await runner[Symbol.asyncDispose]()
    await lines[Symbol.asyncDispose]()
  }
  return { clock, run, runs, stop, tried, secondIsAsked: secondIsAsked.promise, [Symbol.asyncDispose]: close }
}

/** How many miners a job asks within ten seconds where the first is lost and the second is silent. */
async function asked(priceMax: number): Promise<number> {
  await using job = openRunner()
  const answer = job.run(priceMax)
  await job.secondIsAsked
  job.clock.advance(10_000)
  await new Promise(setImmediate)
  job.stop.abort()
  await answer.catch(() => undefined)
  return job.tried.length
}

it('hedges within what lost attempts of the job have left of its ceiling', async () => {
  expect(await asked(299)).toBe(2)
  expect(await asked(300)).toBe(3)
})

it('asks every miner of a job under one job key: whoever has it already never runs it twice', async () => {
  await using job = openRunner()
  const answer = job.run(1_000)
  await job.secondIsAsked
  await expect.poll(() => new Set(job.runs.map(({ terms }) => terms.attempt)).size).toBe(2)
  expect(new Set(job.runs.map((run) => run.job)).size).toBe(1)
  job.stop.abort()
  await answer.catch(() => undefined)
})

it('asks nobody any more for a job that was cancelled, though its first miner is late by then', async () => {
  const stakeKnown = Promise.withResolvers<void>()
  await using job = openRunner({ standing: { require: () => stakeKnown.promise } })
  const answer = job.run(1_000)
  job.stop.abort()
  job.clock.advance(10_000)
  stakeKnown.resolve()
  await expect(answer).rejects.toMatchObject({ code: 'CANCELLED' })
  await new Promise(setImmediate)
  expect(job.tried).toEqual([])
})

it('asks the next miner within what lost attempts have left of the ceiling, and says so where that is too little', async () => {
  await using job = openRunner()
  const answer = job.run(199)
  await expect(Promise.race([answer, job.secondIsAsked])).rejects.toMatchObject({
    code: 'NO_MINER',
    message: expect.stringContaining('lost attempts may cost 0.0001 of the ceiling of 0.000199'),
  })
  expect(job.tried).toHaveLength(1)
  await using other = openRunner()
  const second = other.run(200)
  await other.secondIsAsked
  other.stop.abort()
  await expect(second).rejects.toMatchObject({ code: 'CANCELLED' })
})
