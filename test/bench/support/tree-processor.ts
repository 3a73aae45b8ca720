/** Processor time of a process with all that it started, read from outside. Linux only. */
import { readdirSync, readFileSync } from 'node:fs'

/** Of all Linux machines that Node.js runs on. */
const TICKS_A_SECOND = 100

interface Stat {
  readonly pid: number
  readonly parent: number
  readonly ticks: number
}

function statOf(pid: string): Stat | undefined {
  try {
    // The name in parentheses may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ')
    return { pid: Number(pid), parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }
  } catch {
    return undefined
  }
}

/** In microseconds, to ten thousand of them. */
export function treeProcessorUs(root: number): number {
  const stats = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (statOf(name) ?? []) : []))
  const tree = new Set([root])
  // A child may stand before its parent where numbers have gone round.
  for (let grown = -1; grown !== tree.size; ) {
    grown = tree.size
    for (const { pid, parent } of stats) if (tree.has(parent)) tree.add(pid)
  }
  const ticks = stats.reduce((sum, stat) => sum + (tree.has(stat.pid) ? stat.ticks : 0), 0)
  return (ticks / TICKS_A_SECOND) * 1e6
}
