/**
 * Reads cases of some targets, in a process of its own: what a decoder may not do would end this process and not the test.
 *
 *     node --max-old-space-size=144 --expose-gc test/support/fuzz/fuzz-child.ts '{"targets":["offer"],"seed":1,"cases":100000}'
 *
 * Prints a JSON line every thousand cases, one for each target that is done, and one for a failure, after which it ends. With
 * `progress`, the number of the running case stands in that file before it is read: for a case that ends the process.
 */
import { openSync, writeSync } from 'node:fs'
import { getHeapStatistics } from 'node:v8'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { MalformedError, UnsupportedError } from '../../../protocols/kernel/cbor-reader.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { caseMsMax, processorMs } from './case-time.ts'
import { faultyTargets } from './faulty-targets.ts'
import { caseOf, type Target } from './target.ts'

export interface FuzzOrder {
  readonly targets: readonly string[]
  readonly seed: number
  readonly cases: number
  /** Number of the first case. */
  readonly first?: number
  readonly progress?: string
}

export type FuzzLine =
  | { readonly kind: 'alive' }
  | {
      readonly kind: 'done'
      readonly target: string
      readonly cases: number
      readonly taken: number
      readonly slowestMs: number
      readonly ms: number
    }
  | {
      readonly kind: 'failed'
      readonly target: string
      readonly index: number
      readonly why: string
      readonly bytes: string
    }

/** Memory outside of the heap that one case may ask for: its own message, copied some times. */
const CASE_OUTSIDE_BYTES_MAX = 16 * 1_048_576
/** And all of them together, within the heap or without, once the garbage is gone. */
const KEPT_BYTES_MAX = 64 * 1_048_576
const LINE_EVERY_CASES = 1_000

const say = (line: FuzzLine): void => void writeSync(1, `${JSON.stringify(line)}\n`)
const outsideBytes = (): number => getHeapStatistics().external_memory
const heapBytes = (): number => getHeapStatistics().used_heap_size

/** What a case did wrong, if it did. `taken` where the decoder read it. */
async function tried(target: Target, bytes: Uint8Array): Promise<{ readonly taken: boolean; readonly why?: string }> {
  try {
    const reading = target.read(bytes)
    if (reading instanceof Promise) await reading
    return { taken: true }
  } catch (error) {
    const lawful =
      error instanceof MalformedError ||
      error instanceof UnsupportedError ||
      (isMeshError(error) && error.fault !== 'bug') ||
      target.mayThrow?.some((kind) => error instanceof kind) === true
    return lawful ? { taken: false } : { taken: false, why: `it threw ${error instanceof Error ? error.stack : error}` }
  }
}

/** A slow case is read again: what this process did meanwhile is not the decoder's fault, and a slow decoder is slow each time. */
async function isSlow(target: Target, bytes: Uint8Array): Promise<boolean> {
  for (let i = 0; i < 3; i++) {
    const startedMs = processorMs()
    await tried(target, bytes)
    if (processorMs() - startedMs < caseMsMax) return false
  }
  return true
}

async function faultOf(target: Target, bytes: Uint8Array): Promise<{ taken: boolean; ms: number; why?: string }> {
  const outsideBefore = outsideBytes()
  const startedMs = performance.now()
  const { taken, why } = await tried(target, bytes)
  const ms = performance.now() - startedMs
  if (why !== undefined) return { taken, ms, why }
  const outside = outsideBytes() - outsideBefore
  if (outside > CASE_OUTSIDE_BYTES_MAX) return { taken, ms, why: `it asked for ${outside} bytes outside of the heap` }
  if (ms >= caseMsMax && (await isSlow(target, bytes)))
    return { taken, ms, why: `it took ${Math.round(ms)} ms, and as long when it was read again` }
  return { taken, ms }
}

async function fuzz(target: Target, order: FuzzOrder, note: (index: number) => void): Promise<boolean> {
  const { seed, cases, first = 0 } = order
  const startedMs = performance.now()
  let taken = 0
  let slowestMs = 0
  const failed = (index: number, bytes: Uint8Array, why: string): false => {
    say({ kind: 'failed', target: target.name, index, why, bytes: toHex(bytes) })
    return false
  }
  say({ kind: 'alive' })
  for (const bytes of target.corpus) await tried(target, bytes)
  globalThis.gc?.()
  const [outsideAtStart, heapAtStart] = [outsideBytes(), heapBytes()]
  const kept = (): number => Math.max(outsideBytes() - outsideAtStart, heapBytes() - heapAtStart)
  for (let index = first; index < first + cases; index++) {
    const bytes = caseOf(target, seed, index)
    note(index)
    const found = await faultOf(target, bytes)
    if (found.why !== undefined) return failed(index, bytes, found.why)
    if (found.taken) taken++
    slowestMs = Math.max(slowestMs, found.ms)
    if (index % LINE_EVERY_CASES !== LINE_EVERY_CASES - 1) continue
    say({ kind: 'alive' })
    if (kept() < KEPT_BYTES_MAX) continue
    globalThis.gc?.()
    if (kept() >= KEPT_BYTES_MAX) return failed(index, bytes, `cases up to this one keep ${kept()} bytes`)
  }
  say({ kind: 'done', target: target.name, cases, taken, slowestMs, ms: performance.now() - startedMs })
  return true
}

/** The faulty ones are told of without the second that it takes to load all others. */
async function targetNamed(name: string): Promise<Target> {
  const faulty = faultyTargets.find((target) => target.name === name)
  return faulty ?? (await import('./targets.ts')).targetNamed(name)
}

async function main(order: FuzzOrder): Promise<void> {
  const file = order.progress === undefined ? undefined : openSync(order.progress, 'w')
  const place = new Uint32Array(2)
  for (const [i, name] of order.targets.entries()) {
    const note = (index: number): void => {
      if (file === undefined) return
      place[0] = i
      place[1] = index
      writeSync(file, place, 0, 8, 0)
    }
    if (!(await fuzz(await targetNamed(name), order, note))) {
      process.exitCode = 1
      return
    }
  }
}

await main(JSON.parse(process.argv[2] ?? '{}') as FuzzOrder)
