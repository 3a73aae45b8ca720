/**
 * Breaks the TypeScript code on purpose, one place at a time, and looks whether a test notices.
 *
 *     npx node test/mutants/run.ts           all of them: minutes
 *     npx node test/mutants/run.ts x y ...   only those whose row in the table has one of these texts
 */
import { availableParallelism } from 'node:os'
import { mutants, runMutants } from './run-mutants.ts'

const wanted = process.argv.slice(2)
const isWanted = (row: string): boolean => wanted.length === 0 || wanted.some((text) => row.includes(text))
const chosen = mutants.filter((mutant) => isWanted(JSON.stringify(mutant)))
const { killed, survived } = await runMutants(chosen, {
  parallel: Math.min(chosen.length, availableParallelism()),
  onDone: (line) => console.log(line),
})
console.log(`${killed} killed, ${survived.length} survived`)
process.exitCode = survived.length === 0 ? 0 : 1
