import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LogFile } from '../../../node/log/log-file.ts'
import { logRecord } from '../../../node/log/log-record.ts'
import { canMount, SmallDisk } from '../../support/small-disk.ts'
import { ManualClock } from '../../support/virtual/manual-clock.ts'

test.skipIf(!canMount)('a log on a full disk loses lines and says so, and stops nobody', async () => {
  const disk = new SmallDisk(2_097_152)
  const clock = new ManualClock()
  const folder = join(disk.path, 'log')
  await using log = new LogFile({ clock, fileBytesMax: 1_048_576, filesMax: 2 })
  log.place({ folder, mayWrite: () => true })
  const lineOf = (text: string): string =>
    `${JSON.stringify({ at: new Date().toISOString(), level: 'info', event: 'trouble', text, facts: {} })}\n`
  const read = (): readonly string[] => readFileSync(join(folder, '1.jsonl'), 'utf8').split('\n').filter(Boolean)
  log.write(lineOf('before'))
  await expect.poll(read).toHaveLength(1)
  disk.fill()
  // More than one page of the file that is there already: some of them may still fit it.
  for (let i = 0; i < 200; i++) log.write(lineOf(`while it is full ${i}`))
  await expect.poll(() => clock.pending).toBe(1)
  disk.free()
  log.write(lineOf('after'))
  clock.advance(10_000)
  await expect.poll(() => read().at(-1)).toContain('after')
  const events = read().map((line) => logRecord(Buffer.from(line)))
  expect(events.filter((event) => event?.event === 'log:gap')).toMatchObject([
    { text: '200 lines are missing here: ENOSPC', facts: { lines: 200 } },
  ])
})
