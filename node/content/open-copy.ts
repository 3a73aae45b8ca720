/** A copy of the store as a model that may be served: hashed and inspected again, as disks change and rules do too. */
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import { type NamedModelFile, openModelFile } from '../models/open-model-file.ts'
import type { ContentStore } from './content-store.ts'
import type { StoredCopy } from './stored-copy.ts'

/**
 * @throws MeshError MODEL_DAMAGED: what is left of it is a part from now on; MODEL_REFUSED, MODEL_FILE: it is removed;
 *   MODEL_UNKNOWN where it is not whole; CANCELLED
 */
export async function openCopy(store: ContentStore, copy: StoredCopy, signal?: AbortSignal): Promise<NamedModelFile> {
  const { name, list } = copy
  if (!copy.isWhole) {
    const next = `It is here in part only (${copy.have.size} of ${list.count} chunks): aitbc models pull ${copy.id}.`
    throw new MeshError('MODEL_UNKNOWN', { model: name, next })
  }
  try {
    const file = await openModelFile(copy.path, signal)
    if (file.id === copy.id) return { ...file, name }
  } catch (error) {
    if (!isMeshError(error, 'MODEL_REFUSED', 'MODEL_FILE')) throw error
    // Damage may look like a model that breaks a rule, or like none at all.
    if (await copy.verify(signal)) {
      store.drop(copy, 'refused')
      throw error
    }
    throw new MeshError('MODEL_DAMAGED', { model: name })
  }
  await copy.verify(signal)
  throw new MeshError('MODEL_DAMAGED', { model: name })
}
