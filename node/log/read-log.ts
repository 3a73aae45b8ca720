/** The log of a data folder from a point on, also while a node writes it and begins new files. */
import { statSync } from 'node:fs'
import type { LogLevel } from '../../protocols/kernel/error-projections.ts'
import { throwIfAborted } from '../../protocols/kernel/errors.ts'
import { isAtLeast } from '../events/log-writer.ts'
import { type LogPart, logParts } from './log-parts.ts'
import { type LogRecord, logRecord } from './log-record.ts'
import { PartReader } from './part-reader.ts'

/** Whoever looks sees a line within this; a watch of the file system is not told of writes on a network share. */
const LOOK_MS = 250

export interface LogQuery {
  readonly folder: string
  readonly level: LogLevel
  /** Unix time in milliseconds. */
  readonly sinceMs?: number
  /** Of what fits, only so many of the last. */
  readonly linesMax?: number
  /** Goes on with what is written from now on, until it is aborted. */
  readonly follow: boolean
  /** Resolves after so many milliseconds, or rejects when it is aborted. */
  readonly wait: (ms: number) => Promise<void>
  readonly signal: AbortSignal
}

export type LogEntry =
  | { readonly kind: 'record'; readonly record: LogRecord }
  /** What stands there is no line of a log. */
  | { readonly kind: 'unreadable' }
  /** Files went faster than they were read. */
  | { readonly kind: 'missed' }

/** @throws MeshError CANCELLED; Error of node:fs */
export async function* readLog(query: LogQuery): AsyncGenerator<LogEntry> {
  const { folder, follow, wait, signal } = query
  let next: Place | undefined = await startOf(query)
  for (;;) {
    throwIfAborted(signal)
    if (next === undefined) {
      if (!follow) return
      await wait(LOOK_MS)
      const [first] = logParts(folder)
      next = first === undefined ? undefined : { part: first, offset: 0 }
      continue
    }
    next = yield* readPart(next, query)
  }
}

interface Place {
  readonly part: LogPart
  readonly offset: number
}

/** Reads one file to its end, and names the one after it; `undefined` at the end of all. */
async function* readPart({ part, offset }: Place, query: LogQuery): AsyncGenerator<LogEntry, Place | undefined> {
  await using reader = await PartReader.open(part, offset)
  let after = partAfter(query.folder, part)
  while (reader !== undefined) {
    for await (const line of reader.lines(() => after !== undefined)) {
      throwIfAborted(query.signal)
      const entry = entryOf(line.bytes)
      if (entry !== undefined && fits(entry, query)) yield entry
    }
    if (after !== undefined || !query.follow) break
    await query.wait(LOOK_MS)
    after = partAfter(query.folder, part)
  }
  if (after === undefined) return undefined
  if (reader === undefined || after.number !== part.number + 1) yield { kind: 'missed' }
  return { part: after, offset: 0 }
}

const partAfter = (folder: string, { number }: LogPart): LogPart | undefined =>
  logParts(folder).find((part) => part.number > number)

/** Blank lines are nothing. */
function entryOf(bytes: Uint8Array | undefined): LogEntry | undefined {
  if (bytes?.length === 0) return undefined
  const record = bytes === undefined ? undefined : logRecord(bytes)
  return record === undefined ? { kind: 'unreadable' } : { kind: 'record', record }
}

/** What cannot be read may have been anything. */
const fits = (entry: LogEntry, { level, sinceMs }: LogQuery): boolean =>
  entry.kind !== 'record' ||
  (isAtLeast(entry.record.level, level) && (sinceMs === undefined || entry.record.atMs >= sinceMs))

/** From the newest file back, as far as the wanted lines reach. */
async function startOf(query: LogQuery): Promise<Place | undefined> {
  const parts = logParts(query.folder)
  const [first] = parts
  if (first === undefined) return undefined
  const { linesMax } = query
  if (linesMax === undefined) return { part: first, offset: 0 }
  const newest = parts.at(-1)!
  if (linesMax === 0) return { part: newest, offset: statSync(newest.path, { throwIfNoEntry: false })?.size ?? 0 }
  let wanted = linesMax
  for (const part of parts.toReversed()) {
    const found = await lastLines(part, query, wanted)
    if (found.length === wanted) return { part, offset: found[0]! }
    wanted -= found.length
  }
  return { part: first, offset: 0 }
}

/** Where the last lines that fit begin, at most `wanted` of them, which is above 0. */
async function lastLines(part: LogPart, query: LogQuery, wanted: number): Promise<readonly number[]> {
  await using reader = await PartReader.open(part)
  let offsets: number[] = []
  for await (const line of reader?.lines() ?? []) {
    throwIfAborted(query.signal)
    const entry = entryOf(line.bytes)
    if (entry?.kind !== 'record' || !fits(entry, query)) continue
    offsets.push(line.offset)
    if (offsets.length >= 2 * wanted) offsets = offsets.slice(-wanted)
  }
  return offsets.slice(-wanted)
}
