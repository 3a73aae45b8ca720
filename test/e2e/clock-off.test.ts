/** A miner whose clock is 45 s ahead, in a process of its own, among five whose clocks are right; and a time server that knows. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { identityModel } from '../support/engines/onnx-models.ts'
import { type JobNetwork, jobNetwork } from '../support/nodes/job-network.ts'
import { type TimeServer, timeServer } from '../support/nodes/time-server.ts'
import { CliProcess, cli } from '../support/processes/cli-process.ts'

const AHEAD_MS = 45_000
const SOON = { timeout: 60_000, interval: 500 }
/** Loaded before the program: the calendar of this one process. */
const shifted = `data:text/javascript,const now=Date.now;Date.now=()=>now()+${AHEAD_MS}`

let mesh: JobNetwork
let times: TimeServer
beforeAll(async () => {
  times = await timeServer()
  mesh = await jobNetwork({ identity: identityModel('uint8', ['n']) }, { miners: new Array(5).fill({}) })
})
afterAll(async () => {
  await mesh[Symbol.asyncDispose]()
  await times[Symbol.asyncDispose]()
})

test('it is told, signs no more offers, takes no jobs, and says so', async () => {
  const dataFolder = join(mesh.net.folder, 'ahead')
  const place = ['--data', dataFolder, '--network', mesh.net.networkPath, '--port', '0', '--websocket-port', '0']
  const words = ['start', ...place, '--models', mesh.path('identity'), '--listen', '127.0.0.1']
  await using miner = new CliProcess(words, {
    nodeFlags: ['--import', shifted],
    env: { HOME: dataFolder, AITBC_TIME_SERVERS: times.name },
  })
  await miner.says('Ctrl-C stops it')
  const status = () => cli(['status', '--data', dataFolder, '--json'], { env: { HOME: dataFolder } })
  // Each says its offer at once, twice.
  await expect
    .poll(async () => {
      for (const { miner } of mesh.net.miners) {
        await miner!.board.pause(true)
        await miner!.board.pause(false)
      }
      return JSON.parse((await status()).out).clock?.isStopped
    }, SOON)
    .toBe(true)
  const { code, out } = await status()
  expect(code).toBe(6)
  const { clock, next } = JSON.parse(out)
  expect(Math.abs(clock.offsetMs + AHEAD_MS)).toBeLessThan(5_000)
  expect(clock.voters).toBe(5)
  expect(next).toContain('Set the clock')
  expect(times.requests.length).toBeGreaterThan(0)
  const text = await cli(['status', '--data', dataFolder], { env: { HOME: dataFolder } })
  expect(text.out).toMatch(/^clock +STOPPED, no offers and no jobs: 4\d s AHEAD of what 5 miners say$/m)
  expect(miner.said.err).toContain('signs no offers and takes no jobs')
})
