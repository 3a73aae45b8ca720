/** Settings of a process of the campaign: those of the network file, and what is given. */
import { join } from 'node:path'
import { type Config, loadConfig } from '../../../node/config/load-config.ts'
import { networksFolder } from '../../../node/config/networks-folder.ts'
import { thisSystem } from '../../../node/config/system-paths.ts'

export const configOf = (network: string, dataFolder: string, flags: Readonly<Record<string, unknown>>): Config =>
  loadConfig({
    networksFolder: networksFolder(),
    system: { ...thisSystem(), env: {} },
    systemFile: join(dataFolder, 'no-system-file'),
    flags: { network, dataFolder, lanDiscovery: 'off', ...flags },
  })
