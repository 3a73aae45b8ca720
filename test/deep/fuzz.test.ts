import { randomInt } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { runFuzz } from '../support/fuzz/run-fuzz.ts'
import { fuzzTargets } from '../support/fuzz/targets.ts'

/** Another in every run, so that many runs try much; `FUZZ_SEED=<number>` is the run that failed. */
const seed = Number(process.env.FUZZ_SEED ?? randomInt(2 ** 31))
const CASES = 100_000

describe(`${CASES} hostile messages (FUZZ_SEED=${seed})`, () => {
  it.each(fuzzTargets)(
    'are read or refused, each within 50 ms and 64 MB: $name',
    { timeout: 600_000 },
    async ({ name }) => {
      const { done, failure } = await runFuzz({ targets: [name], seed, cases: CASES })
      expect(failure).toBeUndefined()
      expect(done).toMatchObject([{ target: name, cases: CASES }])
    },
  )
})
