/** Log lines: for people on a terminal, or one JSON object a line for machines. */
import { styleText } from 'node:util'
import type { LogLevel } from '../../protocols/kernel/error-projections.ts'
import type { LogFacts } from './log-facts.ts'

export interface LogLine {
  readonly atMs: number
  readonly level: LogLevel
  readonly event: string
  readonly text: string
  readonly facts: LogFacts
}

export interface LogWriter {
  /** False where lines of this level go nowhere: then nothing need be made of them. */
  wants(level: LogLevel): boolean
  write(line: LogLine): void
}

export interface LogWriterOptions {
  /** The least that is written. */
  readonly level: LogLevel
  readonly format: 'json' | 'pretty'
  /** Takes one line with its end: `(line) => process.stderr.write(line)`. */
  readonly sink: (line: string) => void
  readonly colour?: boolean
}

/** The most talkative first. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[]

export const isAtLeast = (level: LogLevel, least: LogLevel): boolean =>
  logLevels.indexOf(level) >= logLevels.indexOf(least)

export function createLogWriter({ level, format, sink, colour = false }: LogWriterOptions): LogWriter {
  const shape = format === 'json' ? jsonLine : colour ? colourLine : prettyLine
  const wants = (wanted: LogLevel): boolean => isAtLeast(wanted, level)
  return {
    wants,
    write(line) {
      if (wants(line.level)) sink(`${shape(line)}\n`)
    },
  }
}

/** Facts come last and cannot stand in for the fields before them. */
function jsonLine({ atMs, level, event, text, facts }: LogLine): string {
  return JSON.stringify({ at: new Date(atMs).toISOString(), level, event, text, facts })
}

function prettyLine({ atMs, level, text, facts }: LogLine): string {
  const stack = typeof facts.stack === 'string' ? `\n${facts.stack}` : ''
  return `${new Date(atMs).toISOString().slice(11, 23)} ${level.padEnd(5)} ${text}${stack}`
}

const colours = { debug: 'gray', info: 'cyan', warn: 'yellow', error: 'red' } as const

function colourLine(line: LogLine): string {
  return styleText(colours[line.level], prettyLine(line), { validateStream: false })
}
