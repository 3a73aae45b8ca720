/** Whether this machine runs on its battery. A machine without one says no; one that does not say is unknown. */
import { printedBy } from '../../gpu/ask-tool.ts'
import type { Machine } from '../../gpu/machine.ts'

const TOOL = { deadlineMs: 10_000, outputBytesMax: 65_536 } as const
const SUPPLIES = '/sys/class/power_supply'

/** 1 is said by a battery that discharges; nothing by a machine that has none. */
const WINDOWS_SCRIPT = '@(Get-CimInstance Win32_Battery | ForEach-Object { $_.BatteryStatus }) -join ","'

/** @throws MeshError CANCELLED */
export async function isOnBattery(machine: Machine, signal: AbortSignal): Promise<boolean | undefined> {
  switch (machine.platform) {
    case 'linux':
    case 'android':
      return fromKernel(machine)
    case 'darwin':
      return parsePmset(await printedBy(machine, 'pmset', ['-g', 'batt'], { ...TOOL, signal }))
    case 'win32':
      return parseBatteryStatus(
        await printedBy(machine, 'powershell', ['-NoProfile', '-NonInteractive', '-Command', WINDOWS_SCRIPT], {
          ...TOOL,
          signal,
        }),
      )
    default:
      return undefined
  }
}

/** A mouse has a battery too, of the scope Device. */
async function fromKernel(machine: Machine): Promise<boolean> {
  const said = async (name: string, file: string): Promise<string> =>
    (await machine.readText(`${SUPPLIES}/${name}/${file}`))?.trim() ?? ''
  let discharges = false
  for (const name of await machine.list(SUPPLIES)) {
    const type = await said(name, 'type')
    if (type === 'Battery' && (await said(name, 'scope')) !== 'Device') {
      discharges ||= (await said(name, 'status')) === 'Discharging'
    } else if (type !== 'Battery' && (await said(name, 'online')) === '1') return false
  }
  return discharges
}

/** `Now drawing from 'Battery Power'`. */
function parsePmset(text: string | undefined): boolean | undefined {
  const source = /Now drawing from '([^']{1,40})'/.exec(text ?? '')?.[1]
  return source === undefined ? undefined : source === 'Battery Power'
}

/** Numbers of Win32_Battery with commas; empty where there is no battery. */
function parseBatteryStatus(text: string | undefined): boolean | undefined {
  const trimmed = text?.trim()
  if (trimmed === undefined || !/^(\d{1,2}(,\d{1,2})*)?$/.test(trimmed)) return undefined
  return trimmed.split(',').some((status) => status === '1')
}
