/** A node whose owner named a card's kernels on a machine that has none for it: it serves all the same, and says why. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { LogLine } from '../../../node/events/log-writer.ts'
import { loadConfig, networksFolder, startNode } from '../../../node/index.ts'
import { ModelFolder } from '../../support/model-folder.ts'
import { identityModel } from '../../support/onnx-models.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** No package of the runtime has them for this system. */
const foreign = process.platform === 'win32' ? 'coreml' : 'directml'

it('serves on the processor where no card can do what its owner asked for, and says why', async () => {
  const folder = temporaryFolder()
  const network = join(folder, 'network.json')
  const shipped = JSON.parse(readFileSync(join(networksFolder(), 'local.json'), 'utf8'))
  writeFileSync(
    network,
    JSON.stringify({ ...shipped, networkId: `lan-${randomBytes(8).toString('hex')}`, preset: 'lan' }),
  )
  const models = new ModelFolder()
  onTestFinished(() => models[Symbol.dispose]())
  const model = models.add('identity', identityModel('uint8', ['n']))
  const flags = {
    network,
    roles: ['miner', 'router'],
    models: [model.path],
    engineProvider: foreign,
    lanDiscovery: 'off',
  }
  const config = loadConfig({ networksFolder: networksFolder(), flags: { ...flags, dataFolder: join(folder, 'm') } })
  const lines: LogLine[] = []
  await using node = await startNode({ ...config, log: { wants: () => true, write: (line) => lines.push(line) } })
  const said = lines.filter(({ event }) => event === 'engine:on-processor')
  expect(said).toEqual([expect.objectContaining({ level: 'warn' })])
  expect(said[0]!.text).toMatch(new RegExp(`not on ${foreign}: .*has none for ${process.platform}`))
  expect(lines.some(({ event }) => event === 'model:ready')).toBe(true)
  expect(node.settings.engineProvider).toBe(foreign)
})
