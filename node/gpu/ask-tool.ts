/** Asking a tool of the system for text, with a reason for people where it gives none. */
import type { BackendFinding } from './gpu-backend.ts'
import type { Machine, ToolOptions } from './machine.ts'
import { notInstalled, toolError, toolFailure, whyOf } from './tool-failure.ts'

export type ToolAnswer =
  | { readonly kind: 'answered'; readonly stdout: string }
  | Extract<BackendFinding, { kind: 'absent' | 'failed' }>

/**
 * What the tool printed, whatever its exit code was: several print cards and end with an error all the same. Nothing at all on
 * stdout is a failure.
 * @throws MeshError CANCELLED
 */
export async function askTool(
  machine: Machine,
  tool: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<ToolAnswer> {
  const outcome = await machine.run(tool, args, options)
  if (outcome.kind === 'absent') return notInstalled(tool)
  if (outcome.kind === 'ended' && outcome.stdout.trim() !== '') return { kind: 'answered', stdout: outcome.stdout }
  return toolFailure(tool, whyOf(outcome, options))
}

/**
 * What the tool printed where it ended well; `undefined` otherwise: for questions to which not to know is an answer too.
 * @throws MeshError CANCELLED
 */
export async function printedBy(
  machine: Machine,
  tool: string,
  args: readonly string[],
  options: ToolOptions,
): Promise<string | undefined> {
  const outcome = await machine.run(tool, args, options)
  return outcome.kind === 'ended' && outcome.code === 0 ? outcome.stdout : undefined
}

/** For `read`, which throws what `detect` reports. @throws MeshError GPU_TOOL */
export function answerOf(tool: string, answer: ToolAnswer): string {
  if (answer.kind === 'answered') return answer.stdout
  throw answer.kind === 'failed' ? answer.error : toolError(tool, answer.why)
}
