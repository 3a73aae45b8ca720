import type { LogRecord } from '../../log/log-record.ts'
import { type Command, type CommandContext, defineCommand, flag, type Outcome, option } from '../frame/command.ts'
import { oneOf, wholeNumber } from '../frame/usage-error.ts'
import { parseDuration } from '../screen/durations.ts'
import { printable } from '../screen/printable.ts'
import type { Styles } from '../screen/styles.ts'

/** What is shown where nothing says how much. */
const LINES_SHOWN = 100
/** Where each of them begins is kept in memory while the last are looked for. */
const LINES_MAX = 100_000

export const logsCommand: Command = defineCommand({
  name: 'logs',
  group: 'earn',
  summary: 'read the log that a node keeps in its data folder',
  about:
    `Also while no node runs. Shows the last ${LINES_SHOWN} lines, or all since a time. With --json one {"at", "level", "event", ` +
    '"text", "facts"} a line, as they stand in the files log/<number>.jsonl of the data folder; what is no line of a log is ' +
    'stepped over and counted on standard error. logLevel says what is written, logFileMax and logFilesMax how much is kept.',
  examples: [
    { line: 'aitbc logs --follow', about: 'and what comes, until Ctrl-C' },
    { line: 'aitbc logs --since 10m --level warn', about: 'what its owner should have seen' },
    { line: 'aitbc logs --json --lines 1000 | jq -r .event | sort | uniq -c', about: 'what happens most' },
  ],
  options: {
    follow: flag('Goes on with what is written from now on, until Ctrl-C.'),
    since: option({
      value: 'duration',
      about: 'Only the latest: 30s, 10m, 2h, 3d.',
      parse: parseDuration,
    }),
    level: option({
      value: 'level',
      about: 'The least that is shown: debug, info, warn or error.',
      parse: oneOf('level', 'debug', 'info', 'warn', 'error'),
      offers: () => ['debug', 'info', 'warn', 'error'],
    }),
    lines: option({
      value: 'number',
      about: `How many of the last, at most ${LINES_MAX}; ${LINES_SHOWN} unless a time is given.`,
      parse: wholeNumber(0, LINES_MAX),
    }),
  },
  run: showLog,
})

interface LogOptions {
  readonly follow: boolean
  readonly since: number | undefined
  readonly level: LogRecord['level'] | undefined
  readonly lines: number | undefined
}

async function showLog({ options, out, signal, dataFolder }: CommandContext<unknown, LogOptions>): Promise<Outcome> {
  const { join } = await import('node:path')
  const { setTimeout: wait } = await import('node:timers/promises')
  const { EXIT } = await import('../../../protocols/kernel/error-projections.ts')
  const { isMeshError, MeshError } = await import('../../../protocols/kernel/errors.ts')
  const { folderFiles } = await import('../../storage/data-folder.ts')
  const { logParts } = await import('../../log/log-parts.ts')
  const { readLog } = await import('../../log/read-log.ts')
  const { follow, since, level = 'debug', lines } = options
  const folder = join(await dataFolder(), folderFiles.log)
  const linesMax = lines ?? (since === undefined ? LINES_SHOWN : undefined)
  const entries = readLog({
    folder,
    level,
    follow,
    signal,
    wait: (ms) => wait(ms, undefined, { signal }),
    ...(since === undefined ? {} : { sinceMs: Date.now() - since }),
    ...(linesMax === undefined ? {} : { linesMax }),
  })
  const logError = (error: unknown): unknown =>
    (error as NodeJS.ErrnoException).code?.startsWith('E') === true && !isMeshError(error)
      ? new MeshError('CONFIG_FILE', { from: `the log in ${folder}`, why: (error as Error).message }, error)
      : error
  let unreadable = 0
  try {
    if (logParts(folder).length === 0) out.say(`No node has kept a log in ${folder} yet.`)
    for await (const entry of entries) {
      if (entry.kind === 'missed') out.warn('Lines are missing here: the log went on faster than it was read.')
      else if (entry.kind === 'unreadable') unreadable++
      else await out.print(jsonOf(entry.record), () => recordText(entry.record, out.style))
    }
  } catch (error) {
    // A log that is followed has no other end.
    if (!follow || !signal.aborted || isMeshError(error, 'DISK_FULL')) throw logError(error)
  } finally {
    if (unreadable > 0) out.warn(`${unreadable} lines could not be read: they are no lines of a log.`)
  }
  return EXIT.done
}

const jsonOf = ({ atMs, level, event, text, facts }: LogRecord) => ({
  at: new Date(atMs).toISOString(),
  level,
  event,
  text,
  facts,
})

export function recordText({ atMs, level, text, facts }: LogRecord, style: Styles): string {
  const paint = { debug: style.dim, info: style.good, warn: style.warn, error: style.bad }[level]
  const line = `${style.dim(new Date(atMs).toISOString())} ${paint(level.padEnd(5))} ${printable(text)}`
  const stack = typeof facts.stack === 'string' ? facts.stack.split('\n') : []
  return [line, ...stack.map((place) => `    ${printable(place)}`)].join('\n')
}
