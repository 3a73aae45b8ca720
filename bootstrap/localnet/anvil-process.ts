/** The program of a development chain as a child process, which does not outlive this one. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { moduleBeside } from '../../node/module-beside.ts'
import { systemClock } from '../../node/roles/system-clock.ts'

/** It ends at once; what it holds is kept before. */
const STOP_MS_MAX = 5_000
/** Enough of its last words to say why it ended. */
const LAST_WORDS_CHARS = 2_000

export class AnvilProcess {
  readonly ended: Promise<void>
  readonly #child: ChildProcess
  #lastWords = ''
  #hasEnded = false

  constructor(binary: string, args: readonly string[], orphans: 'signal' | 'lifeline') {
    const lifeline = fileURLToPath(moduleBeside(import.meta.url, './chain-lifeline'))
    const [file, ...rest] =
      orphans === 'signal'
        ? [...DEATH_SIGNAL, binary, ...args]
        : [process.execPath, '--no-warnings', lifeline, binary, ...args]
    this.#child = spawn(file!, rest, {
      stdio: [orphans === 'signal' ? 'ignore' : 'pipe', 'ignore', 'pipe'],
      env: environment(),
      windowsHide: true,
      // Ctrl-C goes to all of a terminal's process group: nodes that still settle need their chain.
      detached: process.platform !== 'win32',
    })
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS_CHARS)
    })
    this.#child.stdin?.on('error', () => {})
    this.ended = new Promise<void>((resolve) => {
      this.#child.once('error', ({ message }) => {
        this.#lastWords = message
        resolve()
      })
      this.#child.once('close', () => resolve())
    }).then(() => {
      this.#hasEnded = true
    })
  }

  /** Nobody waits for it: a process that ends takes it along, by the means it was started with. */
  letGo(): void {
    this.#child.unref()
    for (const stream of [this.#child.stdin, this.#child.stderr]) (stream as Socket | null)?.unref()
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get hasEnded(): boolean {
    return this.#hasEnded
  }

  get lastWords(): string {
    return this.#lastWords
      .replaceAll(/\s+/g, ' ')
      .replace(/^Error: /, '')
      .trim()
  }

  async stop(): Promise<void> {
    this.#child.ref()
    this.#child.kill('SIGTERM')
    const timer = systemClock.after(STOP_MS_MAX, () => this.#child.kill('SIGKILL'))
    await this.ended
    timer.cancel()
  }
}

const DEATH_SIGNAL = ['setpriv', '--pdeathsig', 'TERM', '--'] as const

/** The kernel signals children of a process that ends, however it ends. */
export async function canSignalOrphans(): Promise<boolean> {
  if (process.platform !== 'linux') return false
  try {
    const [file, ...args] = DEATH_SIGNAL
    await promisify(execFile)(file, [...args, 'true'], { timeout: STOP_MS_MAX, env: environment() })
    return true
  } catch {
    // Not installed.
    return false
  }
}

/** Nothing of this process's: variables could give it another configuration. */
function environment(): Record<string, string> {
  if (process.platform !== 'win32') return { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }
  return { SystemRoot: process.env.SystemRoot ?? 'C:\\Windows' }
}
