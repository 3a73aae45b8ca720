/** Writes outputs as planned: each file is whole or absent. */
import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { isMeshError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { garbled } from '../../tensors/read-output.ts'
import { fileReason } from '../inputs/input-errors.ts'
import { tensorJson } from './answer-json.ts'
import { npyPieces } from './npy-writer.ts'
import { type OutputPlan, outputFile, type PlannedFile } from './output-plan.ts'

/** Of one write: the signal is looked at between two. */
const PIECE_BYTES_MAX = 4 * 1_048_576
/** As base64 a third more, in one string of the file's text: well below the engine's longest. */
const JSON_DATA_BYTES_MAX = 128 * 1_048_576

/**
 * @returns the paths that were written
 * @throws MeshError OUTPUT_FILE, DISK_FULL, OUTPUT_GARBLED where an output is missing or not what it says, CANCELLED
 */
export async function writeOutput(
  plan: OutputPlan,
  outputs: readonly Tensor[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (plan.folder !== undefined) await makeFolder(plan.folder)
  for (const file of plan.files) {
    const tensors = file.outputs.map((name) => outputs.find((output) => output.name === name) ?? missing())
    await writeFile(file.path, piecesOf(file, tensors), plan.force, signal)
  }
  return plan.files.map(({ path }) => path)
}

function missing(): never {
  throw garbled('the outputs are those of the model')
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true })
  } catch (error) {
    throw outputFile(path, fileReason(error), error)
  }
}

function piecesOf({ path, form }: PlannedFile, tensors: readonly Tensor[]): readonly Uint8Array[] {
  if (form === 'json') return [jsonBytes(path, tensors)]
  const pieces = npyPieces(tensors[0]!)
  if (typeof pieces === 'string') throw outputFile(path, pieces)
  return pieces
}

function jsonBytes(path: string, tensors: readonly Tensor[]): Uint8Array {
  const bytes = tensors.reduce((sum, { data }) => sum + data.length, 0)
  if (bytes > JSON_DATA_BYTES_MAX)
    throw outputFile(path, `the outputs have ${bytes} bytes, .json takes ${JSON_DATA_BYTES_MAX}; name a folder`)
  return Buffer.from(`${JSON.stringify({ outputs: tensors.map((tensor) => tensorJson(tensor, 'base64')) })}\n`)
}

/** Beside its place and then into it, so that nobody ever sees half a file. */
async function writeFile(
  path: string,
  pieces: readonly Uint8Array[],
  force: boolean,
  signal: AbortSignal,
): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    await fill(temporary, pieces, signal)
    await (force ? rename(temporary, path) : place(temporary, path))
  } catch (error) {
    await rm(temporary, { force: true })
    if (isMeshError(error)) throw error
    throw (error as NodeJS.ErrnoException).code === 'ENOSPC'
      ? new MeshError('DISK_FULL', { file: path }, error)
      : outputFile(path, fileReason(error), error)
  }
}

async function fill(path: string, pieces: readonly Uint8Array[], signal: AbortSignal): Promise<void> {
  await using file = await open(path, 'wx')
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += PIECE_BYTES_MAX) {
      throwIfAborted(signal)
      await file.writeFile(piece.subarray(at, at + PIECE_BYTES_MAX))
    }
  }
  throwIfAborted(signal)
  await file.sync()
}

/**
 * Takes the name first, in one step that fails where it is taken: a rename alone would replace a file that came since the plan.
 * A link would do both at once, but not on the disks that people carry around (FAT, exFAT).
 */
async function place(temporary: string, path: string): Promise<void> {
  const taken = await open(path, 'wx')
  await taken.close()
  try {
    await rename(temporary, path)
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}
