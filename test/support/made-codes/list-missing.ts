/**
 * Lists the codes of the catalogue that no test has the program make, over real parts:
 * `MADE_CODES=<folder> npx vitest run --project <ring>` for each ring, then this with the same folder.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCatalogue } from '../../../protocols/kernel/errors.ts'

const folder = process.argv[2]
if (folder === undefined) throw new Error('name the folder that MADE_CODES named')
const made = new Set(
  readdirSync(folder)
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    .map((line) => line.split(' ')[0]),
)
const missing = Object.keys(errorCatalogue).filter((code) => !made.has(code))
console.log(missing.length === 0 ? 'every code is made by a test' : missing.join('\n'))
process.exitCode = missing.length === 0 ? 0 : 1
