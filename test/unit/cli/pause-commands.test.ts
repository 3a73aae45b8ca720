import { join } from 'node:path'
import { expect, it } from 'vitest'
import { pauseCommand, resumeCommand } from '../../../node/cli/node/pause-commands.ts'
import { programOf, runWords } from '../../support/run-words.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

it.each([
  [
    ['pause', '--card', ''],
    '✗ No card is named.\n  Next: Give its number in aitbc gpu, or a part of its name or key.\n',
  ],
  [
    ['resume', '--card', ' '],
    '✗ No card is named.\n  Next: Give its number in aitbc gpu, or a part of its name or key.\n',
  ],
  [
    ['pause', '--for', '31d'],
    '✗ 31d is no time for a pause.\n  Next: Give one from 1s to 30d, or none: then it lasts until aitbc resume.\n',
  ],
  [
    ['pause', '--for', '0s'],
    '✗ 0s is no time for a pause.\n  Next: Give one from 1s to 30d, or none: then it lasts until aitbc resume.\n',
  ],
])('what cannot be meant is told before a node is asked: aitbc %j', async (words, told) => {
  const { err, code } = await runWords(programOf(pauseCommand, resumeCommand), [
    ...words,
    '--data',
    join(temporaryFolder(), 'data'),
  ])
  expect([err, code]).toEqual([told, 2])
})
