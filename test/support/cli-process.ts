/** A command line in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
export const AITBC: string = file('../../bootstrap/bin/aitbc.ts')
export const TASKS: string = file('./tasks-program.ts')

export interface CliOptions {
  readonly program?: string
  readonly env?: Readonly<Record<string, string>>
  /** For node itself, before the program. */
  readonly nodeFlags?: readonly string[]
}

export interface CliResult {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export class CliProcess implements AsyncDisposable {
  readonly child: ChildProcess
  #out = ''
  #err = ''
  readonly #closed: Promise<unknown>

  constructor(words: readonly string[], { program = AITBC, env = {}, nodeFlags = [] }: CliOptions = {}) {
    this.child = spawn(process.execPath, [...nodeFlags, program, ...words], {
      // Nothing of the tests' own environment, above all no FORCE_COLOR and no home of a person.
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#out += text
    })
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#err += text
    })
    this.#closed = once(this.child, 'close')
  }

  /** @throws Error where the process ends without having said it on standard output */
  async says(text: string): Promise<void> {
    while (!this.#out.includes(text)) {
      await Promise.race([once(this.child.stdout!, 'data'), this.#closed])
      if (this.child.exitCode !== null && !this.#out.includes(text))
        throw new Error(`it never said ${text}: ${this.#err}`)
    }
  }

  async end(): Promise<CliResult> {
    await this.#closed
    return { code: this.child.exitCode, out: this.#out, err: this.#err }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL')
    await this.#closed
  }
}

/** Runs it to its end. */
export async function cli(words: readonly string[], options?: CliOptions): Promise<CliResult> {
  await using process = new CliProcess(words, options)
  return await process.end()
}
