/** A network of thirty processes that loses its bootstrap peer, and half of its nodes for a while. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { StatusJson } from '../../node/cli/node/status-command.ts'
import { callControl } from '../../node/control/call-control.ts'
import { sample } from '../support/engines/samples.ts'
import { CliNetwork, type MinerProcess } from '../support/processes/cli-network.ts'
import { cli } from '../support/processes/cli-process.ts'

const ROUTERS = 25
const MINERS = 3
/** Started at the same time: more would only wait for the processor. */
const AT_ONCE = 4

const statusOf = async ({ dataFolder }: MinerProcess): Promise<StatusJson> =>
  (await callControl(dataFolder, 'status', {})) as StatusJson

async function startAll<T>(names: readonly string[], start: (name: string) => Promise<T>): Promise<readonly T[]> {
  const started: T[] = []
  for (let at = 0; at < names.length; at += AT_ONCE)
    started.push(...(await Promise.all(names.slice(at, at + AT_ONCE).map(start))))
  return started
}

test('a light peer that knows one address gets an answer after all bootstrap peers have died and half of the nodes were away', async () => {
  await using net = await CliNetwork.start()
  const names = Array.from({ length: ROUTERS }, (_, i) => `router-${i}`)
  const routers = await startAll(names, (name) => net.router(name))
  const miners = await startAll(
    Array.from({ length: MINERS }, (_, i) => `miner-${i}`),
    (name) => net.miner(name, ['characters'], '0.001'),
  )
  // Who has met nobody but the door could remember nobody.
  for (const node of [...routers, ...miners])
    await expect.poll(async () => (await statusOf(node)).peers, { timeout: 60_000 }).toBeGreaterThan(2)

  await net.closeDoor()
  const half = routers.slice(0, Math.ceil((ROUTERS + MINERS) / 2))
  for (const { dataFolder } of half) await cli(['stop', '--data', dataFolder], { env: net.env })
  const back = await startAll(
    half.map((_, i) => `router-${i}`),
    (name) => net.router(name),
  )
  for (const node of back)
    await expect.poll(async () => (await statusOf(node)).peers, { timeout: 60_000 }).toBeGreaterThan(0)

  const [address] = (await statusOf(back[0]!)).addresses
  const client = ['--data', join(net.folder, 'newcomer'), '--network', net.networkPath, '--peer', address!, '--json']
  const { code, out, err } = await cli(['run', 'characters', '--input', sample('letter-R.png'), ...client], {
    env: net.env,
  })
  expect(code, err).toBe(0)
  expect(JSON.parse(out).answers[0][0].label).toBe('R')
})
