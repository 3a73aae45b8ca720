/** The log of a node that runs in a command: on standard error, in the format that the settings say. */
import type { Settings } from '../config/settings.ts'
import { createLogWriter, type LogWriter } from '../events/log-writer.ts'
import type { Output } from './output.ts'

export function logWriter({ logLevel, logFormat }: Pick<Settings, 'logLevel' | 'logFormat'>, out: Output): LogWriter {
  const isTerminal = process.stderr.isTTY === true
  const format = logFormat === 'auto' ? (isTerminal ? 'pretty' : 'json') : logFormat
  return createLogWriter({
    level: logLevel,
    format,
    sink: (line) => out.say(line.trimEnd()),
    colour: isTerminal && process.env.NO_COLOR === undefined,
  })
}
