/** Compiled code is kept between starts: measured on two cores, `aitbc config` starts in about half the time. */
import { enableCompileCache } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'

/**
 * In the user's own cache folder: Node's standard is a folder under /tmp that anyone could fill with code for us to run.
 * Where it cannot be written nothing is kept, and nothing else changes.
 */
export function keepCompiledCode(): void {
  enableCompileCache(join(cacheFolder(), 'aitbc', 'compiled'))
}

function cacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env
  switch (process.platform) {
    case 'win32':
      return LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local')
    case 'darwin':
      return join(homedir(), 'Library', 'Caches')
    default:
      return XDG_CACHE_HOME ?? join(homedir(), '.cache')
  }
}
