/**
 * Proves the contracts.
 *
 *     node contracts/proofs/run.ts                 unit, fuzz and invariant tests, and the gas they keep to: under a minute
 *     node contracts/proofs/run.ts --write-gas     the same, and keeps the gas that was measured
 *     node contracts/proofs/run.ts --mutants [x]   puts faults in, one at a time (only those whose name has x, or y of "x|y")
 *     node contracts/proofs/run.ts --models        proves the models of the books, where z3 is installed
 *     node contracts/proofs/run.ts --coverage      what of the sources the tests run through
 *     node contracts/proofs/run.ts --deep          all of it, with longer runs and another seed each time: half an hour
 */
import { randomBytes } from 'node:crypto'
import { coverContracts } from './cover.ts'
import { proveModels } from './models/prove-models.ts'
import { mutants, runMutants } from './mutants/run-mutants.ts'
import { proveContracts } from './prove-contracts.ts'

type Part = () => Promise<readonly string[]>

const say = (line: string): void => console.log(`contracts: ${line}`)
const flags = process.argv.slice(2)

const proofs: Part = async () => {
  const deep = flags.includes('--deep')
  const seed = `0x${randomBytes(8).toString('hex')}`
  if (deep) say(`seed ${seed}`)
  const { lines, complaints } = await proveContracts({
    writesGas: flags.includes('--write-gas'),
    ...(deep ? { profile: 'deep', seed } : {}),
  })
  lines.map(say)
  return complaints
}

const coverage: Part = async () => {
  const { lines, branches, table } = await coverContracts()
  console.log(table)
  say(`${lines} of lines and ${branches} of branches covered`)
  return []
}

const models: Part = async () => {
  const { proven, complaints } = proveModels()
  say(proven === undefined ? 'models not proven: z3 is not installed' : `${proven} steps of the models proven`)
  return complaints
}

const faults: Part = async () => {
  const word = flags[flags.indexOf('--mutants') + 1] ?? ''
  const words = flags.includes('--mutants') ? word.split('|') : ['']
  const chosen = mutants.filter(({ name }) => words.some((part) => name.includes(part)))
  const { killed, alive } = await runMutants(chosen, { parallel: 2, onDone: say })
  say(`${killed} of ${chosen.length} mutants killed`)
  return alive
}

const one: Readonly<Record<string, Part>> = { '--mutants': faults, '--models': models, '--coverage': coverage }
const chosen = Object.keys(one).filter((flag) => flags.includes(flag))
const parts = flags.includes('--deep')
  ? [proofs, models, coverage, faults]
  : chosen.length > 0
    ? chosen.map((flag) => one[flag]!)
    : [proofs]

let failed = false
for (const part of parts) {
  for (const complaint of await part()) {
    failed = true
    console.error(complaint)
  }
}
process.exitCode = failed ? 1 : 0
