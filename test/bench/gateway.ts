/**
 * What the gateway costs a program: `npx node test/bench/gateway.ts`. The same requests of the Open Inference Protocol go to a
 * node's gateway, which has them run by a miner, and to the least server that speaks the same, with the same model in the same
 * kind of engine. The model only copies: nothing hides what is around it. All sides are processes of their own, and their rounds
 * take turns; ratios are of one run.
 */
import { Agent, request } from 'node:http'
import { ModelFolder } from '../support/engines/model-folder.ts'
import { identityModel } from '../support/engines/onnx-models.ts'
import { BenchChild } from './support/child.ts'
import { percentile } from './support/distribution.ts'
import { countText, msText, tell, tellMachine } from './support/figures.ts'
import { printParts } from './support/print-parts.ts'

const ROUNDS = 3
const CONNECTIONS = [1, 8, 32] as const
const KINDS = [
  { name: '3 KB', elements: 784, requests: { 1: 150, 8: 600, 32: 800 } },
  { name: '1 MiB', elements: 262_144, requests: { 1: 6, 8: 16, 32: 32 } },
] as const
const WATCHED = 3_000

interface Side {
  readonly name: string
  readonly url: string
  readonly key: string
  readonly child: BenchChild<unknown>
}

interface Body {
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, string | number>>
}

interface Figures {
  readonly perSecond: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
  readonly cpuUs: number
}

/** Values of the kind that pictures and embeddings have: seven digits each as JSON. */
function bodyOf(elements: number, isBinary: boolean): Body {
  const values = new Float32Array(elements).map((_, i) => Math.sin(i))
  const input = { name: 'x', datatype: 'FP32', shape: [elements] }
  if (!isBinary) {
    const bytes = Buffer.from(JSON.stringify({ inputs: [{ ...input, data: Array.from(values) }] }))
    return { bytes, headers: { 'content-type': 'application/json', 'content-length': bytes.length } }
  }
  const parameters = { binary_data_size: values.byteLength }
  const json = Buffer.from(
    JSON.stringify({ inputs: [{ ...input, parameters }], parameters: { binary_data_output: true } }),
  )
  const bytes = Buffer.concat([json, Buffer.from(values.buffer)])
  return {
    bytes,
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': bytes.length,
      'inference-header-content-length': json.length,
    },
  }
}

function ask({ url, key }: Side, { bytes, headers }: Body, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const options = { agent, method: 'POST', headers: { ...headers, authorization: `Bearer ${key}` } }
    const call = request(`${url}/v2/models/copy/infer`, options, (response) => {
      let length = 0
      response.on('data', (part: Buffer) => {
        length += part.length
      })
      response.on('end', () =>
        response.statusCode === 200 ? resolve(length) : reject(new Error(`answered ${response.statusCode}`)),
      )
    })
    call.on('error', reject)
    call.end(bytes)
  })
}

async function measure(side: Side, body: Body, requests: number, connections: number): Promise<Figures> {
  using agent = {
    own: new Agent({ keepAlive: true, maxSockets: connections }),
    [Symbol.dispose]: () => agent.own.destroy(),
  }
  const samples: number[] = []
  let left = requests
  const cpuBefore = await cpuOf(side)
  const startedMs = performance.now()
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left-- > 0) {
        const sentMs = performance.now()
        await ask(side, body, agent.own)
        samples.push(performance.now() - sentMs)
      }
    }),
  )
  const tookMs = performance.now() - startedMs
  const cpuUs = ((await cpuOf(side)) - cpuBefore) / samples.length
  samples.sort((a, b) => a - b)
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(samples, share)) as [number, number, number]
  return { perSecond: (samples.length / tookMs) * 1_000, p50, p95, p99, cpuUs }
}

async function cpuOf({ child }: Side): Promise<number> {
  const { userUs, systemUs } = await child.cpu()
  return userUs + systemUs
}

function medianOf(rounds: readonly Figures[]): Figures {
  const of = (key: keyof Figures): number =>
    percentile(
      rounds.map((round) => round[key]).sort((a, b) => a - b),
      0.5,
    )
  return { perSecond: of('perSecond'), p50: of('p50'), p95: of('p95'), p99: of('p99'), cpuUs: of('cpuUs') }
}

tellMachine()
using folder = new ModelFolder()
const model = folder.add('copy', identityModel('float32', ['n']))
await using mesh = await BenchChild.start<{ url: string; key: string }>('gateway-side.ts', [model.path])
await using bare = await BenchChild.start<{ url: string }>('inference-side.ts', [model.path, '1'])
const sides: readonly Side[] = [
  { name: 'gateway', child: mesh, ...mesh.ready },
  { name: 'bare', child: bare, ...bare.ready, key: 'none' },
]
for (const { name: size, elements, requests } of KINDS) {
  for (const form of ['json', 'binary'] as const) {
    const body = bodyOf(elements, form === 'binary')
    for (const connections of CONNECTIONS) {
      const count = requests[connections]
      const rounds = new Map<string, Figures[]>(sides.map((side) => [side.name, []]))
      for (const side of sides) await measure(side, body, Math.ceil(count / 2), connections)
      for (let round = 0; round < ROUNDS; round++) {
        for (const side of sides) rounds.get(side.name)!.push(await measure(side, body, count, connections))
      }
      const [here, base] = sides.map((side) => medianOf(rounds.get(side.name)!)) as [Figures, Figures]
      const rate = (perSecond: number): string => (perSecond < 100 ? perSecond.toFixed(1) : countText(perSecond))
      tell({
        asks: `requests a second, ${size} as ${form}, ${connections} connections`,
        found: `${rate(here.perSecond)}; ${msText(here.p50)} at p50, ${msText(here.p99)} at p99; ${msText(here.cpuUs / 1_000)} of processor at the client's node`,
        baseline: `${rate(base.perSecond)}; ${msText(base.p50)} at p50 by the least server that speaks the same`,
        ratio: here.perSecond / base.perSecond,
      })
    }
    const watched = await mesh.watchProcessor()
    const many = Math.ceil((WATCHED * 784) / elements / (elements > 784 ? 1 / 4 : 1))
    const { cpuUs } = await measure(sides[0]!, body, many, 8)
    printParts(`gateway, ${form}, ${size}`, await watched(), cpuUs)
  }
}
