/** A model that this program made, opened by an engine in a session of its own: what runs for jobs is not touched. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { modelIdOf } from '../../protocols/kernel/model-id.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'
import type { Engine, EngineLimits, EngineSession } from '../engines/engine.ts'
import type { Precision } from '../engines/kernel-class.ts'
import { storageError } from '../storage/sqlite.ts'

export interface MadeModelNeeds {
  readonly engine: Engine
  readonly limits: EngineLimits
  readonly hasher: Pick<Hasher, 'sha256'>
}

/** Engines read files: it lies in one until it is loaded. @throws MeshError DISK_FULL; what {@link Engine.open} throws */
export async function openMadeModel(
  { engine, limits, hasher }: MadeModelNeeds,
  bytes: Uint8Array,
  precision: Precision,
  signal?: AbortSignal,
): Promise<EngineSession> {
  const place = join(tmpdir(), 'aitbc-model')
  const failed = (error: unknown): never => {
    throw storageError(error, place)
  }
  const folder = await mkdtemp(`${place}-`).catch(failed)
  try {
    const path = join(folder, 'made.onnx')
    await writeFile(path, bytes).catch(failed)
    const id = modelIdOf(hasher.sha256(bytes))
    return await engine.open({ id, path, bytes: bytes.length, precision }, limits, signal)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
