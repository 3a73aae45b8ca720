/** JSON that the node keeps in its data folder: bounded when it is read, and whole or absent, whatever a crash did. */
import { readFileSync, statSync } from 'node:fs'
import type { z } from 'zod'
import { replaceFile } from './durable-file.ts'
import { storageError } from './sqlite.ts'

/**
 * `undefined` where there is no such file.
 * @throws RangeError where it is longer; SyntaxError where it is no whole JSON; Error of node:fs
 */
export function readJson(path: string, bytesMax: number): unknown {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return undefined
  if (stat.size > bytesMax) throw new RangeError(`it is longer than ${bytesMax} bytes`)
  return JSON.parse(readFileSync(path, 'utf8'))
}

/**
 * What the file holds, where it is of this form; `undefined` where it is not, or is damaged, or is not there. For what is a comfort to
 * have: who is without it finds it out again, and is not kept from starting.
 */
export function readKept<T>(path: string, bytesMax: number, form: z.ZodType<T>): T | undefined {
  try {
    return form.safeParse(readJson(path, bytesMax)).data
  } catch {
    return undefined
  }
}

/** Of a list whose rows may have been damaged one by one those that are whole. */
export const wholeRows = <T>(rows: readonly unknown[] | undefined, form: z.ZodType<T>): readonly T[] =>
  (rows ?? []).flatMap((row) => {
    const { success, data } = form.safeParse(row)
    return success ? [data] : []
  })

/** In the place of what was there. @throws MeshError DISK_FULL, DATA_FOLDER_READ_ONLY */
export function writeJson(path: string, content: unknown, indent?: number): void {
  try {
    replaceFile(path, `${JSON.stringify(content, undefined, indent)}\n`, 0o600)
  } catch (error) {
    throw storageError(error, path)
  }
}
