/** Whether a node looks for others in its LAN: on the internet the neighbours in a café are nobody to tell of one's node. */
import { networkPresets } from '../network/network-preset.ts'
import type { NetworkFile } from './network-file.ts'
import type { Settings } from './settings.ts'

export const searchesLan = (
  { lanDiscovery }: Pick<Settings, 'lanDiscovery'>,
  { preset }: Pick<NetworkFile, 'preset'>,
): boolean => lanDiscovery === 'on' || (lanDiscovery === 'auto' && networkPresets[preset].privateAddresses)
