import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { callControl } from '../../../node/control/call-control.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A node that says what it is told to, whatever it is asked, and closes. */
async function nodeThatSays(...lines: readonly string[]): Promise<string> {
  const folder = temporaryFolder()
  const server = createServer((socket) => socket.once('data', () => socket.end(lines.join('\n'))))
  await new Promise<void>((resolve) => server.listen(join(folder, 'control.sock'), resolve))
  onTestFinished(() => void server.close())
  return folder
}

test.each([
  ['closes without a word', [], { code: 'NODE_NOT_RUNNING' }],
  ['closes in the middle of a line', ['{"id":1,"result":'], { code: 'NODE_NOT_RUNNING' }],
  ['answers no JSON', ['hello', ''], { code: 'BUG', message: expect.stringContaining('it is no JSON') }],
  ['answers neither event, result nor error', ['{"id":1}', ''], { code: 'BUG' }],
  [
    'answers an error of a later version',
    ['{"id":1,"error":{"code":"MOON_FULL","facts":{},"message":"the moon is full"}}', ''],
    { code: 'BUG', message: expect.stringContaining('MOON_FULL: the moon is full') },
  ],
  ['answers an error without a code', ['{"id":1,"error":null}', ''], { code: 'BUG' }],
  [
    'answers an error with facts of other kinds',
    ['{"id":1,"error":{"code":"NOT_FOUND","facts":{"what":"job","id":{"deep":1}}}}', ''],
    { code: 'NOT_FOUND', facts: { what: 'job' } },
  ],
])('a node that %s fails the call', async (_, lines, expected) => {
  const folder = await nodeThatSays(...lines)
  await expect(callControl(folder, 'any', {})).rejects.toMatchObject(expected)
})
