/**
 * What a restore brings into a data folder is complete in a folder inside it before anything else is touched. Giving that folder
 * its final name is the one step that counts: before it the old state holds, after it the new one, and whoever takes the folder
 * next goes on where a killed restore stopped.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { syncFolder } from './durable-file.ts'

/** Inside the data folder. `ready`: the old files go next; `placing`: they are gone, the new ones come. */
export const restoreFolders = {
  filling: 'restore.filling',
  ready: 'restore.ready',
  placing: 'restore.placing',
} as const

/** What belongs to a node's state, besides what a backup brings; all else in the folder stays, models and log first of all. */
const STATE =
  /^(keys|journal\.sqlite.*|evidence\.sqlite.*|grant\.bin|certificate\.bin|jobs\.json|known-peers\.json|config\.json|network\.json|gateway-spent\.json|bootstrap-seed|running\.json)$/

const EVIDENCE = 'evidence.sqlite'

/** What of a node's state lies in the folder. */
export function stateIn(path: string): readonly string[] {
  return existsSync(path) ? readdirSync(path).filter((name) => STATE.test(name)) : []
}

/** Only for who holds the lock of the folder. @throws Error of node:fs */
export function finishRestore(path: string): void {
  const [filling, ready, placing] = Object.values(restoreFolders).map((name) => join(path, name)) as [
    string,
    string,
    string,
  ]
  // Never complete: a restore that was stopped before it counted.
  rmSync(filling, { recursive: true, force: true })
  if (existsSync(ready)) {
    setAside(path, existsSync(join(ready, EVIDENCE)))
    renameSync(ready, placing)
    syncFolder(path)
  }
  if (existsSync(placing)) {
    for (const name of readdirSync(placing)) renameSync(join(placing, name), join(path, name))
    rmdirSync(placing)
    syncFolder(path)
  }
}

/**
 * Keys are never deleted: what was there is kept under a name of its own.
 * @param bringsEvidence where the backup brings none, what is known of others here stays
 */
function setAside(path: string, bringsEvidence: boolean): void {
  const old = stateIn(path).filter((name) => bringsEvidence || !name.startsWith(EVIDENCE))
  if (old.length === 0) return
  const aside = asideFolder(path)
  mkdirSync(aside, { mode: 0o700 })
  for (const name of old) renameSync(join(path, name), join(aside, name))
  syncFolder(aside)
}

/** Where the setting aside was killed, the rest goes to another. */
function asideFolder(path: string): string {
  for (let number = 1; ; number++) {
    const aside = join(path, `replaced-${number}`)
    if (!existsSync(aside)) return aside
  }
}
