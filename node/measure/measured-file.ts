/**
 * What was measured on this machine, in the data folder. What is read may have been damaged or written by anybody: a row that is no
 * measurement is left out, and is measured again.
 */
import { z } from 'zod'
import { readKept, wholeRows, writeJson } from '../storage/kept-json.ts'
import type { FigureName, Finding, Measurement } from './measurement.ts'

/** Drivers, kernels and cooling age, and so does a measurement. */
export const MEASURED_FOR_MS: number = 30 * 24 * 3_600_000
/** Cards of one machine, each with what can drive it. */
export const ROWS_MAX = 64
/** Twice what the longest rows take, 6 KB each. */
const FILE_BYTES_MAX = 819_200

/** What a measurement is of. Another driver, or another version of the engine, makes another one of it. */
export interface MeasuredTarget {
  /** `CardFacts.key`, or `processorKey()`. */
  readonly card: string
  readonly driver?: string
}

export interface MeasuredRow extends Measurement, MeasuredTarget {}

const finding: z.ZodType<Finding> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('measured'),
    value: z.number().positive(),
    spread: z.number().min(0).exactOptional(),
    runs: z.int().positive(),
  }),
  z.strictObject({ kind: z.literal('absent'), why: z.string().max(1_024) }),
])

const row: z.ZodType<MeasuredRow> = z.strictObject({
  card: z.string().max(256),
  driver: z.string().max(128).exactOptional(),
  measuredAtMs: z.int().min(0),
  engine: z.string().max(160),
  findings: z.strictObject({
    fp32Gflops: finding,
    fp16Gflops: finding,
    int8Gops: finding,
    memoryMBps: finding,
    modelLatencyMs: finding,
  } satisfies Record<FigureName, typeof finding>),
})

const file = z.strictObject({ version: z.literal(1), measurements: z.array(z.unknown()).max(ROWS_MAX) })

export class MeasuredFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** What is whole of it, the newest first. */
  read(): readonly MeasuredRow[] {
    // Nothing is lost that six seconds do not bring back.
    const kept = readKept(this.#path, FILE_BYTES_MAX, file)
    return wholeRows(kept?.measurements, row).toSorted((a, b) => b.measuredAtMs - a.measuredAtMs)
  }

  /** The newest measurement of a card by this engine, where it still holds. */
  of(target: MeasuredTarget, engine: string, nowMs: number): MeasuredRow | undefined {
    return this.read().find((each) => isSame(each, { ...target, engine }) && holds(each, nowMs))
  }

  /** The newest measurement of a card that still holds, by whatever engine. */
  newestOf(target: MeasuredTarget, nowMs: number): MeasuredRow | undefined {
    return newestIn(this.read(), target, nowMs)
  }

  /** In the place of what was known of the same card under the same kernels. @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
  keep(measured: MeasuredRow): void {
    const others = this.read().filter((each) => each.card !== measured.card || kernelsOf(each) !== kernelsOf(measured))
    const content = { version: 1, measurements: [measured, ...others].slice(0, ROWS_MAX) }
    writeJson(this.#path, content, 1)
  }
}

/** As {@link MeasuredFile.newestOf}, of rows that were read: the newest first. */
export const newestIn = (
  rows: readonly MeasuredRow[],
  { card, driver }: MeasuredTarget,
  nowMs: number,
): MeasuredRow | undefined => rows.find((each) => each.card === card && each.driver === driver && holds(each, nowMs))

/** Name and kernels of an engine, whatever its version. */
function kernelsOf({ engine }: Pick<MeasuredRow, 'engine'>): string {
  const [name, , kernels] = engine.split('/')
  return `${name}/${kernels}`
}

const isSame = (a: MeasuredTarget & { engine: string }, b: MeasuredTarget & { engine: string }): boolean =>
  a.card === b.card && a.driver === b.driver && a.engine === b.engine

/** Not of a day to come either: a clock that was wrong then must not keep a figure for years. */
const holds = ({ measuredAtMs }: MeasuredRow, nowMs: number): boolean =>
  measuredAtMs <= nowMs && nowMs - measuredAtMs < MEASURED_FOR_MS
