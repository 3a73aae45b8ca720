/** A node whose owner named a card's kernels on a machine that has none for it: it serves all the same, and says why. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { hasKernels } from '../../../node/engines/kernels.ts'
import { createOnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import { tryKernels } from '../../../node/engines/onnx/try-kernels.ts'
import type { LogLine } from '../../../node/events/log-writer.ts'
import { loadConfig, networksFolder, startNode } from '../../../node/index.ts'
import { triedSeats } from '../../../node/roles/miner/engine.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import { ModelFolder } from '../../support/engines/model-folder.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
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

it.skipIf(!hasKernels('cuda', process.platform, process.arch))(
  'leaves out each of several cards that fails its trial, and says of each why',
  async () => {
    const card = (key: string, uuid?: string): CardFacts => ({
      key,
      vendor: 'nvidia',
      seenBy: ['invented'],
      platforms: {},
      limits: {},
      ...(uuid === undefined ? {} : { uuid }),
    })
    // Nobody has these: CUDA sees no card by such a name, or is not on this machine at all.
    const cards = [card('a', 'GPU-00000000-a'), card('b', 'GPU-00000000-b'), card('c')]
    const { seats, refused } = await triedSeats('cuda', async () => cards, undefined, undefined)
    expect(seats).toEqual([])
    expect(refused.map(({ facts, error }) => [facts?.key, error.code])).toEqual(
      ['a', 'b', 'c'].map((key) => [key, 'ENGINE_KERNELS']),
    )
    expect(refused[2]!.error.message).toContain('neither UUID nor place')
  },
)

it.skipIf(!hasKernels('cuda', process.platform, process.arch)).each(['', '7', 'GPU-ffff'])(
  'says so where it is CUDA_VISIBLE_DEVICES that leaves no card: %j',
  async (visible) => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', visible)
    onTestFinished(() => void vi.unstubAllEnvs())
    const card: CardFacts = { key: 'a', vendor: 'nvidia', seenBy: ['invented'], platforms: {}, limits: {} }
    const { refused } = await triedSeats('cuda', async () => [card], undefined, undefined)
    expect(refused.map(({ error }) => error.message)).toEqual([
      expect.stringContaining(`CUDA_VISIBLE_DEVICES is "${visible}", which names no card that is here`),
    ])
    const none = await triedSeats('cuda', async () => [], undefined, undefined)
    expect(none.refused[0]!.error.message).toContain('no card that has them was found')
  },
)

it('finds kernels out that compute wrongly by one answer of a thousand', async () => {
  await using engine = await createOnnxEngine()
  const off = (by: number): Parameters<typeof tryKernels>[1] => {
    return async (kernels, model, limits, signal) => {
      const session = await engine.openWith('cpu', model, limits, signal)
      if (kernels === 'cpu') return session
      const run = session.run.bind(session)
      session.run = async (inputs, options) => {
        const result = await run(inputs, options)
        const output = result.outputs[0]!
        const values = new Float32Array(output.data.slice().buffer).map((value) => value * (1 + by))
        return { ...result, outputs: [{ ...output, data: new Uint8Array(values.buffer) }] }
      }
      return session
    }
  }
  await expect(tryKernels('webgpu', off(1e-3))).rejects.toMatchObject({ code: 'ENGINE_KERNELS' })
  await expect(tryKernels('webgpu', off(Number.NaN))).rejects.toMatchObject({ code: 'ENGINE_KERNELS' })
  await tryKernels('webgpu', off(1e-6))
  const failing =
    (error: Error): Parameters<typeof tryKernels>[1] =>
    (kernels, ...rest) =>
      kernels === 'cpu' ? engine.openWith('cpu', ...rest) : Promise.reject(error)
  const crashed = new MeshError('ENGINE_CRASHED', { how: 'SIGSEGV', model: 'characters' })
  await expect(tryKernels('webgpu', failing(crashed))).rejects.toMatchObject({ code: 'ENGINE_KERNELS', cause: crashed })
  // Of a mistake in the program the card is innocent.
  await expect(tryKernels('webgpu', failing(new TypeError('x')))).rejects.toMatchObject({ code: 'BUG' })
})
