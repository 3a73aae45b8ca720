/** The machine that this program runs on, as back ends see it. */
import { createRequire } from 'node:module'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { findTool } from './find-tool.ts'
import { KernelFiles } from './kernel-files.ts'
import type { Machine, ToolOptions, ToolOutcome, WriteOutcome } from './machine.ts'
import { runTool } from './run-tool.ts'

const platforms = ['linux', 'darwin', 'win32', 'android'] as const

export class SystemMachine implements Machine {
  readonly clock: Clock
  readonly platform: Machine['platform']
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #files: KernelFiles
  /** Programs of which a killed process is still there: as many as there are tools. */
  readonly #stuck = new Set<string>()

  constructor(clock: Clock, env: Readonly<Record<string, string | undefined>> = process.env) {
    this.clock = clock
    this.#env = env
    this.#files = new KernelFiles(clock)
    this.platform = platforms.find((platform) => platform === process.platform) ?? 'other'
  }

  async run(tool: string, args: readonly string[], options: ToolOptions): Promise<ToolOutcome> {
    const path = await findTool(tool, { platform: process.platform, env: this.#env })
    if (path === undefined) return { kind: 'absent' }
    // A process that sleeps in a driver cannot be killed: a second one would join it, and one more every ten seconds.
    if (this.#stuck.has(path)) return { kind: 'killed', why: 'deadline', stderr: `an earlier ${tool} still hangs` }
    const run = runTool(path, args, options, { clock: this.clock, env: this.#env })
    let isGone = false
    run.gone.then(() => {
      isGone = true
      this.#stuck.delete(path)
    })
    try {
      return await run.outcome
    } finally {
      if (!isGone) this.#stuck.add(path)
    }
  }

  readText(path: string): Promise<string | undefined> {
    return this.#files.readText(path)
  }

  writeText(path: string, text: string): Promise<WriteOutcome> {
    return this.#files.writeText(path, text)
  }

  list(folder: string): Promise<readonly string[]> {
    return this.#files.list(folder)
  }

  hasPackage(name: string): boolean {
    try {
      createRequire(import.meta.url).resolve(name)
      return true
    } catch (error) {
      // What is there and cannot be had this way is there.
      return (error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND'
    }
  }
}
