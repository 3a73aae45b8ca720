/** What each key may have spent on one day, on disk: replaced as a whole, so that a crash leaves the one before or the one after. */
import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { z } from 'zod'
import { MeshError } from '../../protocols/kernel/errors.ts'
import { CREDITS_MAX, type Credits, credits } from '../../protocols/kernel/money.ts'
import { removeLeftovers, replaceFile } from '../storage/durable-file.ts'
import { storageError } from '../storage/sqlite.ts'
import { isKeyName } from './named-keys.ts'

export interface SpentDay {
  /** Days since 1970, UTC. */
  readonly day: number
  readonly marks: ReadonlyMap<string, Credits>
}

const DAY_MS = 86_400_000
/** Days since 1970, UTC. */
export const dayOf = (unixMs: number): number => Math.floor(unixMs / DAY_MS)
export const dayBeginsMs = (day: number): number => day * DAY_MS

/** A thousand keys in one day; there are 65 at once. */
const MARKS_MAX = 1_024
const FILE_BYTES_MAX = 131_072

const file = z.strictObject({
  version: z.literal(1),
  day: z.int().min(0).max(1e8),
  marks: z
    .record(
      z.string().refine(isKeyName),
      z
        .string()
        .regex(/^\d{1,20}$/)
        .transform(BigInt)
        .refine((amount) => amount <= CREDITS_MAX)
        .transform(credits),
    )
    .refine((marks) => Object.keys(marks).length <= MARKS_MAX),
})

export class SpentFile {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** `undefined` where no key has spent anything yet. @throws MeshError DATA_FOLDER_DAMAGED, DATA_FOLDER_READ_ONLY */
  read(): SpentDay | undefined {
    try {
      const stat = statSync(this.#path, { throwIfNoEntry: false })
      if (stat === undefined) return undefined
      if (stat.size > FILE_BYTES_MAX) throw this.#damaged('it is too long')
      const parsed = file.safeParse(JSON.parse(readFileSync(this.#path, 'utf8')))
      if (!parsed.success) throw this.#damaged('it is no list of what keys spent')
      return { day: parsed.data.day, marks: new Map(Object.entries(parsed.data.marks)) }
    } catch (error) {
      if (error instanceof SyntaxError) throw this.#damaged('it is no whole JSON')
      throw storageError(error, this.#path)
    }
  }

  /** On disk when it returns. @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
  write({ day, marks }: SpentDay): void {
    if (marks.size > MARKS_MAX) throw new MeshError('LIMIT', { what: 'keys that spend on one day', max: MARKS_MAX })
    const content = {
      version: 1,
      day,
      marks: Object.fromEntries([...marks].map(([name, mark]) => [name, String(mark)])),
    }
    try {
      removeLeftovers(this.#path)
      replaceFile(this.#path, `${JSON.stringify(content)}\n`, 0o600)
    } catch (error) {
      throw storageError(error, this.#path)
    }
  }

  #damaged(why: string): MeshError {
    const remedy = 'Check the disk, then remove the file: what keys have spent today is forgotten with it.'
    return new MeshError('DATA_FOLDER_DAMAGED', { file: basename(this.#path), why, remedy })
  }
}
