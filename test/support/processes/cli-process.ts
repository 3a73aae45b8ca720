/** A command line in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
export const AITBC: string = file('../../../bootstrap/bin/aitbc.ts')
export const TASKS: string = file('./tasks-program.ts')
/** Compiled code, kept between tests: each has a home of its own, and would compile all of it again, which took a quarter of their time. */
const COMPILED: string = file('../../../node_modules/.cache/aitbc-compiled')
/** What it takes to note the codes of its errors (made-codes/record-made-codes.ts). */
const { MADE_CODES, NODE_OPTIONS } = process.env
const RECORDING = MADE_CODES === undefined ? {} : { MADE_CODES, NODE_OPTIONS }

export interface CliOptions {
  readonly program?: string
  readonly env?: Readonly<Record<string, string>>
  /** Where it runs; here where absent. */
  readonly folder?: string
  /** What is piped in; nothing where absent. */
  readonly input?: string
  /** As a shell starts it on a terminal: Ctrl-C there reaches all processes of its group. */
  readonly ownGroup?: boolean
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

  constructor(words: readonly string[], options: CliOptions = {}) {
    const { program = AITBC, env = {}, nodeFlags = [], ownGroup = false, folder, input } = options
    this.child = spawn(process.execPath, [...nodeFlags, program, ...words], {
      // Nothing of the tests' own environment, above all no FORCE_COLOR and no home of a person. Networks of one name that run
      // side by side on this machine would find each other.
      env: { PATH: process.env.PATH, AITBC_LAN_DISCOVERY: 'off', NODE_COMPILE_CACHE: COMPILED, ...RECORDING, ...env },
      detached: ownGroup,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(folder === undefined ? {} : { cwd: folder }),
    })
    this.child.stdin?.end(input)
    this.child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#out += text
    })
    this.child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#err += text
    })
    this.#closed = once(this.child, 'close')
  }

  /** Of a process that was started with `ownGroup`. */
  ctrlC(): void {
    process.kill(-this.child.pid!, 'SIGINT')
  }

  /** What it said so far. */
  get said(): { readonly out: string; readonly err: string } {
    return { out: this.#out, err: this.#err }
  }

  /** @throws Error where the process ends without having said it on standard output */
  says(text: string): Promise<void> {
    return this.#says(text, this.child.stdout!, () => this.#out)
  }

  /** The same of standard error. */
  talksOf(text: string): Promise<void> {
    return this.#says(text, this.child.stderr!, () => this.#err)
  }

  async #says(text: string, stream: NodeJS.EventEmitter, said: () => string): Promise<void> {
    while (!said().includes(text)) {
      await Promise.race([once(stream, 'data'), this.#closed])
      if (this.child.exitCode !== null && !said().includes(text))
        throw new Error(`it never said ${text}: ${this.#out}${this.#err}`)
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

/** `joining the network: 1 s`, which only a machine that has much to do shows. */
export const isProgress = (line: string): boolean => /^\p{Ll}.*(: .*\d (s|min)( left)?| …)$/u.test(line)

/** Of what a command said on standard error all but how far it was. */
export const withoutProgress = (result: CliResult): CliResult => ({
  ...result,
  err: result.err
    .split('\n')
    .filter((line) => !isProgress(line))
    .join('\n'),
})
