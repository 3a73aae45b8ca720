/** All cards of a machine: every back end is asked at once, and none waits for, or hides, another. */

import { abortable } from '../../protocols/kernel/abortable.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { asMeshError, isMeshError, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { BackendFinding, GpuBackend } from './gpu-backend.ts'
import { type MergedCard, mergeSightings } from './merge-sightings.ts'

/** Each back end ends within ten seconds by itself; who does not is left behind. */
export const BACKEND_MS_MAX = 11_000

export interface BackendReport {
  readonly backend: string
  readonly finding: BackendFinding
  readonly tookMs: number
}

export interface DetectedCards {
  /** The processor last. Never empty where the processor's back end is among those asked. */
  readonly cards: readonly MergedCard[]
  /** In the order in which they were given. */
  readonly reports: readonly BackendReport[]
}

/**
 * @param options.withinMs for all of them: who has not answered by then counts as failed
 * @throws MeshError CANCELLED
 * @example
 * const { cards, reports } = await detectCards(allBackends(machine), clock)
 */
export async function detectCards(
  backends: readonly GpuBackend[],
  clock: Clock,
  { withinMs = BACKEND_MS_MAX, signal }: { readonly withinMs?: number; readonly signal?: AbortSignal } = {},
): Promise<DetectedCards> {
  throwIfAborted(signal)
  const reports = await Promise.all(backends.map((backend) => askOne(backend, clock, withinMs, signal)))
  const seen = reports.flatMap(({ backend, finding }) =>
    finding.kind === 'seen' ? [{ backend, cards: finding.cards }] : [],
  )
  return { cards: mergeSightings(seen), reports }
}

async function askOne(
  backend: GpuBackend,
  clock: Clock,
  withinMs: number,
  signal: AbortSignal | undefined,
): Promise<BackendReport> {
  const startedMs = clock.monotonicMs()
  const late = () =>
    new MeshError('GPU_TOOL', { tool: backend.name, why: `it did not answer within ${withinMs / 1_000} s` })
  using deadline = new Deadline(clock, withinMs, late, signal)
  const report = (finding: BackendFinding): BackendReport => ({
    backend: backend.name,
    finding,
    tookMs: clock.monotonicMs() - startedMs,
  })
  try {
    return report(await abortable(backend.detect(deadline.signal), deadline.signal))
  } catch (error) {
    throwIfAborted(signal)
    // Its fault, or ours: the others' cards are there all the same.
    const fault = isMeshError(error, 'CANCELLED') ? late() : asMeshError(error)
    return report({ kind: 'failed', error: fault })
  }
}
