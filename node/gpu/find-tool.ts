/** Where a tool of the system lies: looked for without a shell, and never in the folder that happens to be the current one. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { posix, win32 } from 'node:path'

export interface ToolSearch {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Path of the program, or `undefined` where there is none that this user may run. A path with folders is taken as it is. */
export async function findTool(tool: string, search: ToolSearch): Promise<string | undefined> {
  const { isAbsolute, join } = pathsOf(search)
  const candidates = isAbsolute(tool)
    ? [tool]
    : searchFolders(search).flatMap((folder) => namesOf(tool, search).map((name) => join(folder, name)))
  for (const path of candidates) if (await isProgram(path)) return path
  return undefined
}

/** The `PATH`, then the places where vendors put their tools though no login shell of a service has them in its `PATH`. */
function searchFolders({ platform, env }: ToolSearch): readonly string[] {
  const { delimiter, isAbsolute } = platform === 'win32' ? win32 : posix
  const named = (env.PATH ?? env.Path ?? '').split(delimiter).filter(isAbsolute)
  return [...new Set([...named, ...usualFolders(platform, env)])]
}

function usualFolders(platform: NodeJS.Platform, env: ToolSearch['env']): readonly string[] {
  switch (platform) {
    case 'win32':
      return [
        win32.join(env.SystemRoot ?? 'C:\\Windows', 'System32'),
        win32.join(env.ProgramFiles ?? 'C:\\Program Files', 'NVIDIA Corporation', 'NVSMI'),
      ]
    case 'darwin':
      return ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin', '/opt/homebrew/bin']
    case 'android':
      return ['/system/bin', '/vendor/bin']
    default:
      // WSL keeps the host's nvidia-smi in its library folder; ROCm lies under /opt.
      return ['/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin', '/opt/rocm/bin', '/usr/lib/wsl/lib']
  }
}

/** On Windows a script needs a shell, and is none of ours: `.exe` only. */
const namesOf = (tool: string, { platform }: ToolSearch): readonly string[] =>
  platform === 'win32' && !tool.toLowerCase().endsWith('.exe') ? [`${tool}.exe`] : [tool]

const pathsOf = ({ platform }: ToolSearch) => (platform === 'win32' ? win32 : posix)

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
