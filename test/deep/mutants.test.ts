import { availableParallelism } from 'node:os'
import { expect, it } from 'vitest'
import { mutants, runMutants } from '../mutants/run-mutants.ts'

/** Each runs the tests of a copy of its own: more of them than cores only wait for each other, and timing tests fail for it. */
const PARALLEL_MAX = 4

it('every fault of the table is noticed by a test of an ordinary ring', async () => {
  const { survived } = await runMutants(mutants, { parallel: Math.min(PARALLEL_MAX, availableParallelism()) })
  expect(survived).toEqual([])
})
