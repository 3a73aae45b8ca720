import type { CareVerdict } from '../../../protocols/rules/care/care-verdict.ts'
import { type ProgramList, programName } from './running-programs.ts'
import type { WatchedProgram } from './watched-program.ts'

/** The kernel cuts names so where a process does not say more. */
const COMM_CHARS = 15

/** By whom work is held: by one of the cards, named by its key, or by the machine. */
export type ProgramHolder = 'program' | `program/${string}`

/**
 * Whether one of the owner's programs runs. Jobs that run are of seconds: they end in order, while nothing new comes in.
 * @param keyOf the card that the owner's word means; a program whose card nobody knows wants the machine
 * @returns one hold for each card that is wanted, and one for the machine
 */
export function programCondition(
  list: ProgramList,
  programs: readonly WatchedProgram[],
  keyOf: (word: string) => string | undefined,
): (signal: AbortSignal) => Promise<ReadonlyMap<ProgramHolder, CareVerdict> | 'unknown'> {
  const wanted = programs.map(({ program, card }) => ({ program, card, name: programName(program) }))
  return async (signal) => {
    const running = await list.running(signal)
    if (running === undefined) return 'unknown'
    const holds = new Map<ProgramHolder, CareVerdict>()
    for (const { program, card, name } of wanted) {
      if (!running.has(name) && !running.has(name.slice(0, COMM_CHARS))) continue
      const key = card === undefined ? undefined : keyOf(card)
      const holder: ProgramHolder = key === undefined ? 'program' : `program/${key}`
      if (!holds.has(holder)) holds.set(holder, heldBy(program))
    }
    return holds
  }
}

const heldBy = (program: string): CareVerdict => ({
  admits: false,
  loadShare: 1,
  stopsRunning: false,
  reasons: [{ cause: 'program', text: `${program} runs` }],
})
