/** How a command reaches the models of a data folder: through the node that runs on it or, where none does, by itself. */
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import type { StoreMethodName } from '../../control/methods/content-methods.ts'
import type { CommandContext } from '../frame/command.ts'

type Context = Pick<CommandContext, 'config' | 'signal' | 'out'>

/** @throws MeshError what the method throws; DATA_FOLDER_*, CANCELLED */
export async function callStore<T>(context: Context, method: StoreMethodName, params: object = {}): Promise<T> {
  const { reachNode } = await import('../node/node-access.ts')
  try {
    await using node = await reachNode(context)
    return await node.call<T>(method, params)
  } catch (error) {
    if (!isMeshError(error, 'NODE_NOT_RUNNING')) throw error
  }
  return (await onDisk(context, method, params)) as T
}

async function onDisk({ config, signal }: Context, method: StoreMethodName, params: object): Promise<unknown> {
  const { join } = await import('node:path')
  const { folderFiles, lockFolder } = await import('../../storage/data-folder.ts')
  const { ContentStore } = await import('../../content/content-store.ts')
  const { createCrypto } = await import('../../keys/node-crypto.ts')
  const { storeMethods } = await import('../../control/methods/content-methods.ts')
  const { systemClock } = await import('../../roles/system-clock.ts')
  const { settings } = await config()
  using lock = lockFolder(settings.dataFolder)
  void lock
  const hasher = await createCrypto()
  const folder = join(settings.dataFolder, folderFiles.content)
  const store = new ContentStore(folder, { clock: systemClock, hasher, spaceMax: settings.modelSpaceMax })
  return storeMethods({ store, hasher })[method](params, { signal, emit: async () => undefined })
}
