/** One engine child process: started confined, spoken to in frames, watched, and ended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Socket } from 'node:net'
import { sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { KernelSet } from '../kernels.ts'
import { CHANNEL_FD, childArguments, childUrl } from './child-arguments.ts'
import { type Confinement, childEnvironment, wrap } from './confinement.ts'
import { deviceEnvironment } from './device-confinement.ts'
import { FrameStream, type ReceivedFrame } from './frame-stream.ts'
import { frameKinds, headBytesOf, padded, payloadBytesOf, type TensorPart, writeHead } from './frames.ts'
import { saysNoMemory } from './no-memory.ts'
import { READY_BYTES_MAX } from './ready.ts'
import { residentBytes } from './resident-memory.ts'

export interface ChildSettings {
  readonly modelPath: string
  readonly threads: number
  /** The processor's unless said. */
  readonly kernels?: KernelSet
  readonly memoryBytesMax: number
  readonly outputBytesMax: number
  readonly confinement: Confinement
  /** Of a child that computes on a card, over what its owner set: which card that is. */
  readonly environment?: Readonly<Record<string, string>>
}

/** How a child ended. `memory` where it held, or asked for, more than it may. */
export interface ChildExit {
  readonly cause: 'memory' | 'crash' | 'killed'
  /** The signal or exit code, in words. */
  readonly how: string
}

/** Below this a frame is put together in one buffer: copying costs less than a second piece for the kernel to gather. */
const GATHER_BYTES_MAX = 32_768
const PADDING = new Uint8Array(8)
/** Enough of the standard error to find an allocator's last words; it is never shown. */
const LAST_WORDS_BYTES = 4_096
/** Above any program of the desktop's: where memory ends, the kernel takes the child first, never the node. */
const OOM_SCORE = '800'

/** Folder of an installed package, as it is found from the module `from`, and the file that is its entry. */
function packageOf(name: string, from: string): { readonly folder: string; readonly entry: string } {
  const entry = createRequire(from).resolve(name)
  return { folder: entry.slice(0, entry.lastIndexOf(`${sep}${name}${sep}`) + name.length + 1), entry }
}

/** All that the child's JavaScript may read; the model is read by native code. */
function readable(): readonly string[] {
  const ours = fileURLToPath(new URL('..', import.meta.url))
  const protocols = fileURLToPath(new URL('../../../protocols', import.meta.url))
  const runtime = packageOf('onnxruntime-node', import.meta.url)
  return [ours, protocols, runtime.folder, packageOf('onnxruntime-common', runtime.entry).folder]
}

/** The command line of a confined child that runs the module `entry`, and may read `entryFolders` too. */
export function childCommand(
  settings: ChildSettings,
  entry: URL = childUrl('main'),
  entryFolders: readonly string[] = [],
): readonly string[] {
  const lifeline = settings.confinement.orphans === 'thread'
  return wrap(settings.confinement, settings.memoryBytesMax, [
    process.execPath,
    '--no-warnings',
    '--permission',
    '--allow-addons',
    ...(lifeline ? ['--allow-worker'] : []),
    ...[...readable(), ...entryFolders].map((folder) => `--allow-fs-read=${folder}`),
    fileURLToPath(entry),
    ...childArguments({ kernels: 'cpu', ...settings, lifeline }),
  ])
}

/** All that a child is told: where a card's driver is, and which card is its own, only where it computes on one. */
export function environmentOf(
  { kernels = 'cpu', environment }: Pick<ChildSettings, 'kernels' | 'environment'>,
  own: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return { ...childEnvironment(), ...(kernels === 'cpu' ? {} : { ...deviceEnvironment(own), ...environment }) }
}

export class EngineChild implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #channel: Socket
  readonly #memoryBytesMax: number
  readonly #exited: Promise<ChildExit>
  #lastWords = ''
  #cause: ChildExit['cause'] | undefined
  #how: string | undefined
  #corked = false
  /** Called for each frame, in order, until the child has ended. */
  onFrame: (frame: ReceivedFrame) => void = () => {}

  private constructor(settings: ChildSettings, child: ChildProcess) {
    this.#process = child
    this.#memoryBytesMax = settings.memoryBytesMax
    this.#channel = child.stdio[CHANNEL_FD] as Socket
    const stream = new FrameStream(Math.max(settings.outputBytesMax + 8 * 64, READY_BYTES_MAX + 8), (frame) =>
      this.onFrame(frame),
    )
    this.#channel.on('data', (chunk: Buffer) => {
      try {
        stream.push(chunk)
      } catch (error) {
        this.kill('crash', `it sent what no frame is: ${error instanceof Error ? error.message : String(error)}`)
      }
    })
    // A child that died cannot be written to; its exit says all about it.
    this.#channel.on('error', () => {})
    child.stderr!.setEncoding('latin1').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS_BYTES)
    })
    this.#exited = new Promise((resolve) => {
      child.once('error', (error) => resolve({ cause: 'crash', how: error.message }))
      // close, not exit: by then all that the child wrote has been read.
      child.once('close', (code, signal) => resolve(this.#exit(code, signal)))
    })
    if (process.platform === 'linux' && child.pid !== undefined) {
      // Without it the node is as likely a victim as the child; where it is not permitted nothing else is lost.
      writeFile(`/proc/${child.pid}/oom_score_adj`, OOM_SCORE).catch(() => {})
    }
  }

  static start(settings: ChildSettings): EngineChild {
    const [file, ...args] = childCommand(settings)
    const child = spawn(file!, args, {
      cwd: '/',
      env: environmentOf(settings, process.env),
      // Standard error, frames, and where the child watches for it the pipe that ends with this process.
      stdio: [
        'ignore',
        'ignore',
        'pipe',
        'pipe',
        ...(settings.confinement.orphans === 'thread' ? ['pipe' as const] : []),
      ],
      windowsHide: true,
      // Ctrl-C goes to all of a terminal's process group: the node ends its children itself, after their jobs.
      detached: process.platform !== 'win32',
    })
    return new EngineChild(settings, child)
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  /** Settles when the process is gone and everything that it wrote was delivered. */
  get exited(): Promise<ChildExit> {
    return this.#exited
  }

  #exit(code: number | null, signal: NodeJS.Signals | null): ChildExit {
    const how = this.#how ?? (signal === null ? `exit code ${code}` : signal)
    if (this.#cause !== undefined) return { cause: this.#cause, how }
    return { cause: saysNoMemory(this.#lastWords) ? 'memory' : 'crash', how }
  }

  /** Ends the process at once; `cause` is what {@link exited} will say. */
  kill(cause: ChildExit['cause'], how?: string): void {
    this.#cause ??= cause
    this.#how ??= how
    this.#process.kill('SIGKILL')
  }

  /** Ends the process if it holds more memory than it may. Returns what it holds; `undefined` where it is gone. */
  async watchMemory(): Promise<number | undefined> {
    const { pid } = this.#process
    const bytes = pid === undefined ? undefined : await residentBytes(pid)
    if (bytes !== undefined && bytes > this.#memoryBytesMax) this.kill('memory')
    return bytes
  }

  /**
   * Sends one run. Small ones are copied, so that requests of one turn of the event loop leave in one write; large tensors
   * are written from where they lie, which must not change until the answer is there.
   */
  run(call: number, inputs: readonly Tensor[], parts: readonly TensorPart[]): void {
    if (!this.#corked) {
      this.#corked = true
      this.#channel.cork()
      // A tick would come after the microtasks, in which answers are made: the engine would stand still for as long.
      queueMicrotask(() => {
        this.#corked = false
        this.#channel.uncork()
      })
    }
    const headBytes = headBytesOf(parts)
    const payloadBytes = payloadBytesOf(parts)
    const gathered = headBytes + payloadBytes <= GATHER_BYTES_MAX
    const buffer = new Uint8Array(gathered ? headBytes + payloadBytes : headBytes)
    writeHead(new DataView(buffer.buffer), 0, frameKinds.run, call, 0, parts, payloadBytes)
    let at = headBytes
    if (gathered) {
      for (const input of inputs) {
        buffer.set(input.data, at)
        at += padded(input.byteLength)
      }
    }
    this.#channel.write(buffer)
    if (gathered) return
    for (const input of inputs) {
      this.#channel.write(input.data)
      const padding = padded(input.byteLength) - input.byteLength
      if (padding > 0) this.#channel.write(PADDING.subarray(0, padding))
    }
  }

  /** A child holds nothing that is worth a farewell. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill('killed')
    await this.#exited
  }
}
