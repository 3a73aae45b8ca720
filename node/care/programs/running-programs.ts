/** Names of the programs that run on this machine, by what each system offers: read often, so cheaply. */
import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import { printedBy } from '../../gpu/ask-tool.ts'
import type { Machine } from '../../gpu/machine.ts'

export interface ProgramList {
  /**
   * Lower-case names of files without their folders, and without `.exe`.
   * @returns undefined where this system does not say
   * @throws MeshError CANCELLED
   */
  running(signal: AbortSignal): Promise<ReadonlySet<string> | undefined>
}

/** Above the time that tasklist takes on a slow machine; the next look waits for it. */
const TOOL = { deadlineMs: 5_000, outputBytesMax: 4 * 2 ** 20 } as const

export function programListOf(machine: Machine): ProgramList {
  switch (machine.platform) {
    case 'linux':
    case 'android':
      return new KernelProgramList(machine)
    case 'darwin':
      return toolList(machine, 'ps', ['-axo', 'comm='], (text) => text.split('\n'))
    case 'win32':
      return toolList(machine, 'tasklist', ['/fo', 'csv', '/nh'], (text) => text.split('\n').map(firstOfCsv))
    default:
      return { running: async () => undefined }
  }
}

/** `Z:\games\Game.exe` and `/usr/games/game` are both `game`. */
export function programName(path: string): string {
  const file = path.trim().split(/[/\\]/).at(-1)!.toLowerCase()
  return file.endsWith('.exe') ? file.slice(0, -4) : file
}

function toolList(
  machine: Machine,
  tool: string,
  args: readonly string[],
  pathsOf: (text: string) => readonly string[],
): ProgramList {
  return {
    running: async (signal) => {
      const text = await printedBy(machine, tool, args, { ...TOOL, signal })
      if (text === undefined) return undefined
      return new Set(
        pathsOf(text)
          .map(programName)
          .filter((name) => name !== ''),
      )
    },
  }
}

const firstOfCsv = (line: string): string => /^"([^"]*)"/.exec(line)?.[1] ?? ''

/** A process may become another program after it began: a shell does so within milliseconds, a launcher within seconds. */
const YOUNG_LOOKS = 20
/** An old one is read again so often, in looks; not all at the same. */
const OLD_LOOKS = 20

interface Known {
  readonly names: readonly string[]
  looks: number
}

/** By `/proc`: only what is new, or young, is read at every look. */
class KernelProgramList implements ProgramList {
  readonly #machine: Machine
  /** As many as processes run: those that are gone are forgotten at every look. */
  #known = new Map<string, Known>()

  constructor(machine: Machine) {
    this.#machine = machine
  }

  async running(signal: AbortSignal): Promise<ReadonlySet<string> | undefined> {
    const pids = (await this.#machine.list('/proc')).filter((name) => /^\d+$/.test(name))
    if (pids.length === 0) return undefined
    const known = new Map<string, Known>()
    for (const pid of pids) {
      throwIfAborted(signal)
      known.set(pid, await this.#lookAt(pid))
    }
    this.#known = known
    return new Set([...known.values()].flatMap(({ names }) => names))
  }

  async #lookAt(pid: string): Promise<Known> {
    const before = this.#known.get(pid)
    if (before !== undefined && before.looks >= YOUNG_LOOKS && (before.looks + Number(pid)) % OLD_LOOKS !== 0) {
      before.looks++
      return before
    }
    // What runs under Wine says its Windows name in its arguments; a kernel thread has none.
    const [command, comm] = await Promise.all([
      this.#machine.readText(`/proc/${pid}/cmdline`),
      this.#machine.readText(`/proc/${pid}/comm`),
    ])
    const names = [command?.split('\0')[0], comm].filter((text) => text !== undefined).map(programName)
    return { names: names.filter((name) => name !== ''), looks: (before?.looks ?? 0) + 1 }
  }
}
