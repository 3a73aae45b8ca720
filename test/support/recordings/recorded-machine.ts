/** A machine that says what a real one once said: tools answer from recordings, files hold what was read from the kernel. */
import { readFileSync } from 'node:fs'
import type { Machine, ToolOptions, ToolOutcome, WriteOutcome } from '../../../node/gpu/machine.ts'
import { abortError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import { ManualClock } from '../virtual/manual-clock.ts'

/** `hangs` until it is killed; `floods` until it is killed for that. */
export type ToolBehaviour =
  | { readonly stdout?: string; readonly stderr?: string; readonly code?: number }
  | 'hangs'
  | 'floods'
  | 'absent'

/** A text is what the tool prints whatever it is asked; a function may answer by the arguments. */
export type RecordedTool = string | ToolBehaviour | ((args: readonly string[]) => string | ToolBehaviour)

export interface Recording {
  readonly platform?: Machine['platform']
  /** By the names under which back ends run them. */
  readonly tools?: Readonly<Record<string, RecordedTool>>
  /** Absolute paths. Folders follow from them. */
  readonly files?: Readonly<Record<string, string>>
  /** What becomes of a write to a file that is there; it holds what was written where this says so. */
  readonly writes?: (path: string) => WriteOutcome
  /** Absolute path of a symbolic link, and where it leads; absolute too. What lies behind a link to a folder is found under both. */
  readonly links?: Readonly<Record<string, string>>
  /** Of those that the program can do without; all where absent. */
  readonly packages?: readonly string[]
}

/** As the port promises. */
const FILE_CHARS_MAX = 65_536

export class RecordedMachine implements Machine {
  readonly platform: Machine['platform']
  readonly clock: ManualClock
  /** What was run, as on a command line. */
  readonly runs: string[] = []
  readonly #recording: Recording
  /** Over what was recorded. */
  readonly #written = new Map<string, string>()

  constructor(recording: Recording, clock = new ManualClock()) {
    this.#recording = recording
    this.clock = clock
    this.platform = recording.platform ?? 'linux'
  }

  async run(tool: string, args: readonly string[], options: ToolOptions): Promise<ToolOutcome> {
    throwIfAborted(options.signal)
    const recorded = this.#recording.tools?.[tool]
    this.runs.push([tool, ...args].join(' '))
    const said = typeof recorded === 'function' ? recorded(args) : recorded
    const behaviour = typeof said === 'string' && !isWord(said) ? { stdout: said } : (said ?? 'absent')
    if (behaviour === 'absent') return { kind: 'absent' }
    if (behaviour === 'hangs') return this.#hang(options)
    if (behaviour === 'floods') return { kind: 'killed', why: 'output', stderr: '' }
    const { stdout = '', stderr = '', code = 0 } = behaviour as Exclude<ToolBehaviour, string>
    if (Buffer.byteLength(stdout) > options.outputBytesMax) return { kind: 'killed', why: 'output', stderr }
    return { kind: 'ended', code, stdout, stderr }
  }

  async readText(path: string): Promise<string | undefined> {
    const { files = {} } = this.#recording
    const target = this.#resolved(path)
    return (this.#written.get(target) ?? files[target])?.slice(0, FILE_CHARS_MAX)
  }

  async writeText(path: string, text: string): Promise<WriteOutcome> {
    const { files = {}, writes = () => 'written' as const } = this.#recording
    const target = this.#resolved(path)
    if (!Object.hasOwn(files, target)) return 'absent'
    const outcome = writes(target)
    if (outcome === 'written') this.#written.set(target, text)
    return outcome
  }

  async list(folder: string): Promise<readonly string[]> {
    const { files = {}, links = {} } = this.#recording
    const under = `${this.#resolved(folder).replace(/\/$/, '')}/`
    const names = [...Object.keys(files), ...Object.keys(links)]
      .filter((path) => path.startsWith(under))
      .map((path) => path.slice(under.length).split('/')[0]!)
    return [...new Set(names)].sort()
  }

  hasPackage(name: string): boolean {
    return this.#recording.packages?.includes(name) ?? true
  }

  /** `work` as it settles, while virtual time goes by: hung tools are killed at their deadlines. */
  async passing<T>(work: Promise<T>): Promise<T> {
    let isOver = false
    const ended = work.finally(() => {
      isOver = true
    })
    ended.catch(() => undefined)
    for (let passedMs = 0; !isOver && passedMs < PASSING_MS_MAX; passedMs += STEP_MS) {
      // All that is due without time passing happens first.
      for (let turn = 0; turn < 5 && !isOver; turn++) await new Promise((resolve) => setImmediate(resolve))
      if (!isOver) this.clock.advance(STEP_MS)
    }
    return ended
  }

  #resolved(path: string): string {
    const links = Object.entries(this.#recording.links ?? {})
    // A link may lead to another; a circle ends somewhere.
    for (let hop = 0; hop < 8; hop++) {
      const link = links.find(([from]) => path === from || path.startsWith(`${from}/`))
      if (link === undefined) break
      path = `${link[1]}${path.slice(link[0].length)}`
    }
    return path
  }

  #hang({ deadlineMs, signal }: ToolOptions): Promise<ToolOutcome> {
    return new Promise((resolve, reject) => {
      const timer = this.clock.after(deadlineMs, () => resolve({ kind: 'killed', why: 'deadline', stderr: '' }))
      signal?.addEventListener(
        'abort',
        () => {
          timer.cancel()
          reject(signal.reason instanceof MeshError ? signal.reason : abortError(signal))
        },
        { once: true },
      )
    })
  }
}

const STEP_MS = 50
/** Virtual: nothing that looks at cards takes longer. */
const PASSING_MS_MAX = 120_000

const isWord = (said: string): said is 'hangs' | 'floods' | 'absent' =>
  said === 'hangs' || said === 'floods' || said === 'absent'

/** Text of a file under `test/data/gpu-tools`. */
export const recorded = (file: string): string =>
  readFileSync(new URL(`../../data/gpu-tools/${file}`, import.meta.url), 'utf8')
