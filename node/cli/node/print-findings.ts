/** Checks as a command shows them: each finding as soon as it is there. */
import type { Check, FindingState } from '../../diagnosis/check.ts'
import { runChecks } from '../../diagnosis/run-checks.ts'
import { systemClock } from '../../roles/system-clock.ts'
import type { CommandContext } from '../frame/command.ts'
import { findingText } from './finding-text.ts'

/** @returns the states that occurred @throws the signal's reason */
export async function printFindings(
  checks: readonly Check[],
  { out, signal }: Pick<CommandContext, 'out' | 'signal'>,
): Promise<ReadonlySet<FindingState>> {
  const seen = new Set<FindingState>()
  for await (const finding of runChecks(checks, systemClock, signal)) {
    seen.add(finding.state)
    await out.print(finding, () => findingText(finding, out.style))
  }
  return seen
}
