/** Compiles every contract of `contracts/src` with the pinned compiler; nothing is fetched. */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AbiEntry } from '../binding/contract.ts'

const solc = createRequire(import.meta.url)('solc') as {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } | { error: string } }): string
  version(): string
}

export const contractsFolder: string = fileURLToPath(new URL('..', import.meta.url))
export const modulesFolder: string = join(contractsFolder, '..', 'node_modules')

/** The same as in proofs/foundry.toml: what is tested is what is shipped. */
export const compilerSettings = {
  evmVersion: 'prague',
  optimizer: { enabled: true, runs: 20_000 },
  viaIR: false,
  metadata: { bytecodeHash: 'none', appendCBOR: false },
} as const

export interface Compiled {
  readonly abi: readonly AbiEntry[]
  /** Creation code, `0x` and hexadecimal digits. */
  readonly bytecode: string
  /** What lies at its address, with zeros for immutables. */
  readonly runtime: string
  /** Bytes of `runtime` that the constructor fills: offset and length. */
  readonly immutables: readonly (readonly [offset: number, length: number])[]
  /** Variables of the storage, by name. */
  readonly storage: Readonly<Record<string, number>>
}

interface Output {
  readonly errors?: readonly {
    readonly severity: string
    readonly formattedMessage: string
    readonly sourceLocation?: { readonly file: string }
  }[]
  readonly contracts: Readonly<Record<string, Readonly<Record<string, SolcContract>>>>
}

interface SolcContract {
  readonly abi: readonly AbiEntry[]
  readonly evm: {
    readonly bytecode: { readonly object: string }
    readonly deployedBytecode: {
      readonly object: string
      readonly immutableReferences: Readonly<Record<string, readonly { start: number; length: number }[]>>
    }
  }
  readonly storageLayout: { readonly storage: readonly { readonly label: string; readonly slot: string }[] }
}

/**
 * @param extra further sources by path, for contracts of a library that are deployed as they are
 * @throws Error with the compiler's own words
 */
export function compileSources(extra: Readonly<Record<string, string>> = {}): ReadonlyMap<string, Compiled> {
  const sources: Record<string, { content: string }> = {}
  for (const path of solidityFiles(join(contractsFolder, 'src'))) {
    sources[`src/${path}`] = { content: readFileSync(join(contractsFolder, 'src', path), 'utf8') }
  }
  for (const [path, content] of Object.entries(extra)) sources[path] = { content }
  const input = {
    language: 'Solidity',
    sources,
    settings: {
      ...compilerSettings,
      outputSelection: {
        '*': {
          '*': [
            'abi',
            'evm.bytecode.object',
            'evm.deployedBytecode.object',
            'evm.deployedBytecode.immutableReferences',
            'storageLayout',
          ],
        },
      },
    },
  }
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: readImport })) as Output
  // Our own warnings are failures; a library's are its own.
  const failures = (output.errors ?? []).filter(
    ({ severity, sourceLocation }) =>
      severity === 'error' || (severity === 'warning' && sourceLocation?.file.startsWith('@') !== true),
  )
  if (failures.length > 0) throw new Error(failures.map(({ formattedMessage }) => formattedMessage).join('\n'))
  const compiled = new Map<string, Compiled>()
  for (const contracts of Object.values(output.contracts)) {
    for (const [name, contract] of Object.entries(contracts)) {
      if (contract.evm.bytecode.object.length > 0) compiled.set(name, compiledOf(contract))
    }
  }
  return compiled
}

function compiledOf({ abi, evm, storageLayout }: SolcContract): Compiled {
  const immutables = Object.values(evm.deployedBytecode.immutableReferences ?? {})
    .flat()
    .map(({ start, length }) => [start, length] as const)
    .sort(([a], [b]) => a - b)
  return {
    abi,
    bytecode: `0x${evm.bytecode.object}`,
    runtime: `0x${evm.deployedBytecode.object}`,
    immutables,
    storage: Object.fromEntries(storageLayout.storage.map(({ label, slot }) => [label, Number(slot)])),
  }
}

const solidityFiles = (folder: string): readonly string[] =>
  (readdirSync(folder, { recursive: true, withFileTypes: true }) as readonly import('node:fs').Dirent[])
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sol'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()

function readImport(path: string): { contents: string } | { error: string } {
  try {
    return { contents: readFileSync(join(modulesFolder, path), 'utf8') }
  } catch (error) {
    return { error: String(error) }
  }
}
