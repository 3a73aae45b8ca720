import { describe, expect, it } from 'vitest'
import { isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { peerId } from '../../../protocols/kernel/ids.ts'
import { BULK_BYTES, SLICE_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import type { Handler } from '../../../protocols/kernel/protocol.ts'
import { AttemptState } from '../../../protocols/wire/job/job-client.ts'
import type { JobRequest, JobResponse } from '../../../protocols/wire/job/job-messages.ts'
import type { Tensor, TensorHeader } from '../../../protocols/wire/job/tensor.ts'
import { TensorAssembler } from '../../../protocols/wire/job/tensor-assembler.ts'
import { TensorFrames } from '../../../protocols/wire/job/tensor-frames.ts'
import { directNetwork } from '../../support/nodes/direct-network.ts'
import { digestOf } from '../../support/statement-vectors/cast.ts'
import { attempt, hashOf, requests, responses } from '../../support/wire-vectors/job-samples.ts'

const MINER = peerId('miner')
const token = digestOf('token')
const [finished] = responses.finished
const [run] = requests.run

const tensorOf = (bytes: number): Tensor => ({
  name: 't',
  type: 'uint8',
  dims: [bytes],
  byteLength: bytes,
  data: Uint8Array.from({ length: bytes }, (_, i) => i % 251),
})
const headerOf = ({ name, type, dims, byteLength }: Tensor): TensorHeader => ({ name, type, dims, byteLength })
const large = tensorOf(3 * SLICE_BYTES_MAX + 7)
const output = (of: Tensor, sequence: number): JobResponse => ({
  kind: 'output',
  ...new TensorFrames([of]).frame(attempt, sequence),
})
const head = (...of: readonly Tensor[]): JobResponse => ({ kind: 'head', attempt, outputs: of.map(headerOf) })
const endOf = (...of: readonly Tensor[]): JobResponse => ({
  ...finished,
  outputs: of.map(headerOf),
  inline: new Uint8Array(0),
})

/** A miner that says these, whatever it hears. */
const saying = (...said: readonly JobResponse[]): Handler<JobRequest, JobResponse> =>
  async function* () {
    yield* said
  }

async function outcomeOf(handler: Handler<JobRequest, JobResponse>, state = small()): Promise<string> {
  try {
    const outcome = await state.attend(directNetwork(handler), MINER, 'run', {})
    return outcome.kind
  } catch (error) {
    if (!isMeshError(error)) throw error
    return error.code === 'OUTPUT_GARBLED' ? String(error.facts.rule) : error.code
  }
}
const small = (): AttemptState => new AttemptState(attempt, run, token, [tensorOf(8)])

describe('an attempt whose time is witnessed', () => {
  const [ready] = responses.ready
  const run_ = (handler: Handler<JobRequest, JobResponse>, opening: 'run' | 'resume' = 'run', state = small()) => {
    const told: string[] = []
    const options = {
      onReady: () => told.push('ready'),
      onHeard: () => told.push('heard'),
      onInputTaken: () => told.push('taken'),
    }
    const outcome = state
      .attend(directNetwork(handler), MINER, opening, options)
      .then(({ kind }) => kind as string)
      .catch((error: unknown) => (isMeshError(error) ? error.code : String(error)))
    return outcome.then((end) => ({ told, end }))
  }

  it('hears when its time begins, once, and of every word', async () => {
    const { told, end } = await run_(saying(ready, ready, finished))
    expect(end).toBe('finished')
    expect(told).toEqual(['taken', 'heard', 'ready', 'heard', 'heard'])
  })

  it.each([
    ['an answer', [finished]],
    ['the head of one', [head(large)]],
    ['a progress of its run', [{ ...responses.progress[0], state: 'running' as const }]],
    ['the word that it has begun', [responses.started[0]]],
  ] satisfies [string, JobResponse[]][])(
    'takes %s before that word for a beacon that was withheld',
    async (_, said) => {
      expect((await run_(saying(...said, finished))).end).toBe('BEACON_WITHHELD')
    },
  )

  it('lets the miner refuse, queue, acknowledge and give up before that word', async () => {
    expect((await run_(saying(...responses.refused.slice(0, 1)))).end).toBe('refused')
    const queued = { ...responses.progress[0], state: 'queued' as const }
    expect((await run_(saying(queued, ready, finished))).end).toBe('finished')
    expect((await run_(saying(responses.aborted[0]))).end).toBe('aborted')
  })

  it('needs it once for all its calls', async () => {
    const state = small()
    await run_(saying(ready), 'run', state)
    expect((await run_(saying(finished), 'resume', state)).end).toBe('finished')
  })

  it('counts the time of the input as over when the miner has all of it', async () => {
    const network: Handler<JobRequest, JobResponse> = async function* (_first, more) {
      const input = new TensorAssembler([headerOf(large)], large.byteLength)
      for await (const message of more) {
        if (message.kind === 'input') input.accept(message)
        if (input.complete) break
        yield { kind: 'ack', attempt, next: input.next }
      }
      yield { kind: 'ack', attempt, next: input.next }
      yield ready
      yield finished
    }
    const state = new AttemptState(attempt, { ...run, inline: new Uint8Array(0) }, token, [large])
    const { told } = await run_(network, 'run', state)
    expect(told.filter((word) => word !== 'heard')).toEqual(['taken', 'ready'])
    expect(told.indexOf('taken')).toBe(4)
  })

  it('is told nothing of it where nobody asked', async () => {
    expect(await outcomeOf(saying(ready, finished))).toBe('nobody asked when the work could begin')
  })
})

describe('an attempt at its client', () => {
  it('sends small inputs with its first message and nothing else', async () => {
    const network = directNetwork(saying(finished))
    const outcome = await small().attend(network, MINER, 'run', {})
    expect(outcome).toMatchObject({ kind: 'finished', outputs: [{ name: 'scores', data: finished.inline }] })
    expect(network.calls).toEqual([{ bulk: false, sent: [run] }])
  })

  it('sends large inputs in frames', async () => {
    const arrived: Tensor[] = []
    const network = directNetwork<JobRequest, JobResponse>(async function* (_first, more) {
      const input = new TensorAssembler([headerOf(large)], large.byteLength)
      for await (const message of more) {
        if (message.kind === 'input') input.accept(message)
        if (input.complete) break
      }
      arrived.push(...input.tensors())
      yield finished
    })
    const state = new AttemptState(attempt, { ...run, inline: new Uint8Array(0) }, token, [large])
    expect(await state.attend(network, MINER, 'run', {})).toMatchObject({ kind: 'finished' })
    expect(Buffer.compare(arrived[0]!.data, large.data)).toBe(0)
  })

  it('sends what would stand before other calls on a stream of its own', async () => {
    const network = directNetwork(saying(finished))
    for (const bytes of [BULK_BYTES, BULK_BYTES + 1])
      await new AttemptState(attempt, { ...run, inline: new Uint8Array(0) }, token, [tensorOf(bytes)]).attend(
        network,
        MINER,
        'run',
        {},
      )
    expect(network.calls.map(({ bulk }) => bulk)).toEqual([false, true])
  })

  it('reads large outputs from frames, and shows them on their way', async () => {
    const seen: number[] = []
    const state = new AttemptState(attempt, run, token, [], (stream, _, bytes) => seen.push(stream, bytes))
    const frames = [0, 1, 2, 3].map((k) => output(large, k))
    const network = directNetwork(saying(head(large), ...frames, endOf(large)))
    const outcome = await state.attend(network, MINER, 'run', {})
    if (outcome.kind !== 'finished') throw new Error(outcome.kind)
    expect(Buffer.compare(outcome.outputs[0]!.data, large.data)).toBe(0)
    expect(seen).toEqual([1, 2, 3].flatMap((n) => [0, n * SLICE_BYTES_MAX]).concat(0, large.data.length))
  })

  it('goes on after a lost call from the frame where it broke off', async () => {
    const state = new AttemptState(attempt, run, token, [])
    let calls = 0
    const network = directNetwork<JobRequest, JobResponse>(async function* (first) {
      yield head(large)
      if (calls++ === 0) {
        yield output(large, 0)
        yield output(large, 1)
        throw new MeshError('STREAM_LOST', { peer: MINER })
      }
      if (first.kind !== 'resume') throw new Error(first.kind)
      for (let k = first.next; k < 4; k++) yield output(large, k)
      yield endOf(large)
    })
    await expect(state.attend(network, MINER, 'run', {})).rejects.toThrow(/lost/)
    expect(await state.attend(network, MINER, 'resume', {})).toMatchObject({ kind: 'finished' })
    expect(network.calls[1]!.sent).toEqual([{ kind: 'resume', attempt, token, next: 2 }])
  })

  it('sends the rest of its input after a lost call, from where the miner says', async () => {
    const state = new AttemptState(attempt, { ...run, inline: new Uint8Array(0) }, token, [large])
    const input = new TensorAssembler([headerOf(large)], large.byteLength)
    let calls = 0
    const network = directNetwork<JobRequest, JobResponse>(async function* (_first, more) {
      const isFirst = calls++ === 0
      if (!isFirst) yield { kind: 'ack', attempt, next: input.next }
      for await (const message of more) {
        if (message.kind === 'input') input.accept(message)
        if (isFirst && input.next === 2) throw new MeshError('STREAM_LOST', { peer: MINER })
        if (input.complete) break
      }
      yield finished
    })
    await expect(state.attend(network, MINER, 'run', {})).rejects.toThrow(/lost/)
    expect(await state.attend(network, MINER, 'resume', {})).toMatchObject({ kind: 'finished' })
    expect(Buffer.compare(input.tensors()[0]!.data, large.data)).toBe(0)
  })

  it('acknowledges what has come, so that the miner need not keep it', async () => {
    const huge = tensorOf(20 * SLICE_BYTES_MAX)
    const network = directNetwork<JobRequest, JobResponse>(async function* (_first, more) {
      yield head(huge)
      for (let k = 0; k < 20; k++) yield output(huge, k)
      for await (const message of more) if (message.kind === 'ack') break
      yield endOf(huge)
    })
    // A resume keeps the caller's side open: what goes up is acknowledgements alone.
    expect(await new AttemptState(attempt, run, token, []).attend(network, MINER, 'resume', {})).toMatchObject({
      kind: 'finished',
    })
    expect(network.calls[0]!.sent.at(-1)).toEqual({ kind: 'ack', attempt, next: 16 })
  })

  it.each([responses.refused[0], responses.aborted[0]])('may end as $kind', async (end) => {
    expect(await outcomeOf(saying(end))).toBe(end.kind)
  })

  it('tells of progress', async () => {
    const told: number[] = []
    const [progress] = responses.progress
    const network = directNetwork(saying(progress, { ...progress, ahead: 1 }, finished))
    await small().attend(network, MINER, 'run', { onProgress: ({ ahead }) => told.push(ahead) })
    expect(told).toEqual([3, 1])
  })
})

describe('an answer is refused that', () => {
  const other = hashOf('another attempt')
  const two = tensorOf(SLICE_BYTES_MAX)
  it.each([
    ['belongs to another attempt', 'WRONG_JOB', [{ ...finished, attempt: other }]],
    ['reports on another attempt', 'WRONG_JOB', [{ ...responses.progress[0], attempt: other }]],
    ['ends without an end', 'a call ends with a result, a refusal or an abort', []],
    ['acknowledges what was not sent', 'only sent frames are acknowledged', [{ kind: 'ack', attempt, next: 99 }]],
    ['has frames before their head', 'the head comes before the frames', [output(large, 0)]],
    ['has large outputs and no head', 'the head comes before the frames', [endOf(large)]],
    [
      'asks for a gigabyte in a hundred bytes',
      'the head comes before the frames',
      [endOf({ ...large, dims: [2 ** 30], byteLength: 2 ** 30 })],
    ],
    [
      'asks for more than any job gives',
      'OVERSIZE',
      [head({ ...large, dims: [2 ** 31 - 1], byteLength: 2 ** 31 - 1 })],
    ],
    ['has a head for what fits inline', 'a head comes only before what does not fit inline', [head(tensorOf(8))]],
    ['has two heads that differ', 'one attempt has one head', [head(large), head(two)]],
    ['ends with other outputs than its head', 'one attempt has one head', [head(two), output(two, 0), endOf(large)]],
    [
      'ends with an output of another name',
      'one attempt has one head',
      [head(two), output(two, 0), endOf({ ...two, name: 'other' })],
    ],
    [
      'brings outputs in frames and inline',
      'outputs come inline or in frames',
      [head(two), output(two, 0), { ...finished, outputs: [headerOf(two)] }],
    ],
    ['leaves a frame out', 'frames come in order, without gaps', [head(large), output(large, 1)]],
    ['ends early', 'every byte of every tensor arrives before the end', [head(large), output(large, 0), endOf(large)]],
    [
      'has other bytes than its headers say',
      'inline bytes are as long as the headers say',
      [{ ...finished, inline: new Uint8Array(7) }],
    ],
    [
      'has a size that its shape does not give',
      'the bytes of a tensor follow from type and shape',
      [{ ...finished, outputs: [{ name: 'x', type: 'float32', dims: [3], byteLength: 8 }] }],
    ],
  ] satisfies [string, string, JobResponse[]][])('%s: %s', async (_, expected, said) => {
    expect(await outcomeOf(saying(...said))).toBe(expected)
  })
})
