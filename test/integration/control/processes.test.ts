import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callControl } from '../../../node/control/call-control.ts'
import { ScriptProcess } from '../../support/processes/child-process.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

interface Said {
  readonly kind: 'up' | 'waiting' | 'cancelled'
}

const start = (path: string): ScriptProcess<Said> =>
  new ScriptProcess<Said>('../../integration/control/control-node.ts', [path])
const said =
  (kind: Said['kind']) =>
  (messages: readonly Said[]): boolean =>
    messages.some((message) => message.kind === kind)

test('a killed node leaves its socket, answers nobody, and the next one takes its place', async () => {
  const folder = join(temporaryFolder(), 'node')
  await expect(callControl(folder, 'pid', {})).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })

  await using first = start(folder)
  await first.until(said('up'))
  expect(await callControl(folder, 'pid', {})).toBe(first.pid)
  const interrupted = expect(callControl(folder, 'wait', {})).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
  await first.until(said('waiting'))
  await first.kill()
  await interrupted
  expect(existsSync(join(folder, 'control.sock'))).toBe(true)
  await expect(callControl(folder, 'pid', {})).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })

  await using second = start(folder)
  await second.until(said('up'))
  expect(await callControl(folder, 'pid', {})).toBe(second.pid)
})

test('a call that is cancelled here ends the work over there', async () => {
  const folder = join(temporaryFolder(), 'node')
  await using node = start(folder)
  await node.until(said('up'))
  const controller = new AbortController()
  const call = callControl(folder, 'wait', {}, { signal: controller.signal })
  await node.until(said('waiting'))
  controller.abort()
  await expect(call).rejects.toMatchObject({ code: 'CANCELLED' })
  await node.until(said('cancelled'))
})

test('a node that stops takes its socket away and answers what it was asked', async () => {
  const folder = join(temporaryFolder(), 'node')
  await using node = start(folder)
  await node.until(said('up'))
  const call = expect(callControl(folder, 'wait', {})).rejects.toMatchObject({ code: 'CANCELLED' })
  await node.until(said('waiting'))
  process.kill(node.pid, 'SIGTERM')
  await call
  await expect.poll(() => existsSync(join(folder, 'control.sock'))).toBe(false)
})
