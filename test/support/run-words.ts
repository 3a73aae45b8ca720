/** A command line run in this process, with what it said. */
import { Writable } from 'node:stream'
import type { Command } from '../../node/cli/frame/command.ts'
import type { Program } from '../../node/cli/frame/program.ts'
import { runProgram } from '../../node/cli/frame/run-program.ts'
import { ManualClock } from './virtual/manual-clock.ts'

export const NETWORKS: string = new URL('../../bootstrap/networks', import.meta.url).pathname

export const programOf = (...commands: readonly Command[]): Program => ({
  name: 'aitbc',
  summary: 'A program for tests.',
  examples: [{ line: 'aitbc greet world', about: 'says hello' }],
  commands,
  networksFolder: NETWORKS,
})

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  readonly terminal?: boolean
  readonly signal?: AbortSignal
  readonly interrupted?: boolean
  /** Instead of taking what is written to standard output. */
  readonly stdoutFails?: NodeJS.ErrnoException
  readonly clock?: ManualClock
}

export async function runWords(
  program: Program,
  words: readonly string[],
  { env = {}, terminal = false, signal, interrupted = false, stdoutFails, clock = new ManualClock() }: RunOptions = {},
): Promise<Said> {
  const out = new Taken(stdoutFails, terminal)
  const err = new Taken(undefined, terminal)
  const controller = new AbortController()
  const code = await runProgram(program, words, {
    stdout: out,
    stderr: err,
    stdin: { isTTY: terminal },
    env,
    clock,
    signal: signal ?? controller.signal,
    wasInterrupted: () => interrupted,
    onReaderGone: () => controller.abort(),
  })
  return { code, out: out.text, err: err.text }
}

class Taken extends Writable {
  readonly isTTY: boolean
  readonly columns = 60
  readonly #fails: Error | null
  text = ''

  constructor(fails: Error | undefined, isTTY: boolean) {
    super()
    this.#fails = fails ?? null
    this.isTTY = isTTY
    this.on('error', () => {})
  }

  override _write(chunk: Buffer, _: string, done: (error?: Error | null) => void): void {
    if (this.#fails === null) this.text += chunk.toString()
    done(this.#fails)
  }
}
