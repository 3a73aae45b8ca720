/**
 * What holds an engine child: the runtime is native code that reads strangers' models and inputs. Which means are permitted
 * differs from machine to machine (root or not, container or not), so each is tried once and what runs is a value to show.
 *
 * Always: Node's permission model (no writes, no reads outside the program, no processes), an empty environment. Native code is
 * outside that model; the limits below hold it too.
 */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface Confinement {
  /** namespace: no interface at all, not even loopback. none: the machine does not permit it. */
  readonly network: 'namespace' | 'none'
  /** rlimit: the kernel refuses memory above a ceiling, and the node watches. watch: the node alone does. */
  readonly memory: 'rlimit' | 'watch'
  /** rlimit: the kernel refuses every byte written to a file, native code's too. permission: Node's rules only. */
  readonly files: 'rlimit' | 'permission'
  /** dropped: no capabilities, and no way to gain privileges. kept: as the node's own. */
  readonly privileges: 'dropped' | 'kept'
  /** What ends a child whose node was killed: a signal of the kernel, or a thread that watches a pipe. */
  readonly orphans: 'signal' | 'thread'
  /** Commands that wrap the child's, outermost first, each without the limit that differs per model. */
  readonly wrappers: {
    readonly network: readonly string[]
    readonly limits: boolean
    readonly rights: readonly string[]
  }
}

/**
 * Address space that Node and the runtime map before a model is there, most of it never touched: 590 MB were measured with two
 * threads. The kernel's ceiling lies this much above the model's limit; the node's watch keeps the limit itself.
 */
const RUNTIME_DATA_BYTES = 1_073_741_824
const PROBE_MS_MAX = 5_000

const run = promisify(execFile)

async function works(wrappers: readonly string[]): Promise<boolean> {
  const [file, ...args] = [...wrappers, 'true']
  try {
    await run(file!, args, { timeout: PROBE_MS_MAX, env: childEnvironment() })
    return true
  } catch {
    // Not installed, or not permitted: either way this machine does without.
    return false
  }
}

async function first(...candidates: readonly (readonly string[])[]): Promise<readonly string[]> {
  for (const candidate of candidates) if (await works(candidate)) return candidate
  return []
}

const LIMITS = ['prlimit', '--core=0', '--fsize=0'] as const
const limits = (dataBytesMax: number): readonly string[] => [...LIMITS, `--data=${dataBytesMax}`, '--']

/** Tries on this machine what may be used; some milliseconds. */
export async function probeConfinement(): Promise<Confinement> {
  if (process.platform !== 'linux') return confinementOf([], false, [])
  const [network, limited, rights] = await Promise.all([
    first(
      ['unshare', '--net', '--'],
      // An ordinary user may, where namespaces of users are permitted.
      ['unshare', '--user', '--map-current-user', '--net', '--'],
    ),
    works(limits(RUNTIME_DATA_BYTES)),
    first(
      ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', '--'],
      // Only root may drop from the bounding set; without new privileges nothing of it can be gained.
      ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs', '--'],
    ),
  ])
  const found = confinementOf(network, limited, rights)
  return (await works(wrap(found, RUNTIME_DATA_BYTES, []))) ? found : confinementOf([], limited, [])
}

let finding: Promise<Confinement> | undefined

/**
 * What {@link probeConfinement} found when it was first asked. Each seat, benchmark and check has an engine of its own, and the trial
 * costs five processes; an engine's children are started by its finding for as long as it lives anyway.
 */
export function confinementHere(): Promise<Confinement> {
  finding ??= probeConfinement()
  return finding
}

/** Confinement of chosen means; {@link probeConfinement} finds those that work. */
export function confinementOf(network: readonly string[], limited: boolean, rights: readonly string[]): Confinement {
  return {
    network: network.length > 0 ? 'namespace' : 'none',
    memory: limited ? 'rlimit' : 'watch',
    files: limited ? 'rlimit' : 'permission',
    privileges: rights.length > 0 ? 'dropped' : 'kept',
    orphans: rights.length > 0 ? 'signal' : 'thread',
    wrappers: { network, limits: limited, rights },
  }
}

/**
 * The command line that runs `command` confined. The namespace comes first, as it needs the privileges that are dropped last;
 * the death signal must be asked for last, as a change of credentials forgets it.
 */
export function wrap(confinement: Confinement, memoryBytesMax: number, command: readonly string[]): readonly string[] {
  const { network, limits: limited, rights } = confinement.wrappers
  const ceiling = limited ? limits(memoryBytesMax + RUNTIME_DATA_BYTES) : []
  return [...network, ...ceiling, ...rights, ...command]
}

/** The whole environment of a child: nothing of the node's. The path is the wrappers'. */
export function childEnvironment(): Record<string, string> {
  // The runtime of 1.29 and later collects usage and names of models for its maker, unless it is told not to.
  const environment = { ORT_DISABLE_TELEMETRY: '1' }
  if (process.platform !== 'win32') return { ...environment, PATH: '/usr/sbin:/usr/bin:/sbin:/bin' }
  // Windows starts no process without it.
  return { ...environment, SystemRoot: process.env.SystemRoot ?? 'C:\\Windows' }
}
