/** How long nobody has touched keyboard or mouse, as the system says it. What it cannot say is unknown. */
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { printedBy } from '../../gpu/ask-tool.ts'
import type { Machine } from '../../gpu/machine.ts'

const TOOL = { deadlineMs: 5_000, outputBytesMax: 2 ** 20 } as const

const LOGIN = ['org.freedesktop.login1', '/org/freedesktop/login1', 'org.freedesktop.login1.Manager'] as const

/** Milliseconds since the last input of this session. Environment.TickCount wraps in the same way as the time of the input. */
const WINDOWS_SCRIPT = [
  "Add-Type 'using System; using System.Runtime.InteropServices; public static class Input {",
  '[StructLayout(LayoutKind.Sequential)] struct Info { public uint size; public uint time; }',
  '[DllImport("user32.dll")] static extern bool GetLastInputInfo(ref Info info);',
  'public static uint IdleMs() { var info = new Info(); info.size = (uint)Marshal.SizeOf(info);',
  "GetLastInputInfo(ref info); return unchecked((uint)Environment.TickCount - info.time); } }'; [Input]::IdleMs()",
].join(' ')

/**
 * @returns ms; undefined where the system does not say
 * @throws MeshError CANCELLED
 */
export async function idleMs(machine: Machine, clock: Clock, signal: AbortSignal): Promise<number | undefined> {
  const ask = (tool: string, args: readonly string[]) => printedBy(machine, tool, args, { ...TOOL, signal })
  switch (machine.platform) {
    case 'linux':
      return parseWholeMs(await ask('xprintidle', [])) ?? (await logindIdleMs(ask, clock))
    case 'darwin':
      return parseHidIdle(await ask('ioreg', ['-c', 'IOHIDSystem', '-d', '4']))
    case 'win32':
      return parseWholeMs(await ask('powershell', ['-NoProfile', '-NonInteractive', '-Command', WINDOWS_SCRIPT]))
    default:
      return undefined
  }
}

/** The desktop tells logind; on a machine without one the terminals do. */
async function logindIdleMs(
  ask: (tool: string, args: readonly string[]) => Promise<string | undefined>,
  clock: Clock,
): Promise<number | undefined> {
  const hint = await ask('busctl', ['get-property', ...LOGIN, 'IdleHint'])
  if (hint === undefined) return undefined
  if (hint.trim() === 'b false') return 0
  if (hint.trim() !== 'b true') return undefined
  const since = /^t (\d{1,20})$/.exec((await ask('busctl', ['get-property', ...LOGIN, 'IdleSinceHint']))?.trim() ?? '')
  if (since === null) return undefined
  return Math.max(0, clock.nowMs() - Number(since[1]) / 1_000)
}

/** A line of digits. */
function parseWholeMs(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text.trim()) ? Number(text.trim()) : undefined
}

/** `"HIDIdleTime" = 1234567890`, in nanoseconds. */
function parseHidIdle(text: string | undefined): number | undefined {
  const found = /"HIDIdleTime"\s*=\s*(\d{1,20})/.exec(text ?? '')
  return found === null ? undefined : Number(found[1]) / 1e6
}
