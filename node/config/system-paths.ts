/** Where this operating system expects data and configuration. */
import { availableParallelism, homedir, totalmem } from 'node:os'
import { join, posix, win32 } from 'node:path'

/** What defaults depend on; a value, so that each system can be tested on any. */
export interface SystemFacts {
  readonly platform: NodeJS.Platform
  readonly homeFolder: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cores: number
  readonly memoryBytes: number
}

export const thisSystem = (): SystemFacts => ({
  platform: process.platform,
  homeFolder: homedir(),
  env: process.env,
  cores: availableParallelism(),
  memoryBytes: totalmem(),
})

export function defaultDataFolder({ platform, homeFolder, env }: SystemFacts): string {
  switch (platform) {
    case 'win32':
      return win32.join(env.LOCALAPPDATA ?? win32.join(homeFolder, 'AppData', 'Local'), 'aitbc')
    case 'darwin':
      return posix.join(homeFolder, 'Library', 'Application Support', 'aitbc')
    default:
      return posix.join(env.XDG_DATA_HOME ?? posix.join(homeFolder, '.local', 'share'), 'aitbc')
  }
}

/** Settings for all users of the machine. */
export function systemConfigPath({ platform, env }: SystemFacts): string {
  switch (platform) {
    case 'win32':
      return win32.join(env.PROGRAMDATA ?? 'C:\\ProgramData', 'aitbc', 'config.json')
    case 'darwin':
      return '/Library/Application Support/aitbc/config.json'
    default:
      return '/etc/aitbc/config.json'
  }
}

/** Settings of this node, beside its data. */
export const userConfigPath = (dataFolder: string): string => join(dataFolder, 'config.json')
