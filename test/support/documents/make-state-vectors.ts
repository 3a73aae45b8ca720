/** Records protocols/rules/state-proof/vectors.json from a chain: `npx node test/support/documents/make-state-vectors.ts`. */
import { writeFileSync } from 'node:fs'
import { anvilBinary, startAnvil } from '../chain/anvil.ts'
import { deployAndWrite, recordVectors } from '../state-vectors/record.ts'

const binary = anvilBinary()
if (binary === undefined) throw new Error('npm has no anvil for this machine')
await using anvil = await startAnvil(binary)
const vectors = await recordVectors(await deployAndWrite(anvil))
const file = new URL('../../../protocols/rules/state-proof/vectors.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(vectors, undefined, 2)}\n`)
