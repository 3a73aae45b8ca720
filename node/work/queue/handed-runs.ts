/** What an engine was given at once: one run of a job, or one that several jobs share; who still wants it, and what each gets of it. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { RunNotes } from '../../../protocols/wire/job/job-messages.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { RunResult } from '../../engines/engine.ts'
import type { WaitingRun } from './run-order.ts'
import { joinTensors, splitTensors } from './shared-tensors.ts'

export interface Handed {
  /** Several where they share it. */
  readonly runs: readonly WaitingRun[]
  readonly startedMs: number
  /** Of a run that may be set aside, moved, or is shared; others end by their own signal, which costs less. */
  readonly stop: AbortController | undefined
}

const ALONE: RunNotes = {}

export const lateError = (run: WaitingRun): MeshError => new MeshError('ENGINE_DEADLINE', { max: run.order.deadlineMs })

/** Ends the run when nobody wants it any more; each job by itself when its own time is over. Returns what ends the watch. */
export function followRuns({ runs }: Handed, stop: AbortController, clock: Clock): () => void {
  const leave = (run: WaitingRun, error: MeshError): void => {
    if (runs.length > 1) run.reject(error)
    if (runs.length === 1 || runs.every((each) => each.isSettled)) stop.abort(error)
  }
  for (const run of runs) run.listen((error) => leave(run, error))
  if (runs.length === 1) return () => runs[0]!.unlisten()
  const nowMs = clock.monotonicMs()
  const timers = runs.map((run) => clock.after(Math.max(0, run.dueMs - nowMs), () => leave(run, lateError(run))))
  return () => {
    for (const timer of timers) timer.cancel()
    for (const run of runs) run.unlisten()
  }
}

export const inputsOf = (runs: readonly WaitingRun[]): readonly Tensor[] =>
  runs.length > 1 ? joinTensors(runs.map((run) => run.order.inputs)) : runs[0]!.order.inputs

/**
 * Of each job its own: its rows, and its share of the time.
 * @throws MeshError ENGINE_FAILED where a shared run did not give the rows that went in
 */
export function resultsOf(
  runs: readonly WaitingRun[],
  result: RunResult,
): readonly (RunResult & { readonly notes: RunNotes })[] {
  if (runs.length === 1) return [{ ...result, notes: ALONE }]
  const rows = runs.map((run) => run.shape!.rows)
  const total = rows.reduce((sum, count) => sum + count, 0)
  const each = splitTensors(result.outputs, rows)
  const notes = { together: runs.length }
  return rows.map((count, place) => {
    const computedUs = (result.computedUs * count) / total
    return { ...result, outputs: each[place]!, computedUs, notes }
  })
}
