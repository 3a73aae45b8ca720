import { expect, test } from 'vitest'
import { proveContracts } from '../../../contracts/proofs/prove-contracts.ts'

// Compiling takes most of it, where nothing is cached. Nothing is timed: a slow machine takes longer.
test('the contracts hold their proofs, and cost the gas that is kept', { timeout: 600_000 }, async ({ signal }) => {
  const { lines, complaints } = await proveContracts({ signal })
  for (const line of lines) console.log(`contracts: ${line}`)
  expect(complaints).toEqual([])
})
