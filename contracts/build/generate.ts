/**
 * Writes `contracts/generated`: a typed binding with code for each contract that is deployed, so that a node needs no compiler.
 *
 *     node contracts/build/generate.ts            writes
 *     node contracts/build/generate.ts --check    changes nothing; exit code 1 where a file is not what the sources say
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getBytes, hexlify, keccak256 } from 'ethers'
import { type Compiled, compileSources, contractsFolder } from './compile-sources.ts'
import { sourcesHash } from './sources-hash.ts'
import { structsOf, typesOf } from './typescript-of.ts'

const DEPLOYED = [
  'AccessManager',
  'MeshToken',
  'IdentityRegistry',
  'StakeVault',
  'Escrow',
  'EvidenceSlasher',
  'LeaseSlasher',
] as const
/** OpenZeppelin's own, deployed as it is. */
const MANAGER_SOURCE =
  '// SPDX-License-Identifier: Apache-2.0\npragma solidity 0.8.37;\nimport {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";\n'
const HEAD = '// Generated from contracts/src by contracts/build/generate.ts; changed there.\n'
export const generatedFolder: string = join(contractsFolder, 'generated')

/** File names and contents. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const compiled = compileSources({ 'src/Manager.sol': MANAGER_SOURCE })
  const files = new Map<string, string>()
  for (const name of DEPLOYED) {
    const contract = compiled.get(name)
    if (contract === undefined) throw new Error(`no contract ${name} in the sources`)
    files.set(`${kebab(name)}.ts`, bindingText(name, contract))
  }
  files.set(
    'sources-hash.ts',
    `${HEAD}/** Of the sources and settings that these bindings were made from. */\nexport const generatedFrom: string = '${sourcesHash()}'\n`,
  )
  return files
}

function bindingText(name: string, compiled: Compiled): string {
  const constant = `${name.charAt(0).toLowerCase()}${name.slice(1)}`
  const code = getBytes(compiled.runtime)
  const abi = compiled.abi.map((entry) => `    ${JSON.stringify(entry)},`).join('\n')
  const runtime = { hash: keccak256(hexlify(code)), bytes: code.length, immutables: compiled.immutables }
  const types = typesOf(compiled.abi)
  const structs = structsOf(compiled.abi)
  const used = ['Address', 'Hex'].filter((type) => new RegExp(`\\b${type}\\b`).test(structs + types))
  const values = used.length === 0 ? '' : `import type { ${used.join(', ')} } from '../binding/values.ts'\n`
  return `${HEAD}import type { Contract } from '../binding/contract.ts'
${values}
${structs}export interface ${name}Types {
${types}
}

export const ${constant}: Contract<${name}Types> = {
  name: '${name}',
  abi: [
${abi}
  ],
  storage: ${JSON.stringify(compiled.storage)},
  runtime: ${JSON.stringify(runtime)},
  bytecode:
    '${compiled.bytecode}',
}
`
}

const kebab = (name: string): string => name.replace(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()

if (import.meta.main) {
  const files = generatedFiles()
  if (process.argv.includes('--check')) {
    const wrong = [...files].filter(([file, text]) => readHere(file) !== text).map(([file]) => file)
    if (wrong.length > 0) console.error(`not what the sources say: ${wrong.join(', ')}; run npm run contracts`)
    process.exitCode = wrong.length > 0 ? 1 : 0
  } else {
    mkdirSync(generatedFolder, { recursive: true })
    for (const file of readdirSync(generatedFolder)) rmSync(join(generatedFolder, file))
    for (const [file, text] of files) writeFileSync(join(generatedFolder, file), text)
    console.log(`${files.size} files in contracts/generated`)
  }
}

function readHere(file: string): string | undefined {
  try {
    return readFileSync(join(generatedFolder, file), 'utf8')
  } catch {
    return undefined
  }
}
