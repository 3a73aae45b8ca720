import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loopedPerceptronModel } from '../support/engines/onnx-models.ts'
import { CliNetwork } from '../support/processes/cli-network.ts'
import { cli } from '../support/processes/cli-process.ts'

let net: CliNetwork
beforeAll(async () => {
  net = await CliNetwork.start()
  // 16 MiB of weights at 4 MiB a second: long enough to be killed in.
  writeFileSync(join(net.folder, 'large.onnx'), loopedPerceptronModel(2_048, 1))
  await net.miner('miner', ['large.onnx'], '0.001', ['--upload-max', '4 MiB'])
})
afterAll(() => net[Symbol.asyncDispose]())

test('a pull that is killed in the middle goes on from there, and what it leaves is listed as a part', async () => {
  const place = ['--data', join(net.folder, 'puller'), '--network', net.networkPath]
  const here = { env: net.env, folder: net.folder }
  const list = async () => JSON.parse((await cli(['models', 'list', '--json', ...place], here)).out).models
  const found = JSON.parse((await net.run(['models', '--json'])).out).network[0]
  const have = join(net.folder, 'puller', 'content', found.id, 'have')
  const chunksHere = (): number =>
    existsSync(have)
      ? [...readFileSync(have)].reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0)
      : 0

  await using first = net.process(['models', 'pull', 'large', ...place])
  await expect.poll(chunksHere, { timeout: 30_000, interval: 20 }).toBeGreaterThan(2)
  first.child.kill('SIGKILL')
  await first.end()
  const kept = chunksHere()
  expect(await list()).toMatchObject([{ id: found.id, name: 'large', whole: false, bytes: found.bytes }])

  const startedMs = performance.now()
  const second = await cli(['models', 'pull', 'large', '--json', ...place], here)
  expect(second).toMatchObject({ code: 0 })
  // What had come is not waited for again: the rest alone takes at least this long at the miner's pace.
  expect(kept).toBeGreaterThan(2)
  expect(performance.now() - startedMs).toBeGreaterThan((17 - kept - 3) * 250)
  expect(await list()).toMatchObject([{ whole: true, bytesHere: found.bytes }])

  const removed = await cli(['models', 'remove', 'large', '--json', ...place], here)
  expect(JSON.parse(removed.out)).toMatchObject({ id: found.id })
  expect(await list()).toEqual([])
})
