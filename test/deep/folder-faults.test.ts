import { cpSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sample } from '../support/engines/samples.ts'
import { expectTold, startAt } from '../support/processes/bad-start.ts'
import { CliNetwork } from '../support/processes/cli-network.ts'
import { cli } from '../support/processes/cli-process.ts'
import { canMount, SmallDisk } from '../support/small-disk.ts'

let net: CliNetwork
beforeAll(async () => {
  net = await CliNetwork.start()
})
afterAll(() => net[Symbol.asyncDispose]())

const start = (dataFolder: string, ...more: string[]) => startAt(net)(dataFolder, ...more)

test('a data folder that was restored does not sign until its owner confirms it', async () => {
  const name = 'restored'
  const once = async (): Promise<void> => {
    const { process } = await net.miner(name, ['characters'], '0.001')
    process.child.kill('SIGTERM')
    expect((await process.end()).code).toBe(0)
  }
  await once()
  const [folder, backup] = [join(net.folder, name), join(net.folder, 'backup')]
  cpSync(folder, backup, { recursive: true })
  await once()
  rmSync(folder, { recursive: true })
  cpSync(backup, folder, { recursive: true })

  const words = ['--network', net.networkPath, '--roles', 'miner', '--models', 'characters']
  const older = /^✗ The data folder is older than what this key signed: peers saw sequence \d+, it holds \d+\.$/
  expectTold(
    await start(folder, ...words),
    1,
    older,
    /If no other copy of this node runs: aitbc start --confirm-restored/,
  )
  // Also at the next try: it does not forget.
  expectTold(await start(folder, ...words), 1, older, /--confirm-restored/)

  const { process } = await net.miner(name, ['characters'], '0.0001', ['--confirm-restored'])
  const answer = await net.run(['run', 'characters', '--input', sample('letter-A.png'), '--json'])
  expect(JSON.parse(answer.out)).toMatchObject({ price: '100', problem: null })
  process.child.kill('SIGTERM')
  await process.end()
})

test.skipIf(!canMount)('a miner on a full disk refuses jobs, and takes them again when there is space', async () => {
  const disk = new SmallDisk(96_000_000)
  await using other = await CliNetwork.start()
  await using stack = new AsyncDisposableStack()
  const { process, dataFolder } = await other.miner('full', ['characters'], '0.001', [
    '--data',
    join(disk.path, 'data'),
  ])
  stack.use(process)
  void dataFolder
  disk.fill()
  const run = () => other.run(['run', 'characters', '--input', sample('letter-A.png')])
  // What is still to be signed for goes into the space that was set aside; then no job is taken.
  await expect.poll(async () => (await run()).err, { timeout: 30_000 }).toContain('1 without disk space')
  const status = await cli(['status', '--data', join(disk.path, 'data')], { env: other.env })
  expect(status).toMatchObject({ code: 6, out: expect.stringContaining('FULL: no new jobs') })
  disk.free()
  await expect.poll(async () => (await run()).code, { timeout: 30_000, interval: 1_000 }).toBe(0)
  expect(statSync(join(disk.path, 'data')).mode & 0o777).toBe(0o700)
  process.child.kill('SIGTERM')
  expect((await process.end()).code).toBe(0)
})
