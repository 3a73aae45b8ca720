/**
 * Where the processor time of this process goes: its own thread by a sampling profile, summed by the part of the program that
 * it ran for, its other threads by what the kernel counts.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { type Profiler, Session } from 'node:inspector/promises'

export interface ProcessorParts {
  /** Microseconds of this thread, by part. Sampling makes everything dearer: read the shares. */
  readonly main: Readonly<Record<string, number>>
  /** Microseconds of other threads, by the name that they give themselves. */
  readonly threads: Readonly<Record<string, number>>
}

const SAMPLE_US = 500

/** The first that fits names the part. Native code counts for whoever called it. */
const PARTS: readonly (readonly [pattern: RegExp, part: string])[] = [
  [/hash-wasm|node\/network\/keccak|statements\/(content-root|merkle)/, 'hashing'],
  [/secp256k1|noble|node\/keys/, 'signatures'],
  [/libp2p-noise|noise-crypto|internal\/crypto/, 'encryption'],
  [/turn-writes|yamux|libp2p|uint8array|main-event|multi|node\/network|wire\/session|mortice|race/, 'streams'],
  [/stream_base|node:net|internal\/streams|js_stream|node:buffer|internal\/buffer/, 'sockets'],
  [/node\/engines/, 'engine channel'],
  [/internal\/worker|node\/storage|work\/journal/, 'handing to the journal'],
  [/protocols\/(kernel|wire)|internal\/encoding/, 'messages'],
  [/protocols\/statements/, 'statements'],
  [/node\/events|story/, 'events and stories'],
  [/node\/(client|work|roles|market)|protocols\/rules|event_target|abort/, 'the job itself'],
]
const GC = 'garbage collection'
const OTHER = 'the runtime'

function partOf(url: string): string | undefined {
  return PARTS.find(([pattern]) => pattern.test(url))?.[1]
}

function partsOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Record<string, number> {
  const parents = new Map<number, Profiler.ProfileNode>()
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node)
  const byNode = new Map<number, string | undefined>()
  for (const node of nodes) {
    const { functionName, url } = node.callFrame
    let part = functionName === '(garbage collector)' ? GC : undefined
    if (functionName === '(idle)' || url === 'node:inspector') part = ''
    for (
      let at: Profiler.ProfileNode | undefined = node;
      part === undefined && at !== undefined;
      at = parents.get(at.id)
    )
      part = partOf(at.callFrame.url)
    byNode.set(node.id, part ?? OTHER)
  }
  const parts: Record<string, number> = {}
  for (const [i, id] of samples.entries()) {
    const part = byNode.get(id)
    if (part !== undefined && part !== '') parts[part] = (parts[part] ?? 0) + timeDeltas[i]!
  }
  return parts
}

/** Linux names each thread and counts its nanoseconds; elsewhere nothing is known of other threads. */
function threadUs(): Map<string, readonly [name: string, us: number]> {
  const found = new Map<string, readonly [string, number]>()
  if (process.platform !== 'linux') return found
  for (const thread of readdirSync('/proc/self/task')) {
    if (Number(thread) === process.pid) continue
    try {
      const name = readFileSync(`/proc/self/task/${thread}/comm`, 'utf8').trim()
      const [ns] = readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')
      found.set(thread, [name, Number(ns) / 1_000])
    } catch {
      // It has ended meanwhile.
    }
  }
  return found
}

/** Begins to watch; what it returns ends it. */
export async function watchProcessor(): Promise<() => Promise<ProcessorParts>> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_US })
  await session.post('Profiler.start')
  const before = threadUs()
  return async () => {
    const after = threadUs()
    const { profile } = await session.post('Profiler.stop')
    session.disconnect()
    const threads: Record<string, number> = {}
    for (const [thread, [name, us]] of after) {
      // The profiler's own.
      if (name.startsWith('v8:Prof')) continue
      threads[name] = (threads[name] ?? 0) + us - (before.get(thread)?.[1] ?? 0)
    }
    return { main: partsOf(profile), threads }
  }
}
