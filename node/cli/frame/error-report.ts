/** An error on the screen: what, why, what next, in that order. */
import type { ErrorCode, MeshError } from '../../../protocols/kernel/errors.ts'
import { printable } from '../screen/printable.ts'
import type { Styles } from '../screen/styles.ts'

/** Enough of a stack to find the place. */
const STACK_LINES_MAX = 20
/** A chain of causes that is longer goes round in a circle. */
const CAUSES_MAX = 5

/**
 * @param debug with the causes and their places
 * @example
 * ✗ The port 4011 on 0.0.0.0 is taken.
 *   Next: Stop the other program, or choose another port with --port.
 */
export function errorText(error: MeshError, style: Styles, debug: boolean): string {
  const lines = [`${style.bad('✗')} ${style.bold(sentence(error))}`, `  ${style.dim('Next:')} ${printable(error.hint)}`]
  return [...lines, ...(debug ? causes(error).map((line) => `  ${style.dim(line)}`) : [])].join('\n')
}

export interface ErrorReport {
  readonly code: string
  readonly message: string
  readonly facts: MeshError['facts']
  readonly hint: string
}

/** For `--json`: `{"error": …}` on one line of standard error, so that results and errors never mix. */
export const errorReport = ({ code, message, facts, hint }: MeshError): { readonly error: ErrorReport } => ({
  error: { code, message, facts, hint },
})

/** Errors whose first fact is a phrase of ours; a message that begins with another fact begins with a name, as it is written. */
const PHRASES: readonly ErrorCode[] = ['COMMAND_LINE', 'USAGE', 'TIMEOUT', 'NOT_AUTHORISED', 'CONFIG_FILE']

/** Messages of the catalogue have no capital and no full stop, as they also stand in the middle of a log line. */
function sentence(error: MeshError): string {
  const message = printable(error.message)
  const startsWithName = error.entry.message.startsWith('{') && !PHRASES.includes(error.code)
  const first = startsWithName ? message.slice(0, 1) : message.slice(0, 1).toUpperCase()
  return `${first}${message.slice(1)}${/[.!?…]$/.test(message) ? '' : '.'}`
}

function causes(error: MeshError): string[] {
  const lines: string[] = []
  let cause: unknown = error
  for (let depth = 0; depth < CAUSES_MAX && cause instanceof Error; depth++) {
    const stack = (cause.stack ?? cause.message).split('\n').slice(0, STACK_LINES_MAX)
    const [what = '', ...where] = stack.map((line) => printable(line.trim()))
    lines.push(depth === 0 ? what : `because of ${what}`, ...where.map((line) => `  ${line}`))
    cause = cause.cause
  }
  return lines
}
