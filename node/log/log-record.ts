/** One line of the log as it is read again: whatever the file holds, what comes out is bounded and can be printed. */
import type { LogLevel } from '../../protocols/kernel/error-projections.ts'
import { type LogFacts, plain, printable, printableStack } from '../events/log-facts.ts'
import { logLevels } from '../events/log-writer.ts'

export interface LogRecord {
  readonly atMs: number
  readonly level: LogLevel
  readonly event: string
  readonly text: string
  readonly facts: LogFacts
}

/** An event has at most eight, an error as many again. */
const FACTS_MAX = 32
const NAME_CHARS_MAX = 64

/** `undefined` for what is no line of a log. */
export function logRecord(line: Uint8Array): LogRecord | undefined {
  const found = parsed(line)
  if (found === undefined) return undefined
  const { at, level, event, text, facts } = found
  const atMs = typeof at === 'string' ? Date.parse(at) : Number.NaN
  const known = logLevels.find((each) => each === level)
  if (Number.isNaN(atMs) || known === undefined || typeof event !== 'string' || typeof text !== 'string')
    return undefined
  return { atMs, level: known, event: printable(event, NAME_CHARS_MAX), text: printable(text), facts: factsOf(facts) }
}

function parsed(line: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined
  } catch {
    return undefined
  }
}

function factsOf(facts: unknown): LogFacts {
  if (typeof facts !== 'object' || facts === null) return {}
  return Object.fromEntries(
    Object.entries(facts)
      .slice(0, FACTS_MAX)
      .map(([name, value]) => [
        printable(name, NAME_CHARS_MAX),
        name === 'stack' && typeof value === 'string' ? printableStack(value) : plain(value),
      ]),
  )
}
