/** Whether the connection of this machine is paid by what goes over it. */
import { printedBy } from '../../gpu/ask-tool.ts'
import type { Machine } from '../../gpu/machine.ts'

const TOOL = { deadlineMs: 10_000, outputBytesMax: 65_536 } as const

const NETWORK_MANAGER = [
  'get-property',
  'org.freedesktop.NetworkManager',
  '/org/freedesktop/NetworkManager',
  'org.freedesktop.NetworkManager',
  'Metered',
] as const

const WINDOWS_SCRIPT =
  '[void][Windows.Networking.Connectivity.NetworkInformation,Windows,ContentType=WindowsRuntime]; ' +
  '[Windows.Networking.Connectivity.NetworkInformation]::GetInternetConnectionProfile().GetConnectionCost().NetworkCostType'

/** @returns undefined where the system does not say @throws MeshError CANCELLED */
export async function isMetered(machine: Machine, signal: AbortSignal): Promise<boolean | undefined> {
  const asked =
    machine.platform === 'linux'
      ? (['busctl', NETWORK_MANAGER] as const)
      : machine.platform === 'win32'
        ? (['powershell', ['-NoProfile', '-NonInteractive', '-Command', WINDOWS_SCRIPT]] as const)
        : undefined
  if (asked === undefined) return undefined
  const text = await printedBy(machine, asked[0], asked[1], { ...TOOL, signal })
  if (text === undefined) return undefined
  return machine.platform === 'linux' ? parseNmMetered(text) : parseNetworkCost(text)
}

/** NMMetered: 1 yes, 2 no, 3 guessed yes, 4 guessed no, 0 unknown. */
function parseNmMetered(text: string): boolean | undefined {
  const found = /^u ([0-4])$/.exec(text.trim())?.[1]
  return found === undefined || found === '0' ? undefined : found === '1' || found === '3'
}

/** NetworkCostType. */
function parseNetworkCost(text: string): boolean | undefined {
  const word = text.trim()
  return word === 'Unrestricted' ? false : word === 'Fixed' || word === 'Variable' ? true : undefined
}
