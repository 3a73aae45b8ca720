import { expect, test } from 'vitest'
import { cli } from '../support/processes/cli-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('aitbc demo audit finds out the liar of a real network, and blames nobody else', {
  timeout: 300_000,
}, async () => {
  const folder = temporaryFolder()
  const { code, out, err } = await cli(['demo', 'audit', '--json'], { env: { HOME: folder }, folder })
  expect(err).toContain('is false')
  expect(code).toBe(0)
  const { liar, starved, caught, miners, spent, audits } = JSON.parse(out)
  expect({ starved, caught }).toEqual({ starved: true, caught: true })
  for (const { miner, mismatched, standing, jobsAfter } of miners) {
    if (miner === liar)
      expect({ mismatched, standing, jobsAfter }).toEqual({ mismatched: 3, standing: 'lying', jobsAfter: 0 })
    else expect(mismatched).toBe(0)
  }
  expect(2n * BigInt(audits)).toBeLessThanOrEqual(BigInt(spent))
})
