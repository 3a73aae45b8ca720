/** The log of a node that runs in a command: on standard error, in the format that the settings say. */
import type { Settings } from '../../config/settings.ts'
import { createLogWriter, type LogWriter } from '../../events/log-writer.ts'
import type { Output } from '../frame/output.ts'

/**
 * The log of a command that starts a node: a part that fails before the node is up ends the command, whose error says so.
 * @param isUp whether it is
 */
export function startLogWriter(
  settings: Pick<Settings, 'logLevel' | 'logFormat'>,
  out: Output,
  isUp: () => boolean,
): LogWriter {
  const writer = logWriter(settings, out)
  return {
    wants: (level) => writer.wants(level),
    write: (line) => {
      if (isUp() || line.event !== 'part:failed') writer.write(line)
    },
  }
}

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
