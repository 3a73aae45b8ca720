/** How a miner changed a job to run it, in words; numbers of a stranger. */
import type { RunNotes } from '../../../protocols/wire/job/job-messages.ts'
import { amountOf } from '../screen/numbers.ts'

/** `undefined` where it changed nothing. @example notesText({ pieces: 4 }) === 'in 4 pieces' */
export function notesText({ pieces, together, setAside }: RunNotes = {}): string | undefined {
  const words = [
    ...(pieces === undefined ? [] : [`in ${amountOf(pieces, 'piece')}, one after the other`]),
    ...(together === undefined ? [] : [`in one run with ${amountOf(Math.max(0, together - 1), 'other job')}`]),
    ...(setAside === undefined
      ? []
      : [`begun anew after it made way ${setAside === 1 ? 'once' : amountOf(setAside, 'time')}`]),
  ]
  return words.length === 0 ? undefined : words.join(', ')
}
