/** A finding on the screen, with what to do below it; in what peers and endpoints said there may be anything. */
import type { NamedFinding } from '../../diagnosis/check.ts'
import { printable } from '../screen/printable.ts'
import type { Styles } from '../screen/styles.ts'

const MARKS = { ok: '✓', warn: '!', fail: '✗' } as const

export function findingText({ number, name, state, found, remedy }: NamedFinding, style: Styles): string {
  const paint = state === 'ok' ? style.good : state === 'warn' ? style.warn : style.bad
  const line = `${String(number).padStart(2)} ${paint(MARKS[state])} ${name.padEnd(15)}  ${printable(found)}`
  return remedy === undefined ? line : `${line}\n     Next: ${printable(remedy)}`
}
