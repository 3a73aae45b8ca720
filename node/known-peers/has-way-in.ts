/** Whether anybody is known to enter a network by, before a node is started in vain. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '../config/settings.ts'
import { folderFiles } from '../storage/data-folder.ts'

export const hasWayIn = ({
  bootstrap,
  entryPeers,
  dataFolder,
}: Pick<Settings, 'bootstrap' | 'entryPeers' | 'dataFolder'>): boolean =>
  bootstrap.length > 0 || entryPeers.length > 0 || existsSync(join(dataFolder, folderFiles.knownPeers))
