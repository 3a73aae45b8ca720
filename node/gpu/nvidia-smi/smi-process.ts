/** A program that holds memory of a card, as nvidia-smi prints it. */
import { basename, win32 } from 'node:path'
import { known } from '../../../protocols/kernel/known.ts'
import type { CardProcess } from '../../../protocols/rules/cards/card-reading.ts'
import { wordOf } from '../text/words.ts'
import { mebibytes } from './printed-figures.ts'

/** A desktop shows a few dozen. */
export const PROCESSES_MAX = 256

/** One, or none where the line tells of no process. */
export function processOf(
  pid: string | undefined,
  path: string | undefined,
  used: string | undefined,
): readonly CardProcess[] {
  const id = Number(/^[1-9]\d{0,9}$/.exec(pid?.trim() ?? '')?.[0])
  if (!(id <= PID_MAX)) return []
  const word = path ?? ''
  // A Windows path is told by its drive; on Linux a backslash may be part of a name.
  const program = /^[A-Za-z]:\\/.test(word) ? win32.basename(word) : basename(word.split(' ')[0]!)
  return [known<CardProcess>({ pid: id, program: wordOf(program), memoryBytes: mebibytes(used) })]
}

/** Identifiers of Windows have 32 bits. */
const PID_MAX = 2 ** 32 - 1
