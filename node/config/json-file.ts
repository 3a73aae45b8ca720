/** JSON files that people write: bounded, and with errors that name the file. */
import { readFileSync, statSync } from 'node:fs'
import { invalidFile, type Origin } from './config-errors.ts'

/** Thousands of escrows in a network file still fit. */
const FILE_BYTES_MAX = 4_194_304

/** Settings by their names, unchecked; `undefined` where there is no such file. @throws MeshError CONFIG_FILE */
export function readSettingsFile(path: string, origin: Origin): Readonly<Record<string, unknown>> | undefined {
  const found = readJsonFile(path, origin)
  if (found === undefined) return undefined
  if (found === null || typeof found !== 'object' || Array.isArray(found)) {
    throw invalidFile(origin, 'settings stand in one JSON object')
  }
  return found as Readonly<Record<string, unknown>>
}

/** `undefined` where there is no such file. @throws MeshError CONFIG_FILE */
export function readJsonFile(path: string, origin: Origin): unknown {
  try {
    const file = statSync(path, { throwIfNoEntry: false })
    if (file === undefined) return undefined
    if (file.size > FILE_BYTES_MAX) throw new Error(`it is longer than ${FILE_BYTES_MAX} bytes`)
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException
    if (code === 'ENOTDIR') return undefined
    throw invalidFile(origin, error instanceof SyntaxError ? `it is no whole JSON (${message})` : message)
  }
}
