/** Which files `--output` writes. Made before the job, so that nobody pays for an answer that has no place. */
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { fileReason } from '../inputs/input-errors.ts'

export interface PlannedFile {
  readonly path: string
  readonly form: 'npy' | 'json'
  /** Names of the outputs that go into it. */
  readonly outputs: readonly string[]
}

export interface OutputPlan {
  readonly files: readonly PlannedFile[]
  /** Made if it is not there. */
  readonly folder?: string
  /** Files that are there may be replaced. */
  readonly force: boolean
}

export interface OutputTarget {
  /** As given with --output. */
  readonly path: string
  /** Names of the model's outputs. */
  readonly outputs: readonly string[]
  readonly force: boolean
}

export const outputFile = (path: string, why: string, cause?: unknown): MeshError =>
  new MeshError('OUTPUT_FILE', { path, why }, cause)

/**
 * `x.npy` takes the only output, `x.json` all of them; a folder, there already or a name without an ending, takes a .npy file for
 * each output.
 * @throws MeshError OUTPUT_FILE where a file is there already and `force` is false, where its folder is not, or where the name says
 *   no form
 */
export async function planOutput({ path, outputs, force }: OutputTarget): Promise<OutputPlan> {
  const found = await look(path)
  if (found === 'folder' || (found === undefined && isFolderName(path))) {
    const files = fileNames(outputs).map(
      (name, i): PlannedFile => ({ path: join(path, name), form: 'npy', outputs: [outputs[i]!] }),
    )
    for (const file of files) checkFree(file.path, await look(file.path), force)
    return { files, folder: path, force }
  }
  const form = formOf(path)
  if (form === 'npy' && outputs.length !== 1)
    throw outputFile(path, `a .npy file holds one array, the model has ${outputs.length} outputs; name a folder`)
  checkFree(path, found, force)
  if ((await look(dirname(path))) !== 'folder') throw outputFile(path, 'its folder is not there')
  return { files: [{ path, form, outputs }], force }
}

async function look(path: string): Promise<'folder' | 'file' | 'other' | undefined> {
  try {
    const found = await stat(path)
    return found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other'
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw outputFile(path, fileReason(error), error)
  }
}

const isFolderName = (path: string): boolean => /[/\\]$/.test(path) || !basename(path).includes('.')

function formOf(path: string): 'npy' | 'json' {
  if (/\.npy$/i.test(path)) return 'npy'
  if (/\.json$/i.test(path)) return 'json'
  throw outputFile(path, 'its name ends neither in .npy nor in .json, and it is no folder')
}

function checkFree(path: string, found: 'folder' | 'file' | 'other' | undefined, force: boolean): void {
  if (found === undefined || (found === 'file' && force)) return
  throw outputFile(path, found === 'file' ? 'it is there already' : 'something that is no file has this name')
}

/** A model's names may hold anything, paths too; a file's keep within what every system takes. */
const NAME_CHARS_MAX = 80

function fileNames(outputs: readonly string[]): readonly string[] {
  const taken = new Set<string>()
  return outputs.map((output) => {
    const plain = output.replace(/[^A-Za-z0-9_-]+/g, '_').slice(0, NAME_CHARS_MAX) || 'output'
    let name = plain
    // Some systems do not tell upper case from lower.
    for (let i = 2; taken.has(name.toLowerCase()); i++) name = `${plain}-${i}`
    taken.add(name.toLowerCase())
    return `${name}.npy`
  })
}
