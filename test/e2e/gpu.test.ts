/** `aitbc gpu` on the machine that runs the tests, whatever cards it has. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { CardsReport } from '../../node/gpu/cards-report.ts'
import { CliNetwork } from '../support/processes/cli-network.ts'
import { cli } from '../support/processes/cli-process.ts'
import { recorded } from '../support/recordings/recorded-machine.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const log = recorded('nvidia-smi/xml/rtx-3060-v12.xml')

/** A folder for the PATH with a tool in it that prints a recorded log, or does what a script says. */
function pathWith(script: string): string {
  const folder = join(temporaryFolder(), 'bin')
  mkdirSync(folder)
  writeFileSync(join(folder, 'log.xml'), log)
  writeFileSync(join(folder, 'nvidia-smi'), `#!/bin/sh\ncd ${folder}\n${script}\n`)
  chmodSync(join(folder, 'nvidia-smi'), 0o755)
  return `${folder}:${process.env.PATH}`
}

const gpu = (words: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  cli(['gpu', '--data', join(temporaryFolder(), 'none'), ...words], { env })

test('shows the processor of this machine, last, without a node', async () => {
  const { code, out } = await gpu(['--json'])
  expect(code).toBe(0)
  const { via, cards, backends } = JSON.parse(out) as CardsReport
  expect(via).toBe('machine')
  expect(cards.at(-1)).toMatchObject({ key: 'cpu', vendor: 'cpu', cores: cpus().length, isGone: false })
  expect(cards.at(-1)?.reading?.utilisation).toBeGreaterThanOrEqual(0)
  expect(backends.find(({ backend }) => backend === 'processor')).toMatchObject({ state: 'seen', cards: 1 })
  const why = await gpu(['--why'])
  expect(why.out).toMatch(/BACK END.*WHY/)
})

test.skipIf(process.platform === 'win32')('shows what a tool in the PATH prints, run as the real one is', async () => {
  const PATH = pathWith('[ "$1" = -q ] && cat log.xml')
  const { out } = await gpu([], { PATH })
  expect(out).toContain('NVIDIA GeForce RTX 3060')
  expect(out).toContain('0000:2d:00.0')
})

test.skipIf(process.platform === 'win32')('is not kept by a tool that hangs, and says so', async () => {
  const PATH = pathWith('sleep 600 & sleep 600')
  const { code, out } = await gpu(['--json'], { PATH })
  expect(code).toBe(0)
  const { cards, backends } = JSON.parse(out) as CardsReport
  expect(cards.at(-1)?.vendor).toBe('cpu')
  expect(backends.find(({ backend }) => backend === 'nvidia-smi')).toMatchObject({
    state: 'failed',
    why: expect.stringContaining('did not answer'),
  })
})

test('asks a running miner, whose status shows its cards too, and which started though a tool hangs', async () => {
  await using network = await CliNetwork.start()
  const PATH = process.platform === 'win32' ? process.env.PATH! : pathWith('sleep 600')
  const folder = join(network.folder, 'miner')
  const words = [
    'start',
    '--data',
    folder,
    '--network',
    network.networkPath,
    '--roles',
    'miner',
    '--models',
    'characters',
  ]
  await using miner = network.process(words, { PATH })
  await miner.says('Ctrl-C stops it')
  const place = ['--data', folder, '--network', network.networkPath]
  const asked = await cli(['gpu', '--json', ...place], { env: network.env })
  const { via, cards } = JSON.parse(asked.out) as CardsReport
  expect(via).toBe('node')
  expect(cards.at(-1)).toMatchObject({ vendor: 'cpu' })
  expect((await cli(['status', ...place], { env: network.env })).out).toMatch(/cards +.*the processor/)
})
