import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { assert } from '../../../protocols/kernel/errors.ts'

const PACKAGE_NAME = 'aitbc-mesh'

/**
 * The folder of this package, whether the code runs from its source or from `dist/`: files that are not compiled lie in the
 * source tree only.
 */
export function packageRoot(): string {
  let folder = import.meta.dirname
  while (packageName(folder) !== PACKAGE_NAME) {
    const parent = dirname(folder)
    assert(parent !== folder, `no package.json of ${PACKAGE_NAME} lies above ${import.meta.dirname}`)
    folder = parent
  }
  return folder
}

function packageName(folder: string): unknown {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).name
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
