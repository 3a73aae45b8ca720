import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wireOf } from '../../../protocols/kernel/error-projections.ts'
import { type ErrorCode, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Hash32 } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import { signStarted } from '../../../protocols/wire/job/started.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import type { HostileMinerOptions, JobLie } from '../../support/nodes/hostile-miner.ts'
import { afterOneGoodJob, frame, hostileScene, input, large } from '../../support/nodes/hostile-scene.ts'
import { type JobNetwork, jobNetwork } from '../../support/nodes/job-network.ts'
import { cast } from '../../support/statement-vectors/cast.ts'

let mesh: JobNetwork
beforeAll(async () => {
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) })
})
afterAll(() => mesh[Symbol.asyncDispose]())
const scene = (options?: Partial<HostileMinerOptions>) => hostileScene(mesh, options)

/** Answers that break a rule, and the code under which the client goes on to the next miner. */
const lies: readonly (readonly [what: string, met: ErrorCode, lie: JobLie])[] = [
  [
    'bytes that are no message',
    'MALFORMED',
    async function* () {
      yield { kind: 'garbage', bytes: new Uint8Array(4_000).fill(0xa7) }
    },
  ],
  [
    'a word of having begun that another key signed',
    'WRONG_SIGNER',
    async function* (run, miner) {
      const { signer } = cast.owner
      const nowMs = Date.now()
      yield {
        kind: 'started',
        statement: signStarted(miner.domain, signer, miner.attemptOf(run), { sequence: BigInt(nowMs), nowMs }),
      }
    },
  ],
  [
    'words about another attempt',
    'WRONG_JOB',
    async function* () {
      yield { kind: 'progress', attempt: `0x${'1'.repeat(64)}` as Hash32, state: 'running', ahead: 0, etaMs: 1 }
    },
  ],
  [
    'the end of another attempt',
    'WRONG_JOB',
    async function* (run, miner) {
      yield { ...miner.finished(run), attempt: `0x${'1'.repeat(64)}` as Hash32 }
    },
  ],
  [
    'frames without a head',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      yield frame(miner.attemptOf(run))
    },
  ],
  [
    'frames out of order',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      const attempt = miner.attemptOf(run)
      yield { kind: 'head', attempt, outputs: [large] }
      yield frame(attempt)
      yield frame(attempt, { sequence: 2, offset: 1_000 })
    },
  ],
  [
    'a frame that leaves a hole',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      const attempt = miner.attemptOf(run)
      yield { kind: 'head', attempt, outputs: [large] }
      yield frame(attempt)
      yield frame(attempt, { sequence: 1, offset: 1_001 })
    },
  ],
  [
    'more output than its head says',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      const attempt = miner.attemptOf(run)
      yield { kind: 'head', attempt, outputs: [large] }
      for (let i = 0; i < 4; i++) {
        yield frame(attempt, { sequence: i, offset: i * 30_000, bytes: new Uint8Array(30_000) })
      }
    },
  ],
  [
    'less output than its head says',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      const attempt = miner.attemptOf(run)
      yield { kind: 'head', attempt, outputs: [large] }
      yield frame(attempt)
      yield { ...miner.finished(run), outputs: [large], inline: new Uint8Array(0) }
    },
  ],
  [
    'two different heads',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      const attempt = miner.attemptOf(run)
      yield { kind: 'head', attempt, outputs: [large] }
      yield { kind: 'head', attempt, outputs: [{ ...large, name: 'z' }] }
    },
  ],
  [
    'a head whose bytes do not follow from its shape',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      yield { kind: 'head', attempt: miner.attemptOf(run), outputs: [{ ...large, dims: [7] }] }
    },
  ],
  [
    'a head of more bytes than any answer may have',
    'OVERSIZE',
    async function* (run, miner) {
      const byteLength = 2 ** 31
      const dims = [2, 2 ** 30]
      yield { kind: 'head', attempt: miner.attemptOf(run), outputs: [{ ...large, dims, byteLength }] }
    },
  ],
  [
    'inline bytes that its headers do not announce',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      yield { ...miner.finished(run), inline: new Uint8Array(17) }
    },
  ],
  [
    'a higher price than was agreed',
    'OVERPRICED',
    async function* (run, miner) {
      yield miner.finished(run, undefined, { price: credits(11) })
    },
  ],
  [
    'an acknowledgement of frames that were never sent',
    'OUTPUT_GARBLED',
    async function* (run, miner) {
      yield { kind: 'ack', attempt: miner.attemptOf(run), next: 9 }
    },
  ],
  ['the end of the call without a word', 'OUTPUT_GARBLED', async function* () {}],
  [
    'an abort for no reason',
    'ATTEMPT_ABORTED',
    async function* (run, miner) {
      const error = wireOf('BUG')
      yield { kind: 'aborted', attempt: miner.attemptOf(run), cause: 'thermal', error, detail: 'too hot' }
    },
  ],
  [
    'an error that only this side can have',
    'CANCELLED',
    // biome-ignore lint/correctness/useYield: the error is the answer
    async function* () {
      throw new MeshError('CANCELLED')
    },
  ],
]

describe('a miner that answers with', () => {
  test.each(lies)('%s is left for another and not paid: %s', async (_, code, lie) => {
    await using it = await scene()
    const held = await afterOneGoodJob(it)
    const { answer, met } = await it.run(lie)
    expect(met).toEqual([code])
    expect(answer.miner).toBe(it.honestMiner)
    expect(answer.outputs[0]!.data).toEqual(input.data)
    await answer.receipt
    await it.user.client.settle(1_000)
    expect(it.liar.held).toBe(held)
  })
})
