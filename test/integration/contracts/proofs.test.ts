import { expect, test } from 'vitest'
import { proveContracts } from '../../../contracts/proofs/prove-contracts.ts'

// Compiling takes most of it, where nothing is cached.
test('the contracts hold their proofs, and cost the gas that is kept', { timeout: 180_000 }, async ({ signal }) => {
  const { lines, complaints } = await proveContracts({ signal })
  for (const line of lines) console.log(line)
  expect(complaints).toEqual([])
})
