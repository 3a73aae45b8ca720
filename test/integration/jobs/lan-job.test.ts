/** A network of one LAN without any bootstrap peer, by real multicast DNS under a name that no other network here bears. */
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type ConnectOptions, connect, loadConfig, networksFolder, startNode } from '../../../node/index.ts'
import { ModelFolder } from '../../support/engines/model-folder.ts'
import { identityModel } from '../../support/engines/onnx-models.ts'
import { bytesInput } from '../../support/nodes/job-network.ts'
import { hasMulticast } from '../../support/nodes/lan-packets.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const multicast = await hasMulticast(5_353)

/** Path of the network file. */
function lanNetwork(folder: string, preset: 'lan' | 'wan'): string {
  const path = join(folder, 'network.json')
  const shipped = JSON.parse(readFileSync(join(networksFolder(), 'local.json'), 'utf8'))
  writeFileSync(path, JSON.stringify({ ...shipped, networkId: `lan-${randomBytes(8).toString('hex')}`, preset }))
  return path
}

describe('without a bootstrap peer', () => {
  it.skipIf(!multicast)('a client finds a miner of its LAN and gets an answer', async () => {
    const folder = temporaryFolder()
    const network = lanNetwork(folder, 'lan')
    const models = new ModelFolder()
    onTestFinished(() => models[Symbol.dispose]())
    const model = models.add('identity', identityModel('uint8', ['n']))
    const flags = { network, roles: ['miner', 'router'], models: [model.path], engineThreads: 1 }
    const config = loadConfig({ networksFolder: networksFolder(), flags: { ...flags, dataFolder: join(folder, 'm') } })
    await using miner = await startNode(config)
    await using mesh = await connect({ network, dataFolder: join(folder, 'client') })
    expect(mesh.node.mesh.connectedPeers()).toEqual([miner.peer])
    const answer = await mesh.infer({ model: model.id, inputs: [bytesInput(8)] })
    expect(answer.outputs[0]!.data).toEqual(bytesInput(8).data)
  })

  it.each<readonly [string, 'lan' | 'wan', string]>([
    ['on the internet nobody is asked for in the LAN', 'wan', 'NO_BOOTSTRAP'],
    ['in a LAN without any node it says that there is none', 'lan', 'NO_BOOTSTRAP'],
  ])('%s', async (_, preset, code) => {
    const folder = temporaryFolder()
    const options: ConnectOptions = { network: lanNetwork(folder, preset), dataFolder: join(folder, 'client') }
    await expect(connect(options)).rejects.toMatchObject({ code })
  })
})
