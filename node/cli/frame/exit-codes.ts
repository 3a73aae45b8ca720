/** What the exit codes mean, for `aitbc help exit-codes`; the numbers are the kernel's. */
import { EXIT } from '../../../protocols/kernel/error-projections.ts'

const meanings: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'It is done.',
  failed: 'It was tried and failed; the message says why.',
  usage: 'The command line or a setting is wrong; nothing was tried.',
  cancelled: 'It was cancelled, though not from this terminal: by the node, or because a time ran out.',
  notAuthorised: 'The key, the user or the budget does not allow it.',
  notRunning: 'No node runs for this data folder.',
  degraded: 'It works, but not as it should; the output says what is missing.',
  bug: 'A fault of the program itself; please report it.',
  interrupted: 'Ctrl-C or a stop signal ended it.',
}

export interface ExitCodeRow {
  readonly code: number
  readonly name: string
  readonly meaning: string
}

export const exitCodes: readonly ExitCodeRow[] = Object.entries(EXIT).map(([name, code]) => ({
  code,
  name,
  meaning: meanings[name as keyof typeof EXIT],
}))
