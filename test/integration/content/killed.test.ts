import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { equalBytes } from '../../../protocols/kernel/bytes.ts'
import { sampleOf } from '../../support/nodes/content-samples.ts'
import { ScriptProcess } from '../../support/processes/child-process.ts'
import type { ContentMessage } from '../../support/processes/write-content.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const isWritten = ({ kind }: ContentMessage): boolean => kind === 'written'

test('a copy whose process is killed again and again has every chunk that was said to be written, and ends whole', async () => {
  const folder = join(temporaryFolder(), 'content')
  const written = new Set<number>()
  let found = 0
  const run = (first: number) => new ScriptProcess<ContentMessage>('write-content.ts', [folder, String(first)])
  for (const [i, count] of [3, 0, 5, 2, 7].entries()) {
    await using process = run(i * 11)
    await process.until((messages) => messages.filter(isWritten).length > count)
    await process.kill()
    for (const message of process.messages) {
      if (message.kind === 'written') written.add(message.chunk)
      if (message.kind !== 'found') continue
      found++
      expect(message.allTrue).toBe(true)
      // One more may have been written and not be said.
      for (const chunk of written) expect(message.chunks).toContain(chunk)
    }
  }
  expect(found).toBe(5)
  await using last = run(0)
  await last.until((messages) => messages.some(({ kind }) => kind === 'whole'))
  const whole = last.messages.find((message) => message.kind === 'whole')!
  expect(equalBytes(readFileSync(whole.path), sampleOf(63).bytes)).toBe(true)
})
