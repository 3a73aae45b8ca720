/**
 * A large tensor through a job over TCP against the same bytes on a raw libp2p stream: `npx node test/bench/bulk.ts [MiB]`.
 * Both ways, in turn, with the memory that either side holds at most above what it held before.
 */
import { multiaddr } from '@multiformats/multiaddr'
import { modelId } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import { ModelFolder } from '../support/engines/model-folder.ts'
import { firstByteModel, repeatModel } from '../support/engines/onnx-models.ts'
import { int64Of, tensorOf } from '../support/engines/tensor-of.ts'
import { BenchChild } from './support/child.ts'
import { spread } from './support/distribution.ts'
import { msText, tell, tellMachine } from './support/figures.ts'
import { startMeshSide } from './support/mesh-side.ts'
import { giveRaw, RAW_GIVE, RAW_TAKE, takeRaw } from './support/raw-stream.ts'

const MIB = 1_048_576
const BYTES = Number(process.argv[2] ?? 256) * MIB
const ROUNDS = 5
const SAMPLE_MS = 20

interface Measured {
  readonly tookMs: number
  readonly callerMib: number
  readonly answererMib: number
}

/** The highest resident memory of both sides during `work`, above where they stood. */
async function measured(child: BenchChild<unknown>, work: () => Promise<unknown>): Promise<Measured> {
  globalThis.gc?.()
  const before = { caller: process.memoryUsage.rss(), answerer: child.rssBytes() }
  const top = { ...before }
  const watch = setInterval(() => {
    top.caller = Math.max(top.caller, process.memoryUsage.rss())
    top.answerer = Math.max(top.answerer, child.rssBytes())
  }, SAMPLE_MS)
  const startedMs = performance.now()
  await work().finally(() => clearInterval(watch))
  const tookMs = performance.now() - startedMs
  return {
    tookMs,
    callerMib: (top.caller - before.caller) / MIB,
    answererMib: (top.answerer - before.answerer) / MIB,
  }
}

tellMachine()
using folder = new ModelFolder()
await using raw = await BenchChild.start<{ addresses: readonly string[] }>('raw-side.ts', [String(BYTES)])
const there = multiaddr(raw.ready.addresses[0]!)

const ways = [
  {
    name: 'from the miner',
    model: folder.add('repeat', repeatModel()),
    inputs: [tensorOf('x', 'uint8', [1], Uint8Array.of(7)), int64Of('count', [1], BYTES)],
    raw: async (libp2p: Libp2p) => takeRaw(await libp2p.dialProtocol(there, RAW_GIVE)),
  },
  {
    name: 'to the miner',
    model: folder.add('first', firstByteModel()),
    inputs: [tensorOf('x', 'uint8', [BYTES], new Uint8Array(BYTES).fill(7))],
    raw: async (libp2p: Libp2p) => {
      const stream = await libp2p.dialProtocol(there, RAW_TAKE)
      const taken = takeRaw(stream)
      await giveRaw(stream, BYTES)
      return taken
    },
  },
] as const
type Libp2p = Awaited<ReturnType<typeof startMeshSide>>['client']['mesh']['libp2p']

for (const way of ways) {
  await using mesh = await startMeshSide(way.model.path, 2)
  const { client } = mesh.client
  const wish = {
    model: modelId(way.model.id),
    inputs: way.inputs as readonly Tensor[],
    priceMax: credits(1_000_000),
    deadlineMs: 120_000,
  }
  const rounds: { readonly job: Measured; readonly raw: Measured }[] = []
  for (let round = 0; round <= ROUNDS; round++) {
    const job = await measured(mesh.miner, () => client!.infer(wish))
    const plain = await measured(raw, () => way.raw(mesh.client.mesh.libp2p))
    // The first round dials, and brings code and memory up.
    if (round > 0) rounds.push({ job, raw: plain })
  }
  const of = (figure: (round: (typeof rounds)[number]) => number): number => spread(rounds.map(figure)).median
  const [jobMs, rawMs] = [of(({ job }) => job.tookMs), of(({ raw: { tookMs } }) => tookMs)]
  tell({
    asks: `a job with ${BYTES / MIB} MiB ${way.name}`,
    found: `${msText(jobMs)}, ${(BYTES / 1e6 / (jobMs / 1_000)).toFixed(0)} MB/s`,
    baseline: `${msText(rawMs)} for the same bytes on a raw libp2p stream`,
    ratio: rawMs / jobMs,
    wanted: {
      value: rawMs / jobMs,
      atLeast: 0.8,
      unreached:
        'Each side hashes the tensor with keccak-256, in WebAssembly, on up to four threads beside the event loop; on two cores that work takes the place of the transfer.',
    },
  })
  tell({
    asks: `memory that the same job takes above what was held before, ${way.name}`,
    found: `${of(({ job }) => job.callerMib).toFixed(0)} MiB at the caller, ${of(({ job }) => job.answererMib).toFixed(0)} MiB at the answerer`,
    baseline: `${of(({ raw: plain }) => plain.callerMib).toFixed(0)} and ${of(({ raw: plain }) => plain.answererMib).toFixed(0)} MiB for the raw stream`,
  })
}
