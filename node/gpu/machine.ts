/** The machine as the back ends see it: tools that can be run, files that can be read. A recording stands in for it in tests. */
import type { Clock } from '../../protocols/kernel/ports.ts'

export interface ToolOptions {
  /** The tool is killed then. */
  readonly deadlineMs: number
  /** Of stdout and stderr each; a tool that prints more is killed. */
  readonly outputBytesMax: number
  readonly signal?: AbortSignal
  /**
   * For tools that print until they are stopped: true once stdout so far holds what was wanted. The tool is killed then, and
   * counts as ended with code 0.
   */
  readonly isEnough?: (stdout: string) => boolean
}

export type ToolOutcome =
  /** No such program on this machine, or not for this user. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'ended'; readonly code: number; readonly stdout: string; readonly stderr: string }
  /** Killed: by its deadline, for what it printed, or by a signal that was not ours. */
  | { readonly kind: 'killed'; readonly why: 'deadline' | 'output' | 'signal'; readonly stderr: string }

/** `late`: nobody knows whether it was written. */
export type WriteOutcome = 'written' | 'absent' | 'denied' | 'refused' | 'late'

export interface Machine {
  readonly platform: 'linux' | 'darwin' | 'win32' | 'android' | 'other'
  readonly clock: Clock
  /**
   * Runs a tool of the system without a shell, in the C locale. Never throws for what the tool does.
   * @throws MeshError CANCELLED
   */
  run(tool: string, args: readonly string[], options: ToolOptions): Promise<ToolOutcome>
  /** Text of a small file of the kernel; `undefined` where there is none, or it may not be read. At most 64 KiB are read. */
  readText(path: string): Promise<string | undefined>
  /** Writes a value into a file of the kernel that is there; never makes one. */
  writeText(path: string, text: string): Promise<WriteOutcome>
  /** Names in a folder, sorted; empty where there is none. */
  list(folder: string): Promise<readonly string[]>
  /** Whether a package that this program can do without is installed beside it. */
  hasPackage(name: string): boolean
}
