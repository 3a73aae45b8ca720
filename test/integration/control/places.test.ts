import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { callControl } from '../../../node/control/call-control.ts'
import { controlPath } from '../../../node/control/control-path.ts'
import { serveControl } from '../../../node/control/serve-control.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Too long for a socket's address. */
function deepFolder(): string {
  const path = join(temporaryFolder(), 'a'.repeat(60), 'b'.repeat(60))
  mkdirSync(path, { recursive: true })
  return path
}

const methods = { where: async () => 'here' }

test('the place lies in the data folder, in bytes that every system takes', () => {
  const folder = temporaryFolder()
  expect(controlPath(folder).path).toBe(join(folder, 'control.sock'))
  const { path } = controlPath(deepFolder())
  expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103)
  expect(controlPath(folder, 'win32').path).toMatch(/^\\\\\.\\pipe\\aitbc-[0-9a-f]{32}$/)
})

test('a path that is too long is served from a private folder, found from every way to the data folder', async () => {
  const folder = deepFolder()
  const link = join(temporaryFolder(), 'link')
  symlinkSync(folder, link)
  {
    await using _ = await serveControl(folder, methods)
    expect(existsSync(join(folder, 'control.sock'))).toBe(false)
    expect(statSync(dirname(controlPath(folder).path)).mode & 0o777).toBe(0o700)
    expect(await callControl(folder, 'where', {})).toBe('here')
    expect(await callControl(link, 'where', {})).toBe('here')
  }
  await expect(callControl(folder, 'where', {})).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
})

test('a private folder that others may enter is not used by a client, and is closed by the node', async () => {
  const folder = deepFolder()
  const outside = dirname(controlPath(folder).path)
  mkdirSync(outside, { mode: 0o700 })
  onTestFinished(() => chmodSync(outside, 0o700))
  chmodSync(outside, 0o755)
  await expect(callControl(folder, 'where', {})).rejects.toMatchObject({ code: 'DATA_FOLDER_READ_ONLY' })
  await using _ = await serveControl(folder, methods)
  expect(await callControl(folder, 'where', {})).toBe('here')
})

test('a link in place of the private folder is used by nobody', async () => {
  const folder = deepFolder()
  const outside = dirname(controlPath(folder).path)
  symlinkSync(temporaryFolder(), outside)
  await expect(callControl(folder, 'where', {})).rejects.toMatchObject({ code: 'DATA_FOLDER_READ_ONLY' })
  await expect(serveControl(folder, methods)).rejects.toMatchObject({ code: 'DATA_FOLDER_READ_ONLY' })
})

test('a file in place of the socket is left alone', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'control.sock')
  writeFileSync(path, 'mine')
  await expect(serveControl(folder, methods)).rejects.toMatchObject({
    code: 'DATA_FOLDER_DAMAGED',
    hint: `Remove ${path}.`,
  })
  expect(existsSync(path)).toBe(true)
  await expect(callControl(folder, 'where', {})).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING' })
})

test('no node answers where there is no data folder', async () => {
  const path = join(temporaryFolder(), 'none')
  await expect(callControl(path, 'where', {})).rejects.toMatchObject({ code: 'NODE_NOT_RUNNING', facts: { path } })
  await expect(serveControl(path, methods)).rejects.toMatchObject({ name: 'MeshError' })
})
