/** Runs forge from its npm package, with nothing fetched, and reads what it counts. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { contractsFolder, modulesFolder } from '../build/compile-sources.ts'

export const proofsFolder: string = join(contractsFolder, 'proofs')
export const cacheFolder: string = join(proofsFolder, '.cache')
export const repository: string = join(contractsFolder, '..')

const SYSTEMS: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'win32' }
const MACHINES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' }

/** @throws Error where npm has no forge for this machine */
export function forgeBinary(): string {
  const name = `forge-${SYSTEMS[process.platform]}-${MACHINES[process.arch]}`
  const path = join(modulesFolder, '@foundry-rs', name, 'bin', process.platform === 'win32' ? 'forge.exe' : 'forge')
  if (!existsSync(path)) throw new Error(`no forge at ${path}: npm ci installs it where it is built for this machine`)
  return path
}

export interface ForgeOptions {
  /** Section of foundry.toml; the default one where absent. */
  readonly profile?: 'deep'
  /** Another tree of the same shape, as for mutants. */
  readonly root?: string
  /** Compiles in half the time, for what asks only whether a proof holds. */
  readonly isUnoptimised?: boolean
  readonly signal?: AbortSignal
}

export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export function forge(
  args: readonly string[],
  { profile, root = repository, isUnoptimised = false, signal }: ForgeOptions = {},
): Promise<Ran> {
  const env = {
    ...process.env,
    FOUNDRY_CONFIG: join(root, 'contracts', 'proofs', 'foundry.toml'),
    FOUNDRY_PROFILE: profile ?? 'default',
    ...(isUnoptimised ? { FOUNDRY_OPTIMIZER: 'false' } : {}),
    // The compiler's shim is started by `env node`: by the Node that runs this.
    PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH ?? ''}`,
  }
  return new Promise((resolve, reject) => {
    const child = spawn(forgeBinary(), [...args, '--root', root], {
      cwd: root,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? 1, stdout, stderr }))
  })
}

export interface Tested {
  readonly unit: number
  readonly fuzz: number
  /** Inputs that the fuzz tests tried, all together. */
  readonly fuzzRuns: number
  readonly invariants: number
  /** Calls that handlers made for invariants, all together. */
  readonly invariantCalls: number
  readonly failed: readonly string[]
  /** What the tests measured, by name. */
  readonly gas: Readonly<Record<string, number>>
}

interface Suite {
  readonly test_results: Readonly<Record<string, Result>>
}

interface Result {
  readonly status: 'Success' | 'Failure' | 'Skipped'
  readonly reason: string | null
  /** By group, then by name. */
  readonly gas_snapshots?: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly kind: {
    readonly Unit?: unknown
    readonly Fuzz?: { readonly runs: number }
    readonly Invariant?: { readonly runs: number; readonly calls: number }
  }
}

/**
 * Runs `forge test`.
 * @throws Error where the contracts do not compile
 */
export async function forgeTest(args: readonly string[], options: ForgeOptions = {}): Promise<Tested> {
  const { stdout, stderr } = await forge(['test', '--json', ...args], options)
  const line = stdout.split('\n').find((text) => text.startsWith('{'))
  if (line === undefined) throw new Error(`forge test said no results:\n${stdout}\n${stderr}`)
  const results = Object.entries(JSON.parse(line) as Record<string, Suite>).flatMap(([suite, { test_results }]) =>
    Object.entries(test_results).map(([name, result]) => ({ name: `${suite.split(':').at(-1)} ${name}`, ...result })),
  )
  if (results.length === 0) throw new Error('forge test found no tests')
  const sum = (of: (result: Result) => number): number => results.reduce((total, result) => total + of(result), 0)
  return {
    unit: sum(({ kind }) => (kind.Fuzz === undefined && kind.Invariant === undefined ? 1 : 0)),
    fuzz: sum(({ kind }) => (kind.Fuzz === undefined ? 0 : 1)),
    fuzzRuns: sum(({ kind }) => kind.Fuzz?.runs ?? 0),
    invariants: sum(({ kind }) => (kind.Invariant === undefined ? 0 : 1)),
    invariantCalls: sum(({ kind }) => kind.Invariant?.calls ?? 0),
    failed: results
      .filter(({ status }) => status !== 'Success')
      .map(({ name, reason }) => `${name}: ${reason ?? 'failed'}`),
    gas: Object.fromEntries(
      results
        .flatMap(({ gas_snapshots: groups = {} }) => Object.values(groups).flatMap((group) => Object.entries(group)))
        .map(([name, gas]) => [name, Number(gas)] as const)
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
  }
}
