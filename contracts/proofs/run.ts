/**
 * Proves the contracts.
 *
 *     node contracts/proofs/run.ts              unit, fuzz and invariant tests, and the gas they keep to: under a minute
 *     node contracts/proofs/run.ts --write-gas  the same, and keeps the gas that was measured
 */
import { proveContracts } from './prove-contracts.ts'

const { lines, complaints } = await proveContracts({ writesGas: process.argv.includes('--write-gas') })
for (const line of lines) console.log(line)
for (const complaint of complaints) console.error(complaint)
process.exitCode = complaints.length > 0 ? 1 : 0
