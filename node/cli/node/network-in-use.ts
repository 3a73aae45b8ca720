/**
 * Which network a command means: that of the node that runs on the data folder, where the command names none. A network that was
 * started on this machine lies in a file of its own, which nobody should have to name to the commands beside it.
 */
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import type { NetworkFile } from '../../config/network-file.ts'
import type { CommandContext } from '../frame/command.ts'
import type { StatusJson } from './status-command.ts'

/** @throws MeshError CONFIG_* */
export async function networkInUse({
  config,
  signal,
}: Pick<CommandContext, 'config' | 'signal'>): Promise<NetworkFile> {
  const { settings, network, origin } = await config()
  if (origin('network').kind === 'flag') return network
  const { callControl } = await import('../../control/call-control.ts')
  try {
    const given = { signal, onEvent: () => undefined }
    const { networkFile } = (await callControl(settings.dataFolder, 'status', {}, given)) as StatusJson
    if (networkFile === settings.network) return network
    const { loadNetworkFile } = await import('../../config/network-file.ts')
    const { networksFolder } = await import('../../config/networks-folder.ts')
    return loadNetworkFile(networkFile, networksFolder(), origin('network')).network
  } catch (error) {
    if (isMeshError(error, 'NODE_NOT_RUNNING')) return network
    throw error
  }
}
