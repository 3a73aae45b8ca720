/**
 * What a job through the mesh costs above the same engine behind a plain node:http server: `npx node test/bench/job-overhead.ts`.
 * Engine, miner and server run in processes of their own; all evidence and payment is on. Rounds of the three take turns, so
 * that whatever else the machine does falls on all of them; ratios are of one run. At the end, where a job's processor time
 * goes on either side.
 */
import { Agent, request } from 'node:http'
import type { MeshClient } from '../../node/client/mesh-client.ts'
import { modelId } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { ModelFolder } from '../support/engines/model-folder.ts'
import { loopedPerceptronModel, perceptronModel } from '../support/engines/onnx-models.ts'
import { tensorOf } from '../support/engines/tensor-of.ts'
import { BenchChild } from './support/child.ts'
import { percentile } from './support/distribution.ts'
import { countText, msText, tell, tellDetail, tellMachine } from './support/figures.ts'
import { startMeshSide } from './support/mesh-side.ts'
import { printParts } from './support/print-parts.ts'
import { watchProcessor } from './support/processor-parts.ts'

const ROUNDS = 7
const WATCHED_JOBS = 10_000
const values = new Float32Array(784).fill(0.5)
const input = tensorOf('x', 'float32', [1, 784], values)

interface Way {
  readonly name: string
  run(): Promise<unknown>
  /** CPU of the answering process, in microseconds, engine child apart. */
  cpuUs(): Promise<number>
}

interface Figures {
  readonly p50: number
  readonly p99: number
  readonly perSecond: number
  readonly callerUs: number
  readonly answererUs: number
}

async function measure(way: Way, jobs: number, inFlight: number): Promise<Figures> {
  const samples: number[] = []
  let left = jobs
  const [caller, answerer] = [process.cpuUsage(), await way.cpuUs()]
  const startedMs = performance.now()
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) {
        const sentMs = performance.now()
        await way.run()
        samples.push(performance.now() - sentMs)
      }
    }),
  )
  const tookMs = performance.now() - startedMs
  const { user, system } = process.cpuUsage(caller)
  const spentUs = (await way.cpuUs()) - answerer
  samples.sort((a, b) => a - b)
  return {
    p50: percentile(samples, 0.5),
    p99: percentile(samples, 0.99),
    perSecond: (samples.length / tookMs) * 1_000,
    callerUs: (user + system) / samples.length,
    answererUs: spentUs / samples.length,
  }
}

const median = (numbers: readonly number[]): number =>
  percentile(
    [...numbers].sort((a, b) => a - b),
    0.5,
  )

function medianOf(rounds: readonly Figures[]): Figures {
  const of = (key: keyof Figures): number => median(rounds.map((round) => round[key]))
  return {
    p50: of('p50'),
    p99: of('p99'),
    perSecond: of('perSecond'),
    callerUs: of('callerUs'),
    answererUs: of('answererUs'),
  }
}

function overMesh(client: MeshClient, model: string, child: BenchChild<unknown>): Way {
  const wish = { model: modelId(model), inputs: [input], priceMax: credits(1_000_000) }
  return { name: 'mesh', run: () => client.infer(wish), cpuUs: () => cpuOf(child) }
}

function overHttp(port: number, child: BenchChild<unknown>): Way {
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
  return { name: 'node:http', run, cpuUs: () => cpuOf(child) }
}

function overFetch(port: number, child: BenchChild<unknown>): Way {
  const url = `http://127.0.0.1:${port}/`
  const body = Buffer.from(values.buffer)
  const run = async (): Promise<unknown> => (await fetch(url, { method: 'POST', body })).arrayBuffer()
  return { name: 'fetch', run, cpuUs: () => cpuOf(child) }
}

const SMALL = 'about 0.1 ms'
const DEAR_MESSAGES =
  'The bound is in milliseconds, and what a message costs differs by machine: where a bare call takes 0.2 ms a job adds 0.42.'
const MANY_SMALL_JOBS =
  'A job is signed for, journalled and paid, and its content is hashed on both sides; the lines below say what each takes. Hashing, encryption and sockets alone take two thirds of what the bound would leave to both sides together. A model of 10 ms hides the difference.'

function report(model: string, inFlight: number, figures: ReadonlyMap<string, Figures>): void {
  const mesh = figures.get('mesh')!
  const what = `model of ${model}, ${inFlight} in flight`
  const http = figures.get('node:http')!
  const addedMs = mesh.p50 - http.p50
  if (inFlight === 1)
    tell({
      asks: `what a job adds to the same engine behind node:http, ${what}`,
      found: `${msText(addedMs)} at p50`,
      baseline: `${msText(http.p50)} there`,
      wanted: { value: Number(addedMs.toFixed(2)), atMost: 0.5, unit: ' ms', unreached: DEAR_MESSAGES },
    })
  for (const [base, each] of figures) {
    if (each === mesh) continue
    const ratio = mesh.perSecond / each.perSecond
    const atLeast = model === SMALL ? 0.7 : 0.95
    tell({
      asks: `jobs a second, ${what}`,
      found: `${countText(mesh.perSecond)}; ${msText(mesh.p50)} at p50, ${msText(mesh.p99)} at p99; ${mesh.callerUs.toFixed(0)} + ${mesh.answererUs.toFixed(0)} µs of processor`,
      baseline: `${countText(each.perSecond)}; ${each.callerUs.toFixed(0)} + ${each.answererUs.toFixed(0)} µs by ${base}`,
      ratio,
      ...(inFlight === 32 && base === 'node:http'
        ? { wanted: { value: Number(ratio.toFixed(2)), atLeast, unreached: MANY_SMALL_JOBS } }
        : {}),
    })
  }
}

async function printWhere(mesh: Way, miner: BenchChild<unknown>, figures: Figures): Promise<void> {
  const [caller, answerer] = [await watchProcessor(), await miner.watchProcessor()]
  await measure(mesh, WATCHED_JOBS, 32)
  tellDetail('where the processor time of a job of 0.1 ms goes, 32 in flight:')
  printParts('caller', await caller(), figures.callerUs)
  printParts('answerer', await answerer(), figures.answererUs)
}

async function cpuOf(child: BenchChild<unknown>): Promise<number> {
  const { userUs, systemUs } = await child.cpu()
  return userUs + systemUs
}

tellMachine()
using folder = new ModelFolder()
const models = [
  { name: SMALL, bytes: perceptronModel(784, 1), jobs: { 1: 400, 32: 1_500 } },
  { name: 'about 10 ms', bytes: loopedPerceptronModel(784, 100), jobs: { 1: 100, 32: 192 } },
] as const
for (const { name, bytes, jobs } of models) {
  const model = folder.add(name.replaceAll(' ', '-'), bytes)
  await using mesh = await startMeshSide(model.path, 1)
  await using http = await BenchChild.start<{ port: number }>('http-side.ts', [model.path, '1'])
  const ways = [
    overMesh(mesh.client.client!, model.id, mesh.miner),
    overHttp(http.ready.port, http),
    overFetch(http.ready.port, http),
  ]
  for (const inFlight of [1, 32] as const) {
    const rounds = new Map<string, Figures[]>(ways.map((way) => [way.name, []]))
    for (const way of ways) await measure(way, Math.ceil(jobs[inFlight] / 2), inFlight)
    for (let round = 0; round < ROUNDS; round++) {
      for (const way of ways) rounds.get(way.name)!.push(await measure(way, jobs[inFlight], inFlight))
    }
    const figures = new Map([...rounds].map(([way, each]) => [way, medianOf(each)]))
    report(name, inFlight, figures)
    if (inFlight === 32 && name === models[0].name) await printWhere(ways[0]!, mesh.miner, figures.get('mesh')!)
  }
  await mesh.client.client!.settle()
}
