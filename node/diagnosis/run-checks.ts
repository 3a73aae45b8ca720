/** Runs checks in their order, each with a deadline, so that one that hangs is a finding and not the end. */

import { abortable } from '../../protocols/kernel/abortable.ts'
import { Deadline } from '../../protocols/kernel/deadline.ts'
import { asMeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { type Check, failedWith, type NamedFinding } from './check.ts'

/** The longest check dials every bootstrap peer, 10 s each at most and all at once, or loads a large model. */
const CHECK_MS_MAX = 30_000

/** @throws the signal's reason; a check that fails is a finding */
export async function* runChecks(
  checks: readonly Check[],
  clock: Clock,
  signal?: AbortSignal,
): AsyncGenerator<NamedFinding> {
  for (const [i, check] of checks.entries()) {
    throwIfAborted(signal)
    using deadline = new Deadline(clock, CHECK_MS_MAX, `the check of the ${check.name}`, signal)
    const about = { number: i + 1, name: check.name }
    try {
      yield { ...about, ...(await abortable(check.run(deadline.signal), deadline.signal)) }
    } catch (error) {
      throwIfAborted(signal)
      yield { ...about, ...failedWith(asMeshError(error)) }
    }
  }
}
