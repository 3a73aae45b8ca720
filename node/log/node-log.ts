/** All places where a node's events are written as lines: what its command shows, and the log in its data folder. */
import type { Settings } from '../config/settings.ts'
import { createLogWriter, type LogWriter } from '../events/log-writer.ts'
import type { LogFile } from './log-file.ts'

const SILENT: LogWriter = { wants: () => false, write: () => undefined }

/** @param shown nothing is shown where absent */
export function nodeLog(
  { logLevel }: Pick<Settings, 'logLevel'>,
  shown: LogWriter = SILENT,
  file?: LogFile,
): LogWriter {
  if (file === undefined) return shown
  const kept = createLogWriter({ level: logLevel, format: 'json', sink: (line) => file.write(line) })
  return {
    wants: (level) => shown.wants(level) || kept.wants(level),
    write(line) {
      if (shown.wants(line.level)) shown.write(line)
      kept.write(line)
    },
  }
}
