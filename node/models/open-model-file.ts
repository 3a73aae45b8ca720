/** A model on this disk, named or by path: hashed, inspected, and so fit for an engine. */
import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { basename, extname, resolve } from 'node:path'
import { MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { ModelId } from '../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../protocols/kernel/model-id.ts'
import type { ModelFile } from '../engines/engine.ts'
import { inspectModel } from './inspector/inspect-model.ts'
import { defaultPolicy } from './inspector/policy.ts'
import { shippedModels } from './shipped/index.ts'

export interface NamedModelFile extends ModelFile {
  /** For people: of a shipped model its own, else the file's without its ending. */
  readonly name: string
}

/**
 * @param nameOrPath name of a shipped model, or path of an ONNX file
 * @throws MeshError MODEL_FILE, MODEL_REFUSED, CANCELLED
 */
export async function openModelFile(nameOrPath: string, signal?: AbortSignal): Promise<NamedModelFile> {
  const shipped = shippedModels().find(({ name }) => name === nameOrPath)
  const path = shipped?.path ?? resolve(nameOrPath)
  const bytes = await read(path, signal)
  const report = await inspectModel({ bytes, path })
  throwIfAborted(signal)
  const name = shipped?.name ?? basename(path, extname(path))
  const { precision, independentRows } = report
  return { id: idOf(bytes), name: printableName(name), path, bytes: bytes.length, precision, independentRows }
}

/** The id of a shipped model, without reading its file; `undefined` for other names. */
export function shippedModelId(name: string): ModelId | undefined {
  const shipped = shippedModels().find((model) => model.name === name)
  return shipped === undefined ? undefined : modelIdOf(Buffer.from(shipped.manifest.sha256, 'hex'))
}

const idOf = (bytes: Uint8Array): ModelId => modelIdOf(createHash('sha256').update(bytes).digest())

async function read(path: string, signal: AbortSignal | undefined): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size > defaultPolicy.fileBytesMax) {
      throw new MeshError('MODEL_FILE', { path, why: `it has ${size} bytes, at most ${defaultPolicy.fileBytesMax}` })
    }
    return await readFile(path, signal === undefined ? {} : { signal })
  } catch (error) {
    if (error instanceof MeshError) throw error
    throwIfAborted(signal)
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file, and no model of that name is shipped' : message
    throw new MeshError('MODEL_FILE', { path, why }, error)
  }
}

/** Names travel in tables: at most 64 bytes, and nothing that a terminal could take for a command. */
function printableName(name: string): string {
  const plain = name.normalize('NFC').replace(/[^\x20-\x7e]/g, '_')
  return plain === '' ? 'model' : plain.slice(0, 64)
}
