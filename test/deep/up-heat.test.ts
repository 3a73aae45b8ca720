import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { cli } from '../support/processes/cli-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const home = mkdtempSync(join(tmpdir(), 'aitbc-home-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('aitbc up --heat moves jobs off a card that gets too hot, loses none, takes it back, and says that its cards are simulated', async () => {
  const words = ['up', '--heat', '--once', '--json', '--data', temporaryFolder()]
  const { code, out, err } = await cli(words, { env: { HOME: home } })
  expect({ code, err }).toMatchObject({ code: 0 })
  const { heat } = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
    .find((line) => 'heat' in line)
  expect(heat).toMatchObject({ simulated: true, timeScale: 30, attempts: 2, endedByHeat: 1, failed: 0, cameBack: true })
  expect(heat.answered).toBe(heat.asked)
  expect(heat.hottestC).toBeGreaterThanOrEqual(80)
  const story = [
    /SIMULATED card that warms up by its jobs/,
    /a long job runs at (miner \d), whose fan stops now/,
    /miner \d: .* (no new jobs from 80|drains from 85) C/,
    /miner \d has withdrawn its offer/,
    /miner \d ends its job, signed as ended by heat/,
    /miner \d has cooled and is back in the market/,
    /the long job was answered by miner \d, attempt 2 under one key/,
  ]
  for (const line of story) expect(err).toMatch(line)
}, 300_000)
