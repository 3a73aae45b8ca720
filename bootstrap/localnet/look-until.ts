import { systemClock } from '../../node/roles/system-clock.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import type { MeshError } from '../../protocols/kernel/errors.ts'
import { pause } from '../../protocols/kernel/pause.ts'

const LOOK_MS = 20

/** Looks at the states of several nodes until something is so: no single event says it. @throws what `late` makes; CANCELLED */
export async function lookUntil(
  is: () => boolean,
  { ms, late, signal }: { readonly ms: number; readonly late: () => MeshError; readonly signal: AbortSignal },
): Promise<void> {
  using deadline = new Deadline(systemClock, ms, late, signal)
  while (!is()) await pause(systemClock, LOOK_MS, deadline.signal)
}
