/** Memory and processor of a process with all that it started, read from outside. Linux only. */
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
    // It ended meanwhile.
    return undefined
  }
}

function treeOf(root: number): readonly Stat[] {
  const stats = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (statOf(name) ?? []) : []))
  const tree = new Set([root])
  // A child may stand before its parent where numbers have gone round.
  for (let grown = -1; grown !== tree.size; ) {
    grown = tree.size
    for (const { pid, parent } of stats) if (tree.has(parent)) tree.add(pid)
  }
  return stats.filter(({ pid }) => tree.has(pid))
}

/** In microseconds, to ten thousand of them. */
export const treeProcessorUs = (root: number): number =>
  (treeOf(root).reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_A_SECOND) * 1e6

/** Proportional set size: what several processes share counts once, in parts. */
export const treeMemoryBytes = (root: number): number => treeOf(root).reduce((sum, { pid }) => sum + pssOf(pid), 0)

function pssOf(pid: number): number {
  try {
    return Number(/^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0) * 1_024
  } catch {
    // It ended meanwhile, or a sandbox hides it.
    return 0
  }
}
