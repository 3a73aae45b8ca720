/**
 * What a call costs on the wire, between two processes on this machine over TCP, noise and yamux, beside what everybody knows:
 * small calls against node:http with keep-alive and against fetch, bulk against a raw libp2p stream, all in one run.
 *
 *   node test/bench/stream.ts [--seconds 2] [--rounds 3] [--bulk-mib 256] [--in-flight 1,32] [--only mesh|http|fetch|bulk]
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import type { Stream } from '@libp2p/interface'
import { multiaddr } from '@multiformats/multiaddr'
import { createCrypto } from '../../node/keys/node-crypto.ts'
import type { Libp2pNetwork } from '../../node/network/libp2p-network.ts'
import { createMeshNetwork } from '../../node/network-node/create-mesh-network.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { bytes } from '../../protocols/kernel/codec.ts'
import { networkId, type PeerId, peerId } from '../../protocols/kernel/ids.ts'
import { SLICE_BYTES_MAX } from '../../protocols/kernel/limits.ts'
import type { Protocol } from '../../protocols/kernel/protocol.ts'
import { percentile, spread } from './support/distribution.ts'
import { countText, msText, tell, tellMachine } from './support/figures.ts'

const REQUEST_BYTES = 3_072
const ANSWER_BYTES = 100
const RAW = '/bench/raw/1'
const MIB = 1_048_576

const echo: Protocol<Uint8Array, Uint8Array> = {
  name: 'bench',
  major: 1,
  request: bytes(SLICE_BYTES_MAX),
  response: bytes(SLICE_BYTES_MAX),
  limits: { inFlightPerPeerMax: 1_024, callsPerSecondMax: 1_000_000, requestsMax: 1_000_000, responsesMax: 1_000_000 },
  timeouts: { firstResponseMs: 60_000, betweenMs: 60_000 },
}

interface Served {
  readonly peer: PeerId
  readonly addresses: readonly string[]
  readonly httpPort: number
}

const network = async (listen: readonly string[]): Promise<Libp2pNetwork> =>
  createMeshNetwork(
    {
      networkId: networkId('bench'),
      key: { kind: 'ephemeral' },
      clock: systemClock,
      random: systemRandom,
      hasher: await createCrypto(),
      report: (error) => console.error(error),
    },
    { listen },
  )

/** The other process: answers small calls, and counts what bulk brings. */
async function serve(): Promise<void> {
  const mesh = await network(['/ip4/127.0.0.1/tcp/0'])
  mesh.serve(echo, async function* (first, more) {
    if (first.length > 0) {
      yield first.subarray(0, ANSWER_BYTES)
      return
    }
    let total = 0
    for await (const slice of more) total += slice.length
    yield new TextEncoder().encode(String(total))
  })
  await mesh.libp2p.handle(RAW, countRaw)
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => response.end(Buffer.concat(chunks).subarray(0, ANSWER_BYTES)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const served: Served = {
    peer: mesh.self,
    addresses: mesh.addresses(),
    httpPort: (server.address() as AddressInfo).port,
  }
  process.on('message', () => process.send?.({ cpuUs: cpuUs() }))
  process.send?.(served)
  process.on('disconnect', () => process.exit())
}

function countRaw(stream: Stream): void {
  let total = 0
  stream.addEventListener('message', ({ data }) => {
    total += data.byteLength
  })
  stream.addEventListener('remoteCloseWrite', () => {
    stream.send(new TextEncoder().encode(String(total)))
    void stream.close()
  })
}

type Once = () => Promise<void>

/** User and system time of this process so far: unlike the clock, it does not count what else the machine does. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}

async function cpuUsOf(child: ChildProcess): Promise<number> {
  child.send('cpu')
  const [{ cpuUs: theirs }] = (await once(child, 'message')) as [{ cpuUs: number }]
  return theirs
}

function meshCall(mesh: Libp2pNetwork, peer: PeerId): Once {
  const request = new Uint8Array(REQUEST_BYTES)
  return async () => {
    for await (const answer of mesh.call(peer, echo, request)) expect(answer.length, ANSWER_BYTES)
  }
}

function httpCall(port: number): Once {
  const agent = new http.Agent({ keepAlive: true })
  const body = Buffer.alloc(REQUEST_BYTES)
  return () =>
    new Promise((resolve, reject) => {
      const request = http.request({ port, host: '127.0.0.1', method: 'POST', agent }, (response) => {
        let length = 0
        response.on('data', (chunk: Buffer) => {
          length += chunk.length
        })
        response.on('end', () => {
          expect(length, ANSWER_BYTES)
          resolve()
        })
      })
      request.on('error', reject)
      request.end(body)
    })
}

function fetchCall(port: number): Once {
  const body = Buffer.alloc(REQUEST_BYTES)
  return async () => {
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body })
    expect((await response.arrayBuffer()).byteLength, ANSWER_BYTES)
  }
}

interface Measured {
  readonly callerCpuUs: number
  readonly answererCpuUs: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

async function measure(child: ChildProcess, call: Once, inFlight: number, seconds: number): Promise<Measured> {
  const takenMs: number[] = []
  const before = [cpuUs(), await cpuUsOf(child)] as const
  const startedAt = performance.now()
  const until = startedAt + seconds * 1_000
  const lane = async (): Promise<void> => {
    for (let at = performance.now(); at < until; ) {
      await call()
      const now = performance.now()
      takenMs.push(now - at)
      at = now
    }
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
  const elapsedMs = performance.now() - startedAt
  const callerCpuUs = cpuUs() - before[0]
  const answererCpuUs = (await cpuUsOf(child)) - before[1]
  takenMs.sort((a, b) => a - b)
  return {
    callerCpuUs: callerCpuUs / takenMs.length,
    answererCpuUs: answererCpuUs / takenMs.length,
    perSecond: (takenMs.length / elapsedMs) * 1_000,
    p50Ms: percentile(takenMs, 0.5),
    p99Ms: percentile(takenMs, 0.99),
  }
}

/** MiB per second of one upload through a call with a stream of its own. */
async function bulkCall(mesh: Libp2pNetwork, peer: PeerId, mib: number): Promise<number> {
  const slice = new Uint8Array(SLICE_BYTES_MAX - 16)
  const slices = Math.ceil((mib * MIB) / slice.length)
  async function* upload(): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(0)
    for (let i = 0; i < slices; i++) yield slice
  }
  const startedAt = performance.now()
  for await (const answer of mesh.call(peer, echo, upload(), { bulk: true }))
    expect(Number(new TextDecoder().decode(answer)), slices * slice.length)
  return (slices * slice.length) / MIB / ((performance.now() - startedAt) / 1_000)
}

/** The same bytes through a libp2p stream with nothing on it. */
async function bulkRaw(mesh: Libp2pNetwork, served: Served, mib: number): Promise<number> {
  const slice = new Uint8Array(SLICE_BYTES_MAX - 16)
  const slices = Math.ceil((mib * MIB) / slice.length)
  const stream = await mesh.libp2p.dialProtocol(multiaddr(served.addresses[0]!), RAW)
  const answered = Promise.withResolvers<number>()
  stream.addEventListener('message', ({ data }) => answered.resolve(Number(new TextDecoder().decode(data.subarray()))))
  const startedAt = performance.now()
  for (let i = 0; i < slices; i++) if (!stream.send(slice)) await drained(stream)
  await stream.close()
  expect(await answered.promise, slices * slice.length)
  return (slices * slice.length) / MIB / ((performance.now() - startedAt) / 1_000)
}

const drained = (stream: Stream): Promise<void> =>
  new Promise((resolve) => {
    if (!stream.writableNeedsDrain) resolve()
    else stream.addEventListener('drain', () => resolve(), { once: true })
  })

function expect(given: number, wanted: number): void {
  if (given !== wanted) throw new Error(`${given} instead of ${wanted}`)
}

function reportSmall(inFlight: number, measuredBy: (name: string) => readonly Measured[] | undefined): void {
  const [mesh, ...others] = ['mesh', 'http', 'fetch'].map(measuredBy)
  if (mesh === undefined) return
  const of = (all: readonly Measured[], key: keyof Measured): number => spread(all.map((each) => each[key])).median
  for (const [i, name] of ['node:http', 'fetch'].entries()) {
    const other = others[i]
    if (other === undefined) continue
    tell({
      asks: `small calls a second, ${REQUEST_BYTES / 1_024} KB up and ${ANSWER_BYTES} bytes down, ${inFlight} in flight`,
      found: `${countText(of(mesh, 'perSecond'))}; ${msText(of(mesh, 'p50Ms'))} at p50, ${msText(of(mesh, 'p99Ms'))} at p99; ${of(mesh, 'callerCpuUs').toFixed(0)} + ${of(mesh, 'answererCpuUs').toFixed(0)} µs of processor`,
      baseline: `${countText(of(other, 'perSecond'))}; ${msText(of(other, 'p50Ms'))} at p50 by ${name}`,
      ratio: of(mesh, 'perSecond') / of(other, 'perSecond'),
    })
  }
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '3' },
      'bulk-mib': { type: 'string', default: '256' },
      'in-flight': { type: 'string', default: '1,32' },
      only: { type: 'string' },
    },
  })
  const [seconds, rounds, mib] = [Number(values.seconds), Number(values.rounds), Number(values['bulk-mib'])]
  tellMachine(`${rounds} rounds`)
  const inFlights = values['in-flight'].split(',').map(Number)
  const samples = new Map<string, Measured[]>()
  const bulk: { call: number; raw: number }[] = []
  const child: ChildProcess = fork(import.meta.filename, ['serve'])
  const [message] = (await once(child, 'message')) as [Served]
  const served = { ...message, peer: peerId(message.peer) }
  await using mesh = await network([])
  await mesh.connect(served.peer, served.addresses)
  const small: Record<string, Once> = {
    mesh: meshCall(mesh, served.peer),
    http: httpCall(served.httpPort),
    fetch: fetchCall(served.httpPort),
  }
  const wanted = (name: string): boolean => values.only === undefined || values.only === name
  for (const call of Object.values(small)) await measure(child, call, 8, 0.5)
  for (let round = 1; round <= rounds; round++) {
    for (const inFlight of inFlights) {
      for (const [name, call] of Object.entries(small)) {
        if (!wanted(name)) continue
        const key = `${name} ${inFlight}`
        samples.set(key, [...(samples.get(key) ?? []), await measure(child, call, inFlight, seconds)])
      }
    }
    if (mib === 0 || !wanted('bulk')) continue
    const raw = await bulkRaw(mesh, served, mib)
    bulk.push({ raw, call: await bulkCall(mesh, served.peer, mib) })
  }
  for (const inFlight of inFlights) reportSmall(inFlight, (name) => samples.get(`${name} ${inFlight}`))
  if (bulk.length > 0) {
    const [call, raw] = [spread(bulk.map((each) => each.call)).median, spread(bulk.map((each) => each.raw)).median]
    tell({
      asks: `${mib} MiB up through a call with a stream of its own`,
      found: `${call.toFixed(0)} MiB/s`,
      baseline: `${raw.toFixed(0)} MiB/s on a raw libp2p stream`,
      ratio: call / raw,
    })
  }
  child.disconnect()
}

await (process.argv[2] === 'serve' ? serve() : main())
