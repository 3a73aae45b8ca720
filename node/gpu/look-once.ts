/** The cards of this machine for somebody who looks once, without a node that watches them. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { CardMonitor } from './card-monitor.ts'
import { type BackendReport, detectCards } from './detect-cards.ts'
import type { GpuBackend } from './gpu-backend.ts'

/** Load and power are told between two looks. */
const BETWEEN_LOOKS_MS = 300

export interface Look {
  /** Has read twice and is not started. */
  readonly monitor: CardMonitor
  readonly reports: readonly BackendReport[]
}

interface LookOptions {
  readonly signal?: AbortSignal
  /** Keeps the process up, which a clock's timer does not. One that is cancelled ends early: the next look says so. */
  readonly pause?: (ms: number, signal?: AbortSignal) => Promise<unknown>
}

/** @throws MeshError CANCELLED */
export async function lookOnce(
  backends: readonly GpuBackend[],
  clock: Clock,
  { signal, pause = (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined) }: LookOptions = {},
): Promise<Look> {
  const { cards, reports } = await detectCards(backends, clock, signal === undefined ? {} : { signal })
  const monitor = new CardMonitor({ backends, cards, clock })
  await pause(BETWEEN_LOOKS_MS, signal)
  await monitor.readNow(signal)
  return { monitor, reports }
}
