/** The best of several runs, repeated until it can be believed: other programs only ever make a run slower. */
import { throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'

/** The best is believed when so many runs came as near to it as {@link SPREAD_MAX}. */
const AGREEING_RUNS = 4
/** Share of the best by which agreeing runs may be slower. */
const SPREAD_MAX = 0.03
/** Where the clock cannot tell runs apart they are no measurement, and many of them no better one. */
const RUNS_MAX = 400

export interface Best {
  readonly us: number
  /** By what share of the best the fourth best was slower; `undefined` of fewer runs. */
  readonly spread?: number
  readonly runs: number
}

/**
 * @param run µs that one run took
 * @param timeMsMax at least one run is made, whatever it takes; none begins later
 * @throws MeshError CANCELLED, and what `run` throws
 */
export async function steadyBest(
  run: () => Promise<number>,
  clock: Pick<Clock, 'monotonicMs'>,
  timeMsMax: number,
  signal?: AbortSignal,
): Promise<Best> {
  const endMs = clock.monotonicMs() + timeMsMax
  const quickest: number[] = []
  let runs = 0
  do {
    throwIfAborted(signal)
    quickest.push(await run())
    quickest.sort((a, b) => a - b).splice(AGREEING_RUNS)
    runs++
  } while (runs < RUNS_MAX && clock.monotonicMs() < endMs && !(spreadOf(quickest)! <= SPREAD_MAX))
  const spread = spreadOf(quickest)
  return { us: quickest[0]!, runs, ...(spread === undefined ? {} : { spread }) }
}

const spreadOf = (quickest: readonly number[]): number | undefined =>
  quickest.length < AGREEING_RUNS ? undefined : quickest[AGREEING_RUNS - 1]! / quickest[0]! - 1
