/** One run of a tool that may hang, flood, start helpers of its own, or be stuck in the driver where no signal reaches it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { abortError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { ToolOptions, ToolOutcome } from './machine.ts'
import { toolEnvironment } from './tool-environment.ts'

export interface ToolNeeds {
  readonly clock: Clock
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface ToolRun {
  /** @throws MeshError CANCELLED */
  readonly outcome: Promise<ToolOutcome>
  /** Settles when the process is gone, which may be long after the outcome, or never. */
  readonly gone: Promise<void>
}

/** A killed process is gone within milliseconds, unless it sleeps in the kernel; nobody waits for one that does. */
const KILL_GRACE_MS = 500

/** Starts the program at `path`. What it starts is in its process group, and killed with it. */
export function runTool(path: string, args: readonly string[], options: ToolOptions, needs: ToolNeeds): ToolRun {
  throwIfAborted(options.signal)
  const child = start(path, args, needs)
  if (child instanceof Error) return { outcome: Promise.resolve(notStarted(child)), gone: Promise.resolve() }
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => resolve())
    child.once('error', () => resolve())
  })
  return { outcome: outcomeOf(child, options, needs.clock), gone }
}

function start(path: string, args: readonly string[], { env }: ToolNeeds): ChildProcess | Error {
  try {
    return spawn(path, args, {
      cwd: process.platform === 'win32' ? undefined : '/',
      env: toolEnvironment(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own, so that all of it can be killed at once.
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
  } catch (error) {
    return error as Error
  }
}

type Verdict = 'deadline' | 'output' | 'cancelled' | 'enough'

function outcomeOf(child: ChildProcess, options: ToolOptions, clock: Clock): Promise<ToolOutcome> {
  const { signal, outputBytesMax, deadlineMs } = options
  const { promise, resolve, reject } = Promise.withResolvers<ToolOutcome>()
  const out = new CappedText(outputBytesMax, () => end('output'))
  const err = new CappedText(outputBytesMax, () => end('output'))
  let verdict: Verdict | undefined
  let exit: { readonly code: number | null } | undefined
  const settle = (): void => {
    deadline.cancel()
    signal?.removeEventListener('abort', cancel)
    grace?.cancel()
    child.stdout?.destroy()
    child.stderr?.destroy()
    // It may sleep in the driver for ever; this program need not stay up for it.
    child.unref()
    if (verdict === 'cancelled') reject(abortError(signal!))
    else if (verdict === 'enough') resolve({ kind: 'ended', code: 0, stdout: out.text, stderr: err.text })
    else if (verdict !== undefined) resolve({ kind: 'killed', why: verdict, stderr: err.text })
    else if (exit?.code == null) resolve({ kind: 'killed', why: 'signal', stderr: err.text })
    else resolve({ kind: 'ended', code: exit.code, stdout: out.text, stderr: err.text })
  }
  let grace: ReturnType<Clock['after']> | undefined
  const end = (why: Verdict): void => {
    if (verdict !== undefined) return
    // The tool itself had ended, and only something that it left behind holds its output open: what it said counts.
    if (exit === undefined || why !== 'deadline') verdict = why
    killAll(child)
    grace ??= clock.after(KILL_GRACE_MS, settle)
  }
  const cancel = (): void => end('cancelled')
  const deadline = clock.after(deadlineMs, () => end('deadline'))
  signal?.addEventListener('abort', cancel, { once: true })
  child.stdout?.on('data', (bytes: Buffer) => {
    out.take(bytes)
    if (verdict === undefined && options.isEnough?.(out.text) === true) end('enough')
  })
  child.stderr?.on('data', (bytes: Buffer) => err.take(bytes))
  child.once('error', (error) => {
    resolve(notStarted(error))
    settle()
  })
  child.once('exit', (code) => {
    exit = { code }
  })
  child.once('close', settle)
  return promise
}

/** As shells say it where a file is there and is no program. */
const NOT_EXECUTABLE = 126

function notStarted(error: NodeJS.ErrnoException): ToolOutcome {
  if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'EPERM') return { kind: 'absent' }
  return { kind: 'ended', code: NOT_EXECUTABLE, stdout: '', stderr: error.message }
}

function killAll(child: ChildProcess): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') {
      spawn('taskkill.exe', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true })
        .on('error', () => child.kill('SIGKILL'))
        .unref()
    } else process.kill(-child.pid, 'SIGKILL')
  } catch {
    // Gone between the question and the signal.
    child.kill('SIGKILL')
  }
}

class CappedText {
  readonly #bytesMax: number
  readonly #onFull: () => void
  readonly #chunks: Buffer[] = []
  #bytes = 0

  constructor(bytesMax: number, onFull: () => void) {
    this.#bytesMax = bytesMax
    this.#onFull = onFull
  }

  take(bytes: Buffer): void {
    const room = this.#bytesMax - this.#bytes
    if (room > 0) this.#chunks.push(bytes.subarray(0, room))
    this.#bytes += bytes.length
    if (this.#bytes > this.#bytesMax) this.#onFull()
  }

  get text(): string {
    return new TextDecoder().decode(Buffer.concat(this.#chunks))
  }
}
