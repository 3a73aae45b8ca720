/** Where a node's log lies: numbered files in one folder, of which the highest is being written. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

/** A line is one event, whose facts are bounded texts and numbers: a longer one is none of ours, and is not kept in memory. */
export const LINE_BYTES_MAX = 65_536

export interface LogPart {
  readonly number: number
  readonly path: string
}

/** Numbers only rise, so whoever follows the log never mistakes a new file for an old one. */
export const logPart = (folder: string, number: number): LogPart => ({ number, path: join(folder, `${number}.jsonl`) })

/** The oldest first; none where there is no folder. @throws Error of node:fs */
export function logParts(folder: string): readonly LogPart[] {
  return namesIn(folder)
    .flatMap((name) => {
      const match = /^([1-9]\d{0,14})\.jsonl$/.exec(name)
      return match === null ? [] : [logPart(folder, Number(match[1]))]
    })
    .sort((a, b) => a.number - b.number)
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}
