/**
 * What it brings that waiting jobs of several clients share a run: `npx node test/bench/shared-runs.ts`. First the miner's queue over
 * a real engine alone, then whole jobs through the mesh against the same engine behind a plain node:http server. The ways take turns.
 */
import { Agent, request } from 'node:http'
import { createOnnxEngine } from '../../node/engines/onnx/onnx-engine.ts'
import { createCrypto } from '../../node/keys/node-crypto.ts'
import { openModelFile } from '../../node/models/open-model-file.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { sharesRuns } from '../../node/work/queue/batch-trial.ts'
import { ModelSeat } from '../../node/work/queue/model-seat.ts'
import { RunQueue } from '../../node/work/queue/run-queue.ts'
import { ServedModel } from '../../node/work/served-models.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import { modelId } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { ModelFolder } from '../support/engines/model-folder.ts'
import { perceptronModel } from '../support/engines/onnx-models.ts'
import { tensorOf } from '../support/engines/tensor-of.ts'
import { BenchChild } from './support/child.ts'
import { percentile } from './support/distribution.ts'
import { countText, msText, tell, tellMachine, type Wanted } from './support/figures.ts'
import { startMeshSide } from './support/mesh-side.ts'
import { treeProcessorUs } from './support/process-tree.ts'

const SHARED_QUEUE = 'queue, runs shared'
const SHARED_MESH = 'mesh, runs shared'
const SMALL_MODELS =
  'What sharing saves of a short run is less than what a job through the mesh takes on both sides (see job-overhead); with models from some milliseconds on it more than pays for it.'
const ROUNDS = 5
const IN_FLIGHT = 32

interface Way {
  readonly name: string
  run(place: number): Promise<unknown>
  /** The process that answers, its engine with it. */
  readonly pid: () => number
}

interface Figures {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  /** Of both sides and the engine, for each job: what says most where others use the machine too. */
  readonly processorUs: number
}

async function measure(way: Way, jobs: number): Promise<Figures> {
  const samples: number[] = []
  let left = jobs
  const [here, there] = [process.cpuUsage(), treeProcessorUs(way.pid())]
  const startedMs = performance.now()
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async (_, place) => {
      while (left-- > 0) {
        const sentMs = performance.now()
        await way.run(place).catch((cause: unknown) => {
          throw new Error(`${way.name} failed`, { cause })
        })
        samples.push(performance.now() - sentMs)
      }
    }),
  )
  const tookMs = performance.now() - startedMs
  const { user, system } = process.cpuUsage(here)
  const spentUs = user + system + treeProcessorUs(way.pid()) - there
  samples.sort((a, b) => a - b)
  return {
    processorUs: spentUs / samples.length,
    perSecond: (samples.length / tookMs) * 1_000,
    p50: percentile(samples, 0.5),
    p99: percentile(samples, 0.99),
  }
}

const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b)
  return percentile(sorted, 0.5)
}

/** The bound on a way's jobs a second by those of the last way, where it has one. */
type WantedOf = (name: string) => Omit<Wanted, 'value'> | undefined

/** Rounds in turns; the last way is what the others are held against. */
async function compare(what: string, ways: readonly Way[], jobs: number, wanted: WantedOf): Promise<void> {
  const rounds = new Map<string, Figures[]>(ways.map(({ name }) => [name, []]))
  for (const way of ways) await measure(way, Math.ceil(jobs / 2))
  for (let round = 0; round < ROUNDS; round++)
    for (const way of ways) rounds.get(way.name)!.push(await measure(way, jobs))
  const of = (name: string, key: keyof Figures): number => median(rounds.get(name)!.map((figures) => figures[key]))
  const base = ways.at(-1)!.name
  const text = (name: string): string =>
    `${countText(of(name, 'perSecond'))}; ${msText(of(name, 'p50'))} at p50, ${countText(of(name, 'processorUs'))} µs of processor a job`
  for (const { name } of ways.slice(0, -1)) {
    const ratio = of(name, 'perSecond') / of(base, 'perSecond')
    const bound = wanted(name)
    tell({
      asks: `jobs a second, ${what}, ${name}`,
      found: text(name),
      baseline: `${text(base)}, ${base}`,
      ratio,
      ...(bound === undefined ? {} : { wanted: { value: Number(ratio.toFixed(2)), ...bound } }),
    })
  }
}

function overHttp(port: number, values: Float32Array, pid: () => number): Way {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const body = Buffer.from(values.buffer)
  const headers = { 'content-type': 'application/octet-stream', 'content-length': body.length }
  const run = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const call = request({ agent, port, host: '127.0.0.1', method: 'POST', path: '/', headers }, async (response) => {
        const parts: Buffer[] = []
        for await (const part of response) parts.push(part as Buffer)
        resolve(Buffer.concat(parts))
      })
      call.on('error', reject)
      call.end(body)
    })
  return { name: 'node:http', run, pid }
}

const crypto = await createCrypto()
tellMachine(`${IN_FLIGHT} in flight`)
using folder = new ModelFolder()
for (const { width, layers, jobs } of [
  { width: 784, layers: 1, jobs: 1_000 },
  { width: 1_024, layers: 4, jobs: 320 },
  { width: 1_024, layers: 16, jobs: 96 },
]) {
  const model = folder.add(`perceptron-${width}-${layers}`, perceptronModel(width, layers))
  const values = new Float32Array(width).map((_, i) => Math.sin(i))
  const input = tensorOf('x', 'float32', [1, width], values)
  const what = `fp32 perceptron, ${layers} ${layers === 1 ? 'layer' : 'layers'} of ${width}`
  {
    await using engine = await createOnnxEngine()
    const file = await openModelFile(model.path)
    const open = () => engine.open(file, { memoryBytesMax: 2 ** 31, threads: 1, outputBytesMax: 2 ** 29 })
    await using shared = await open()
    await using single = await open()
    const ways = []
    for (const session of [shared, single]) {
      const { inputs, outputs, kernelClass } = session
      const table = { id: file.id, name: file.name, bytes: file.bytes, base: credits(1), kernelClass, inputs, outputs }
      const shares = session === shared && (await sharesRuns(file, session))
      const served = new ServedModel(table, [new ModelSeat(crypto, 'cpu', session)], shares)
      const queue = new RunQueue({ clock: systemClock })
      const { signal } = new AbortController()
      const rest = { latencyClass: 'standard', price: credits(1), deadlineMs: 60_000, mayShare: true } as const
      const none = { onBegun: () => undefined, onSetAside: () => undefined, onLost: () => undefined }
      const run = (place: number) =>
        queue.run({ model: served, payer: `0x${place % 8}` as Address, inputs: [input], signal, ...rest, ...none })
      ways.push({ name: shares ? SHARED_QUEUE : 'queue, one by one', run, pid: () => session.pid! })
    }
    await compare(what, ways, jobs, (name) => (name === SHARED_QUEUE && layers > 1 ? { atLeast: 3 } : undefined))
  }
  await using shared = await startMeshSide(model.path, 1)
  await using single = await startMeshSide(model.path, 1, {}, 'off')
  await using http = await BenchChild.start<{ port: number }>('http-side.ts', [model.path, '1'])
  const wish = { model: modelId(model.id), inputs: [input], priceMax: credits(1_000_000) }
  await compare(
    what,
    [
      { name: SHARED_MESH, run: () => shared.client.client!.infer(wish), pid: () => shared.miner.pid },
      { name: 'mesh, one by one', run: () => single.client.client!.infer(wish), pid: () => single.miner.pid },
      overHttp(http.ready.port, values, () => http.pid),
    ],
    jobs,
    (name) => (name === SHARED_MESH ? { atLeast: 1, unreached: SMALL_MODELS } : undefined),
  )
  await shared.client.client!.settle()
  await single.client.client!.settle()
}
