import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { program } from '../../bootstrap/bin/commands.ts'
import type { MapJson } from '../../node/cli/market/net-map-text.ts'
import type { NamedFinding } from '../../node/diagnosis/check.ts'
import { CliNetwork, type MinerProcess } from '../support/processes/cli-network.ts'
import { runWords } from '../support/run-words.ts'

let net: CliNetwork
let miner: MinerProcess

beforeAll(async () => {
  for (const [name, value] of [
    ['AITBC_LAN_DISCOVERY', 'off'],
    ['AITBC_PORT', '0'],
    ['AITBC_WEBSOCKET_PORT', '0'],
  ] as const)
    vi.stubEnv(name, value)
  net = await CliNetwork.start()
  miner = await net.miner('miner', ['characters'], '0.001')
  await net.miner('other', ['characters'], '0.002')
})
afterAll(async () => {
  await net[Symbol.asyncDispose]()
  vi.unstubAllEnvs()
})

/** In this process: a start of each command would take most of the time. */
const aitbc = (...words: readonly string[]) => runWords(program, words)

async function check(dataFolder: string) {
  const { code, out, err } = await aitbc('net', 'check', '--json', '--data', dataFolder, '--network', net.networkPath)
  const findings = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as NamedFinding)
  return { code, err, findings, of: (name: string) => findings.find((finding) => finding.name === name) }
}

test('a running node says how others reach it, and how far away they are', async () => {
  // Its offer takes a moment to be known, and its neighbour another to be met.
  const stands = async () => {
    const { code, of } = await check(miner.dataFolder)
    return { code, regions: of('regions')?.found }
  }
  await expect
    .poll(stands, { timeout: 90_000, interval: 2_000 })
    .toEqual({ code: 0, regions: expect.stringMatching(/^local \d+ ms \(1 timed\)$/) })
  const { findings, of } = await check(miner.dataFolder)
  expect(findings.map(({ number }) => number)).toEqual(findings.map((_, i) => i + 1))
  expect(of('bootstrap peers')!.found).toMatch(/^1 of 1 of local answer, the nearest after \d+ ms$/)
  expect(of('other peers')!.found).toMatch(/^1 of 1 that were asked answer, after \d+ ms/)
  expect(of('DHT')).toMatchObject({ state: 'ok', found: 'answers lookups' })
  // By the STUN of the bootstrap peer, which its network file names.
  expect(of('NAT')).toMatchObject({ state: 'ok', found: 'none; seen as 127.0.0.1 by 1 of 1 STUN servers' })
  expect(of('offer seen')!.found).toMatch(/^by 1 of 1/)
})

test('without a node a light peer shows what can be known, and the exit code says that it is not all', async () => {
  const { code, of } = await check(`${net.folder}/nobody`)
  expect(code).toBe(6)
  expect(of('node')).toMatchObject({ state: 'warn', remedy: expect.stringContaining('aitbc start') })
  expect(of('bootstrap peers')!.found).toContain('1 of 1')
  expect(of('DHT')).toBeUndefined()
})

test('where nobody answers it says whom it asked, and what to do', async () => {
  await net.closeDoor()
  const running = await check(miner.dataFolder)
  expect(running.code).toBe(6)
  expect(running.of('bootstrap peers')).toMatchObject({ state: 'fail', found: expect.stringContaining('0 of 1') })
  expect(running.of('other peers')!.state).toBe('ok')
  const alone = await check(`${net.folder}/nobody-else`)
  expect(alone.code).toBe(6)
  expect(alone.of('node')).toMatchObject({ state: 'fail', remedy: expect.stringContaining('bootstrap') })
})

test('the map of regions names what the nodes serve, and how far they are from each other', async () => {
  const words = (...more: string[]) => ['net', 'map', ...more, '--data', miner.dataFolder, '--network', net.networkPath]
  const map = async () => {
    const { code, out } = await aitbc(...words('--json'))
    expect(code).toBe(0)
    return JSON.parse(out) as MapJson
  }
  // The neighbours are timed some seconds after they have met.
  await expect.poll(map, { timeout: 90_000, interval: 2_000 }).toMatchObject({
    regions: [{ region: 'local', miners: 2, models: 1, profiles: 2 }],
    latencies: [{ from: 'local', to: 'local', source: 'own', voters: 1 }],
  })
  const nobody = await aitbc(...words('atlantis'))
  expect(nobody).toMatchObject({ code: 1, err: expect.stringContaining('serves the region atlantis') })
  const nowhere = await aitbc(...words('--from', '91,0'))
  expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('is no place 91,0') })
})
