/** A model's file becomes a copy of the store: inspected first, as whatever is in the store may be served. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'
import { openModelFile } from '../models/open-model-file.ts'
import type { ContentStore } from './content-store.ts'
import { hashFile } from './hash-file.ts'
import type { StoredCopy } from './stored-copy.ts'

/** @throws MeshError MODEL_FILE, MODEL_REFUSED, MODEL_SPACE, DISK_FULL, DATA_FOLDER_*, CANCELLED */
export async function addFile(
  { store, hasher }: { readonly store: ContentStore; readonly hasher: Pick<Hasher, 'sha256'> },
  path: string,
  name?: string,
  signal?: AbortSignal,
): Promise<StoredCopy> {
  const inspected = await openModelFile(path, signal)
  const { id, list } = await hashFile(hasher, inspected.path, signal)
  const known = store.get(id)
  if (known?.isWhole === true) return known
  const copy = store.begin(id, name ?? inspected.name, list)
  using pin = store.pin(id, 'it is being added')
  void pin
  copy.fillFrom(inspected.path)
  if (id === inspected.id && (await copy.seal(signal))) return copy
  store.drop(copy, 'damaged')
  throw new MeshError('MODEL_FILE', { path, why: 'it changed while it was read' })
}
