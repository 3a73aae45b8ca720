import type { CareVerdict } from '../../../protocols/rules/care/care-verdict.ts'
import { type ProgramList, programName } from './running-programs.ts'

/** The kernel cuts names so where a process does not say more. */
const COMM_CHARS = 15

/**
 * Whether one of the owner's programs runs. Jobs that run are of seconds: they end in order, while nothing new comes in.
 * @param programs as the owner wrote them: with or without folder and `.exe`, in any case
 */
export function programCondition(
  list: ProgramList,
  programs: readonly string[],
): (signal: AbortSignal) => Promise<CareVerdict | undefined | 'unknown'> {
  const wanted = programs.map((program) => ({ program, name: programName(program) }))
  return async (signal) => {
    const running = await list.running(signal)
    if (running === undefined) return 'unknown'
    const found = wanted.find(({ name }) => running.has(name) || running.has(name.slice(0, COMM_CHARS)))
    if (found === undefined) return undefined
    const reasons = [{ cause: 'program' as const, text: `${found.program} runs` }]
    return { admits: false, loadShare: 1, stopsRunning: false, reasons }
  }
}
