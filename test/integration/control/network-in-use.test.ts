import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeNetworkFile } from '../../../bootstrap/localnet/write-network-file.ts'
import { networkInUse } from '../../../node/cli/node/network-in-use.ts'
import { loadConfig } from '../../../node/config/load-config.ts'
import { networksFolder } from '../../../node/config/networks-folder.ts'
import { thisSystem } from '../../../node/config/system-paths.ts'
import { serveControl } from '../../../node/control/serve-control.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const STAKE = { parameters: { stakeMin: '77' } }

/** A command on a data folder, and the file of a network that is not the one that it would take by itself. */
function set() {
  const dataFolder = temporaryFolder()
  const networkFile = join(temporaryFolder(), 'mesh.json')
  writeNetworkFile(networkFile, 'local', [], STAKE)
  const command = (flags: Readonly<Record<string, unknown>> = {}, env: Readonly<Record<string, string>> = {}) => {
    const config = loadConfig({
      networksFolder: networksFolder(),
      system: { ...thisSystem(), env },
      systemFile: join(dataFolder, 'no-system-file'),
      flags: { dataFolder, ...flags },
    })
    return networkInUse({ config: async () => config, signal: new AbortController().signal })
  }
  const running = (status: () => Promise<unknown>) => serveControl(dataFolder, { status })
  return { dataFolder, networkFile, command, running }
}

test('a command that names no network means that of the node that runs on its folder', async () => {
  const { networkFile, command, running } = set()
  await using _ = await running(async () => ({ networkFile }))
  expect((await command()).parameters.stakeMin).toBe(77_000_000n)
})

test('one that names a network means that one, whatever runs, and asks nobody', async () => {
  const { networkFile, command, running } = set()
  let asked = 0
  await using _ = await running(async () => {
    asked++
    return { networkFile }
  })
  expect((await command({ network: 'local' })).parameters.stakeMin).toBe(0n)
  expect(asked).toBe(0)
})

test('where no node runs the configuration says it, also by a variable', async () => {
  const { networkFile, command } = set()
  expect((await command()).parameters.stakeMin).toBe(0n)
  expect((await command({}, { AITBC_NETWORK: networkFile })).parameters.stakeMin).toBe(77_000_000n)
})

test('a node on the configured network is asked and changes nothing', async () => {
  const { command, running } = set()
  await using _ = await running(async () => ({ networkFile: 'local' }))
  expect((await command()).networkId).toBe('local')
})

test('a node that cannot tell, or whose network file is gone, is an error and no guess', async () => {
  const failing = set()
  await using _ = await failing.running(async () => {
    throw new MeshError('DISK_FULL', {})
  })
  await expect(failing.command()).rejects.toMatchObject({ code: 'DISK_FULL' })
  const gone = set()
  await using __ = await gone.running(async () => ({ networkFile: join(gone.dataFolder, 'none.json') }))
  await expect(gone.command()).rejects.toMatchObject({ code: expect.stringMatching(/^CONFIG_/) })
})
