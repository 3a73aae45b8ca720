/**
 * A model from 1, 2 and 4 peers against the same bytes on a raw libp2p stream, and against curl from a local server:
 * `npx node test/bench/transfer.ts [MiB] [rounds]`. Givers and servers are processes of their own, without the pace that `uploadMax` sets;
 * the fetch ends when the whole is on disk and its hash is the id. Rounds take turns; ratios are of one run.
 */
import { execFile } from 'node:child_process'
import { randomFillSync } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { multiaddr } from '@multiformats/multiaddr'
import { ContentStore } from '../../node/content/content-store.ts'
import { fetchContent } from '../../node/content/fetch-content.ts'
import { createCrypto } from '../../node/keys/node-crypto.ts'
import { createMeshNetwork } from '../../node/network-node/create-mesh-network.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { type ModelId, networkId, type PeerId } from '../../protocols/kernel/ids.ts'
import { BenchChild } from './support/child.ts'
import { spread } from './support/distribution.ts'
import { msText, tell, tellDetail, tellMachine } from './support/figures.ts'
import { printParts } from './support/print-parts.ts'
import { watchProcessor } from './support/processor-parts.ts'
import { RAW_GIVE, takeRaw } from './support/raw-stream.ts'

const MIB = 1_048_576
const BYTES = Number(process.argv[2] ?? 1_024) * MIB
const ROUNDS = Number(process.argv[3] ?? 3)
const GIVERS = [1, 2, 4] as const
const SAMPLE_MS = 20

interface Giver {
  readonly id: ModelId
  readonly peer: PeerId
  readonly addresses: readonly string[]
}

interface Measured {
  readonly tookMs: number
  /** Processor of this process, and of all that give. */
  readonly takerCpuMs: number
  readonly giverCpuMs: number
  readonly takerMib: number
  /** The longest time in which the event loop here answered nobody. */
  readonly blockedMs: number
}

async function cpuMsOf(children: readonly BenchChild<unknown>[]): Promise<number> {
  const uses = await Promise.all(children.map((child) => child.cpu()))
  return uses.reduce((sum, { userUs, systemUs }) => sum + (userUs + systemUs) / 1_000, 0)
}

async function measured(children: readonly BenchChild<unknown>[], work: () => Promise<unknown>): Promise<Measured> {
  globalThis.gc?.()
  const [own, givers] = [process.cpuUsage(), await cpuMsOf(children)]
  const before = process.memoryUsage.rss()
  let top = before
  const watch = setInterval(() => {
    top = Math.max(top, process.memoryUsage.rss())
  }, SAMPLE_MS)
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const startedMs = performance.now()
  await work().finally(() => clearInterval(watch))
  const tookMs = performance.now() - startedMs
  delay.disable()
  const { user, system } = process.cpuUsage(own)
  return {
    tookMs,
    takerCpuMs: (user + system) / 1_000,
    giverCpuMs: (await cpuMsOf(children)) - givers,
    takerMib: (top - before) / MIB,
    blockedMs: delay.max / 1e6,
  }
}

function writeRandom(path: string): void {
  const file = openSync(path, 'w')
  const chunk = Buffer.alloc(16 * MIB)
  for (let left = BYTES; left > 0; left -= chunk.length) {
    writeSync(file, randomFillSync(chunk), 0, Math.min(left, chunk.length))
  }
  closeSync(file)
}

tellMachine(`${BYTES / MIB} MiB`)
await using stack = new AsyncDisposableStack()
const folder = mkdtempSync(join(tmpdir(), 'aitbc-bench-'))
stack.defer(() => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'model')
writeRandom(path)

const hasher = await createCrypto()
const network = stack.use(
  await createMeshNetwork(
    { networkId: networkId('local'), key: { kind: 'ephemeral' }, clock: systemClock, random: systemRandom, hasher },
    { listen: ['/ip4/127.0.0.1/tcp/0'] },
  ),
)
const givers = await Promise.all(
  Array.from({ length: Math.max(...GIVERS) }, async () =>
    stack.use(await BenchChild.start<Giver>('giver-side.ts', [path])),
  ),
)
for (const { ready } of givers) await network.connect(ready.peer, ready.addresses)
const raw = stack.use(await BenchChild.start<{ addresses: readonly string[] }>('raw-side.ts', [String(BYTES)]))
const file = stack.use(await BenchChild.start<{ url: string }>('file-side.ts', [path]))

async function fetched(from: readonly BenchChild<Giver>[]): Promise<void> {
  const store = new ContentStore(join(folder, 'content'), { clock: systemClock, hasher, spaceMax: 2 * BYTES })
  const needs = { network, hasher, clock: systemClock, random: systemRandom, store, charge: () => undefined }
  const wish = { model: from[0]!.ready.id, name: 'model', bytesMax: BYTES, from: from.map(({ ready }) => ready.peer) }
  await fetchContent(needs, { ...wish, onlyFrom: true })
  rmSync(join(folder, 'content'), { recursive: true, force: true })
}

const ways = [
  ...GIVERS.map((count) => {
    const from = givers.slice(0, count)
    return { name: `from ${count}`, children: from, run: () => fetched(from) }
  }),
  {
    name: 'raw stream',
    children: [raw],
    run: async () => takeRaw(await network.libp2p.dialProtocol(multiaddr(raw.ready.addresses[0]!), RAW_GIVE)),
  },
  {
    name: 'curl',
    children: [file],
    run: () => promisify(execFile)('curl', ['-sSf', '-o', join(folder, 'curled'), file.ready.url]),
  },
] as const

const rounds = new Map<string, Measured[]>(ways.map(({ name }) => [name, []]))
for (let round = 0; round <= ROUNDS; round++) {
  for (const { name, children, run } of ways) {
    const one = await measured(children, run)
    // The first round brings code and memory up.
    if (round > 0) rounds.get(name)!.push(one)
  }
}
const of = (name: string, figure: (one: Measured) => number): number => spread(rounds.get(name)!.map(figure)).median
const seconds = (name: string): number => of(name, ({ tookMs }) => tookMs) / 1_000
const rate = (name: string): string => `${(BYTES / 1e6 / seconds(name)).toFixed(0)} MB/s`
for (const count of GIVERS) {
  const name = `from ${count}`
  tell({
    asks: `${BYTES / MIB} MiB from ${count} ${count === 1 ? 'peer' : 'peers'}, to a disk and hashed`,
    found: `${rate(name)}; ${of(name, ({ takerCpuMs }) => takerCpuMs / 1_000).toFixed(1)} s of processor at the taker, ${of(name, ({ giverCpuMs }) => giverCpuMs / 1_000).toFixed(1)} s at givers; ${of(name, ({ takerMib }) => takerMib).toFixed(0)} MiB more memory; loop held up ${msText(of(name, ({ blockedMs }) => blockedMs))} at most`,
    baseline: `${rate('raw stream')} on a raw libp2p stream`,
    ratio: seconds('raw stream') / seconds(name),
  })
}
tell({
  asks: `${BYTES / MIB} MiB from 1 peer, to a disk and hashed`,
  found: rate('from 1'),
  baseline: `${rate('curl')} by curl from a local server`,
  ratio: seconds('curl') / seconds('from 1'),
})
const [here, there] = [await watchProcessor(), await givers[0]!.watchProcessor()]
await fetched(givers.slice(0, 1))
tellDetail('where the processor time of a MiB from one peer goes:')
const perMib = (figure: (one: Measured) => number): number => (of('from 1', figure) * 1_000) / (BYTES / MIB)
printParts(
  'taker',
  await here(),
  perMib(({ takerCpuMs }) => takerCpuMs),
)
printParts(
  'giver',
  await there(),
  perMib(({ giverCpuMs }) => giverCpuMs),
)
