/** Why a tool said nothing of use, for people. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { BackendFinding } from './gpu-backend.ts'
import type { ToolOptions, ToolOutcome } from './machine.ts'

/** A sentence of the tool's own is shown up to here. */
const WHY_CHARS_MAX = 160

/** What it printed is none of what it is known to print. */
export const UNREADABLE = 'what it prints cannot be read'

/** For `read`, which throws it; {@link toolFailure} is what `detect` reports. */
export const toolError = (tool: string, why: string): MeshError => new MeshError('GPU_TOOL', { tool, why })

export const toolFailure = (tool: string, why: string): Extract<BackendFinding, { kind: 'failed' }> => ({
  kind: 'failed',
  error: toolError(tool, why),
})

export const notInstalled = (tool: string): Extract<BackendFinding, { kind: 'absent' }> => ({
  kind: 'absent',
  why: `${tool} is not installed`,
})

/** What has gone wrong with a run that gave nothing of use. */
export function whyOf(outcome: ToolOutcome, { deadlineMs, outputBytesMax }: ToolOptions): string {
  switch (outcome.kind) {
    case 'absent':
      return 'it is not there any more'
    case 'killed':
      if (outcome.why === 'output') return `it printed more than ${outputBytesMax} bytes`
      if (outcome.why === 'signal') return 'it crashed'
      return firstLineOf(outcome.stderr) ?? `it did not answer within ${Math.round(deadlineMs) / 1_000} s`
    case 'ended': {
      const said = firstLineOf(outcome.stderr) ?? firstLineOf(outcome.stdout)
      if (outcome.code === 0) return UNREADABLE
      return said === undefined ? `it ended with code ${outcome.code} and said nothing` : `it says: ${said}`
    }
  }
}

/** Printable ASCII only: it goes to a terminal. */
function firstLineOf(text: string): string | undefined {
  const line = text
    .split('\n')
    .map((words) => words.replace(/[^ -~]+/g, ' ').trim())
    .find((words) => words !== '')
  return line?.slice(0, WHY_CHARS_MAX)
}
