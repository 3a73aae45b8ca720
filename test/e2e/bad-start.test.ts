import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { expectTold, startAt } from '../support/processes/bad-start.ts'
import { CliNetwork } from '../support/processes/cli-network.ts'
import { cli } from '../support/processes/cli-process.ts'

let net: CliNetwork
beforeAll(async () => {
  net = await CliNetwork.start()
})
afterAll(() => net[Symbol.asyncDispose]())

const start = (dataFolder: string, ...more: string[]) => startAt(net)(dataFolder, ...more)

describe('a node starts all the same', () => {
  test('where the mark of the last run is garbage, and takes it for an unclean end', async () => {
    const miner = join(net.folder, 'marked')
    mkdirSync(miner, { mode: 0o700 })
    writeFileSync(join(miner, 'running.json'), '\0garbage')
    const { process } = await net.miner('marked', ['characters'], '0.001')
    expect(process.said.err).toContain('"unclean":true')
    process.child.kill('SIGTERM')
    expect((await process.end()).code).toBe(0)
    expect(existsSync(join(miner, 'running.json'))).toBe(false)
  })

  test('in a folder whose path is too long for a socket', async () => {
    const name = 'a-folder-whose-name-is-long'.repeat(5)
    const { process, dataFolder } = await net.miner(name, ['characters'], '0.001')
    expect(dataFolder.length).toBeGreaterThan(108)
    const here = { env: net.env, folder: net.folder }
    const status = await cli(['status', '--data', dataFolder], here)
    expect(status).toMatchObject({ code: 0, out: expect.stringContaining(`data     ${dataFolder}`) })
    expect((await cli(['stop', '--data', dataFolder], here)).code).toBe(0)
    expect((await process.end()).code).toBe(0)
  })
})

test('two nodes on one data folder: the second is told of the first, which goes on', async () => {
  const first = await net.miner('shared', ['characters'], '0.001')
  const told = await start(first.dataFolder)
  const { pid } = first.process.child
  expectTold(told, 1, `✗ Another node (process ${pid}) uses the data folder ${first.dataFolder}.`, /aitbc stop/)
  expect(await first.running()).toBe(0)
  first.process.child.kill('SIGTERM')
  await first.process.end()
})
