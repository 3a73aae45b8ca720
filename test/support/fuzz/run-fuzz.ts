/** Starts the process that reads the cases, watches it, and says how a failure is made again. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import type { FuzzLine, FuzzOrder } from './fuzz-child.ts'
import { caseOf } from './target.ts'
import { targetNamed } from './targets.ts'

export type FuzzDone = Extract<FuzzLine, { kind: 'done' }>

export interface FuzzResult {
  readonly done: readonly FuzzDone[]
  /** What failed, with its bytes and the command that reads them again. */
  readonly failure?: string
}

const CHILD = fileURLToPath(new URL('./fuzz-child.ts', import.meta.url))
/**
 * No decoder of the mesh holds on to what it read: what one case leaves behind is gone with it. All decoders with what they are made of take 60
 * to 80 MB before the first case, the more the less the collector gets to run meanwhile.
 */
const NODE_ARGUMENTS = ['--max-old-space-size=144', '--expose-gc']
/** A thousand cases of the slowest target take some seconds on a busy machine. */
const SILENCE_MS_MAX = 30_000

export async function runFuzz(order: FuzzOrder, silenceMs: number = SILENCE_MS_MAX): Promise<FuzzResult> {
  const progress = join(temporaryFolder(), 'case')
  const child = spawn(process.execPath, [...NODE_ARGUMENTS, CHILD, JSON.stringify({ ...order, progress })], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (data: Buffer) => {
    errors = (errors + data.toString()).slice(-2_000)
  })
  let silent = false
  const quiet = (ms: number): NodeJS.Timeout =>
    setTimeout(() => {
      silent = true
      child.kill('SIGKILL')
    }, ms)
  // Until its first word it only starts.
  let timer = quiet(SILENCE_MS_MAX)
  const done: FuzzDone[] = []
  let failure: string | undefined
  const lines = createInterface({ input: child.stdout })
  lines.on('line', (text) => {
    clearTimeout(timer)
    timer = quiet(silenceMs)
    const line = JSON.parse(text) as FuzzLine
    if (line.kind === 'done') done.push(line)
    if (line.kind === 'failed') failure = story(order, line.target, line.index, line.why, line.bytes)
  })
  const [code] = (await Promise.all([once(child, 'close'), once(lines, 'close')]))[0] as [number | null]
  clearTimeout(timer)
  if (failure === undefined && code !== 0) {
    failure = lastCase(
      order,
      progress,
      silent ? `it did not end within ${silenceMs} ms` : `the process died: ${errors}`,
    )
  }
  return failure === undefined ? { done } : { done, failure }
}

/** The case that stood in the file when the process ended, made again from the seed. */
function lastCase(order: FuzzOrder, progress: string, why: string): string {
  const place = readFileSync(progress)
  if (place.length < 8) return `the process said nothing of its first case: ${why}`
  const name = order.targets[place.readUInt32LE(0)]!
  const index = place.readUInt32LE(4)
  return story(order, name, index, why, toHex(caseOf(targetNamed(name), order.seed, index)))
}

function story({ seed }: FuzzOrder, target: string, index: number, why: string, bytes: string): string {
  const again = JSON.stringify({ targets: [target], seed, first: index, cases: 1 })
  return [
    `${target}, case ${index} of seed ${seed}: ${why}`,
    `bytes: ${bytes}`,
    `again: node ${NODE_ARGUMENTS.join(' ')} test/support/fuzz/fuzz-child.ts '${again}'`,
  ].join('\n')
}
