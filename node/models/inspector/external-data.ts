/** Weights beside the model's file: only whole regular files of its own folder. */
import { lstat, realpath } from 'node:fs/promises'
import { dirname, join, sep } from 'node:path'
import { refuse } from './policy.ts'
import type { ExternalReference } from './scanned.ts'

export interface ExternalFile {
  readonly bytes: number
  /** A plain file that lies in the model's folder, or below it, when every link is followed. */
  readonly inside: boolean
}

/** Looks at a file beside the model; `undefined` where there is none. */
export type LookBeside = (location: string) => Promise<ExternalFile | undefined>

const LOCATION_CHARS_MAX = 512

/** A path of plain names below the folder: no root, drive, parent, link-like or empty part, no other system's separator. */
export function isPlainLocation(location: string): boolean {
  if (location.length === 0 || location.length > LOCATION_CHARS_MAX) return false
  if (!/^[\x20-\x7e]+$/.test(location) || /[\\:*?"<>|]/.test(location)) return false
  return location.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
}

/** The folder of a model on this disk. */
export const besideModel =
  (modelPath: string): LookBeside =>
  async (location) => {
    const folder = await realpath(dirname(modelPath))
    try {
      const path = await realpath(join(folder, location))
      const found = await lstat(path)
      return {
        bytes: found.size,
        inside: found.isFile() && path.startsWith(folder.endsWith(sep) ? folder : folder + sep),
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }

/** @throws MeshError MODEL_REFUSED */
export async function checkExternalData(
  references: readonly ExternalReference[],
  look: LookBeside,
): Promise<readonly string[]> {
  const files = new Map<string, number>()
  for (const { tensor, location, offset, bytes } of references) {
    const data = `the data of ${tensor} lie in "${location}"`
    if (!isPlainLocation(location)) refuse('external-data', `${data}, which is no path inside the model's folder`)
    let size = files.get(location)
    if (size === undefined) {
      const file = await look(location)
      if (file === undefined) return refuse('external-data', `${data}, which is not there`)
      if (!file.inside) refuse('external-data', `${data}, which is no plain file inside the model's folder`)
      size = file.bytes
      files.set(location, size)
    }
    if (offset + bytes > size) refuse('external-data', `${data}, which ends before them`)
  }
  return [...files.keys()]
}
