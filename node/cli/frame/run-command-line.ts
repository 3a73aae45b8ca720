/** A program in this process: its streams, its signals, its exit. */
import { EXIT } from '../../../protocols/kernel/error-projections.ts'
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { systemClock } from '../../roles/system-clock.ts'
import { Interrupts } from './interrupts.ts'
import { Output } from './output.ts'
import type { Program } from './program.ts'
import { isGiven, reportError, runProgram } from './run-program.ts'

/** Runs what stands on the command line, and ends the process with its exit code. */
export async function runCommandLine(program: Program): Promise<never> {
  const { stdout, stderr, stdin, env } = process
  const words = process.argv.slice(2)
  // Whoever writes to them hears of it; without this a closed pipe would be an error that nobody caught.
  for (const stream of [stdout, stderr]) stream.on('error', () => {})
  const streams = { stdout, stderr, env, clock: systemClock }
  const talk = new Output({ ...streams, json: isGiven('--json', words), onReaderGone: () => {} })
  const fail = (thrown: unknown): never => {
    const error = thrown instanceof MeshError && thrown.code === 'BUG' ? thrown : strayed(thrown)
    reportError(error, talk, isGiven('--debug', words))
    process.exit(EXIT.bug)
  }
  // Both mean that a promise of ours was lost: what state the rest is in nobody knows.
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  using interrupts = new Interrupts()
  const code = await runProgram(program, words, {
    ...streams,
    stdin,
    signal: interrupts.signal,
    wasInterrupted: () => interrupts.received,
    onReaderGone: () => interrupts.abort(),
  })
  await Promise.all([flushed(stdout), flushed(stderr)])
  // Not by itself: a handle that somebody forgot would keep the process for ever.
  process.exit(code)
}

const strayed = (thrown: unknown): MeshError =>
  new MeshError('BUG', { what: `an error was not caught: ${asMeshError(thrown).message}` }, thrown)

/** Pipes take what is written later than it is written. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((resolve) => {
    stream.write('', () => resolve())
  })
