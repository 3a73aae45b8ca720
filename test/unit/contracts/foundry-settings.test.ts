import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { compilerSettings } from '../../../contracts/build/compile-sources.ts'
import { proofsFolder } from '../../../contracts/proofs/forge.ts'

const toml = readFileSync(join(proofsFolder, 'foundry.toml'), 'utf8').split('[profile.deep]')[0]!
const setting = (name: string): string | undefined =>
  new RegExp(`^${name} = "?([^"\\n]+)"?$`, 'm').exec(toml)?.[1]?.replaceAll('_', '')

test('what forge proves is compiled as what is shipped', () => {
  expect({
    evmVersion: setting('evm_version'),
    optimizer: { enabled: setting('optimizer') === 'true', runs: Number(setting('optimizer_runs')) },
    viaIR: setting('via_ir') === 'true',
    metadata: { bytecodeHash: setting('bytecode_hash'), appendCBOR: setting('cbor_metadata') === 'true' },
  }).toEqual(compilerSettings)
})
