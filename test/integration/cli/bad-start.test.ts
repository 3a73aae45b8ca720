/** What `aitbc start` says where it starts no node: run in this process. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { writeNetworkFile } from '../../../bootstrap/localnet/write-network-file.ts'
import { startCommand } from '../../../node/cli/node/start-command.ts'
import { sample } from '../../support/engines/samples.ts'
import { hostileGraphs } from '../../support/hostile-models/graphs.ts'
import { expectTold } from '../../support/processes/bad-start.ts'
import { programOf, runWords, type Said } from '../../support/run-words.ts'
import { canMount, SmallDisk } from '../../support/small-disk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const program = programOf(startCommand)
// Networks of one name that run side by side on this machine would find each other.
beforeAll(() => void vi.stubEnv('AITBC_LAN_DISCOVERY', 'off'))
afterAll(() => void vi.unstubAllEnvs())

const start = (dataFolder: string, ...more: readonly string[]): Promise<Said> =>
  runWords(program, ['start', '--data', dataFolder, '--log-level', 'warn', ...more])

/** The text of one that names a bootstrap peer. */
function networkFile(): string {
  const path = join(temporaryFolder(), 'network.json')
  const peer = '12D3KooWCe8U3sRp9znEw1v69mfr8Y1suPAEpSs9wJHZkrfdEwSx'
  writeNetworkFile(path, 'local', [{ peer, addresses: [`/ip4/127.0.0.1/tcp/1/p2p/${peer}`] }])
  return readFileSync(path, 'utf8')
}

describe('a node does not start', () => {
  test('on a port that is taken', async () => {
    await using server = createServer().listen(0, '127.0.0.1')
    await expect.poll(() => server.listening).toBe(true)
    const { port } = server.address() as { port: number }
    const folder = temporaryFolder()
    const taken = new RegExp(`^✗ The port ${port} on 127\\.0\\.0\\.1 is taken\\.$`)
    expectTold(await start(folder, '--port', String(port)), 1, taken, /--port/)
    const { err } = await start(folder, '--port', String(port), '--json')
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'PORT_IN_USE', facts: { port, address: '127.0.0.1' } } })
  })

  test('on a journal that is damaged, and leaves it as it is', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'journal.sqlite'), 'garbage')
    expectTold(await start(folder), 1, /^✗ journal\.sqlite in the data folder is damaged: /, /backup/)
    expect(readFileSync(join(folder, 'journal.sqlite'), 'utf8')).toBe('garbage')
  })

  test('with a key file that is damaged, or open to others, and leaves it as it is', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'keys', 'operator.json')
    mkdirSync(join(folder, 'keys'), { mode: 0o700 })
    writeFileSync(path, '{"secret": "0x11', { mode: 0o600 })
    const damaged = /^✗ The key file .*operator\.json cannot be used: it is damaged or of another version/
    expectTold(await start(folder), 1, damaged, /Restore it from a backup/)
    chmodSync(path, 0o644)
    expectTold(await start(folder), 1, /other users can open it\.$/, /chmod 600 .*operator\.json/)
    expect(readFileSync(path, 'utf8')).toBe('{"secret": "0x11')
  })

  test('on a file, or below one', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    for (const path of [file, join(file, 'data')])
      expectTold(await start(path), 1, `✗ The data folder ${path} cannot be written: it is not a folder.`, /--data/)
  })

  test.skipIf(!canMount)('on a disk that is read-only', async () => {
    const disk = new SmallDisk(40_000_000)
    mkdirSync(join(disk.path, 'data'))
    disk.makeReadOnly()
    expectTold(await start(join(disk.path, 'data')), 1, /^✗ The data folder .* cannot be written: /, /writable/)
  })

  test('with a model that is none, is cut off, or is not there', async () => {
    const folder = temporaryFolder()
    const model = join(folder, 'm.onnx')
    writeFileSync(model, 'no model at all')
    expectTold(await start(folder, '--models', model), 1, /^✗ The model file .*it is no whole ONNX file/, /whole ONNX/)
    const whole = readFileSync(join(sample('letter-A.png'), '../../characters.onnx'))
    writeFileSync(model, whole.subarray(0, 100_000))
    expectTold(await start(folder, '--models', model), 1, /^✗ The model file .*m\.onnx cannot be used: /, /whole ONNX/)
    expectTold(await start(folder, '--models', 'charakters'), 1, /no model of that name is shipped/, /whole ONNX/)
  })

  test('with a model that means harm', async () => {
    const folder = temporaryFolder()
    const hostile = hostileGraphs.find(({ rule }) => rule === 'loop')!
    writeFileSync(join(folder, 'evil.onnx'), hostile.bytes())
    const told = await start(folder, '--models', join(folder, 'evil.onnx'))
    expectTold(told, 1, /^✗ The model breaks the rule loop: /, /Export the model/)
  })

  test('in a network that nobody knows, or that is described wrongly', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'network.json')
    expectTold(
      await start(folder, '--network', 'mars'),
      2,
      /^✗ The setting network is mars, .*shipped are local/,
      /--network/,
    )
    expectTold(await start(folder, '--network', path), 2, /there is no file .*network\.json/, /--network/)
    const good = networkFile()
    writeFileSync(path, good.slice(0, -20))
    expectTold(
      await start(folder, '--network', path),
      2,
      /^✗ The network file .* it is no whole JSON/,
      /Correct the file/,
    )
    writeFileSync(path, good.replace('"chainId"', '"chainID"'))
    expectTold(
      await start(folder, '--network', path),
      2,
      /^✗ The setting chainId is missing, from the network file .*: it is no whole number/,
      /Correct it in /,
    )
    writeFileSync(path, good.replace('"preset"', '"comment": "x", "preset"'))
    expectTold(
      await start(folder, '--network', path),
      2,
      /^✗ There is no setting comment, /,
      /See aitbc config|Did you mean/,
    )
    writeFileSync(path, good.replace(/"peer": ".*?"/, '"peer": "16Uiu2HAmNobodyAtAllWhoCouldBeCalledByThisNameHere00"'))
    expectTold(
      await start(folder, '--network', path),
      2,
      /^✗ The setting bootstrap is .* is no peer id\.$/,
      /aitbc config/,
    )
  })
})
