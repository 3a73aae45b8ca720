/** A miner as it is started by `aitbc start`. Arguments: network file, data folder, model path, engine threads, `off` where runs are not shared. */
import { loadConfig } from '../../../node/config/load-config.ts'
import { networksFolder } from '../../../node/config/networks-folder.ts'
import { thisSystem } from '../../../node/config/system-paths.ts'
import { startNode } from '../../../node/roles/start-node.ts'
import { serveParent } from './child.ts'

const [network, dataFolder, model, engineThreads, sharedRuns = 'on'] = process.argv.slice(2)
const config = loadConfig({
  networksFolder: networksFolder(),
  system: { ...thisSystem(), env: {} },
  systemFile: `${dataFolder}/none`,
  flags: {
    network,
    dataFolder,
    lanDiscovery: 'off',
    roles: ['miner', 'router'],
    models: [model],
    engineThreads: Number(engineThreads),
    jobsMax: 256,
    sharedRuns,
  },
})
const node = await startNode({ settings: config.settings, network: config.network })
serveParent({ operator: node.operator }, async () => node[Symbol.asyncDispose]())
