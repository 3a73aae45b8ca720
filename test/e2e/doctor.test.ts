/** `aitbc doctor` on folders as it meets them. */
import { once } from 'node:events'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { NamedFinding } from '../../node/diagnosis/check.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { DataFolder } from '../../node/storage/data-folder.ts'
import { SigningJournal } from '../../node/work/journal/signing-journal.ts'
import { CliProcess } from '../support/processes/cli-process.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

async function doctor(folder: string, env: Readonly<Record<string, string>> = {}) {
  await using process = new CliProcess(['doctor', '--json', '--data', folder], { env })
  const { code, out, err } = await process.end()
  const findings = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as NamedFinding)
  return { code, err, findings, of: (name: string) => findings.find((finding) => finding.name === name) }
}

test('finds nothing in a folder that is not there, and leaves it so', async () => {
  const path = join(temporaryFolder(), 'none')
  const { code, findings, of } = await doctor(path)
  expect(code).toBe(1)
  expect(findings.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
  expect(of('data folder')).toMatchObject({ state: 'ok', found: expect.stringContaining('not there yet') })
  expect(of('cards')!.found).toMatch(/card|processor|[A-Z]/)
  expect(of('engine')!.state).not.toBe('fail')
  // The shipped local network has no bootstrap peer before somebody starts one.
  expect(of('bootstrap peers')).toMatchObject({ state: 'fail', remedy: expect.stringContaining('aitbc up') })
  expect(existsSync(path)).toBe(false)
})

test('finds a damaged journal, and a port that is taken, and changes nothing', async () => {
  const path = join(temporaryFolder(), 'node')
  {
    using opened = DataFolder.open(path, { clock: systemClock })
    await using journal = await SigningJournal.open(opened, { clock: systemClock, onFailure: () => undefined })
    await journal.miner.nextSequence('offer', Date.now())
  }
  // Of a run that was killed: the next start must still find it.
  writeFileSync(join(path, 'running.json'), '{"pid":1,"startedAtMs":1}\n')
  const before = readdirSync(path).sort()
  const whole = await doctor(path)
  expect(whole.of('data folder')).toMatchObject({ state: 'ok', found: expect.stringContaining('is whole') })
  expect(readdirSync(path).sort()).toEqual(before)

  writeFileSync(
    join(path, 'journal.sqlite'),
    'no database at all, and long enough to be read as a header of one.......',
  )
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { port } = server.address() as { port: number }
    const { code, of } = await doctor(path, { AITBC_PORT: String(port) })
    expect(code).toBe(1)
    expect(of('data folder')).toMatchObject({ state: 'fail', remedy: expect.stringContaining('backup') })
    expect(of('ports')).toMatchObject({ state: 'fail', found: expect.stringContaining(`127.0.0.1:${port}`) })
  } finally {
    server.close()
  }
})

test('says which setting is wrong, and checks no further', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'config.json'), '{"basePrise": 1}')
  const { code, findings } = await doctor(folder)
  expect(code).toBe(1)
  expect(findings.map(({ name, state }) => [name, state])).toEqual([
    ['program', 'ok'],
    ['settings', 'fail'],
  ])
  expect(findings[1]!.found + findings[1]!.remedy).toContain('basePrice')
})
