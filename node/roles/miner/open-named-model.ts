/** A model that is to be served, by the name of a shipped one, the name or id of one in the store, or the path of a file. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { modelDigest } from '../../../protocols/kernel/model-id.ts'
import { openCopy } from '../../content/open-copy.ts'
import { type NamedModelFile, openModelFile, shippedModelId } from '../../models/open-model-file.ts'
import type { Content } from '../network/content.ts'

/** While it stands, the file stays where it is, as far as that is ours to say, and is given to peers that ask for it. */
export interface NamedModel extends Disposable {
  readonly file: NamedModelFile
}

/** @throws MeshError MODEL_FILE, MODEL_REFUSED, MODEL_DAMAGED, MODEL_UNKNOWN for an id that is not here or in part, CANCELLED */
export async function openNamedModel(
  content: Content,
  nameOrPath: string,
  signal: AbortSignal | undefined,
): Promise<NamedModel> {
  const copy = shippedModelId(nameOrPath) === undefined ? content.store.find(nameOrPath) : undefined
  if (copy === undefined) {
    if (modelDigest(nameOrPath) !== undefined) {
      throw new MeshError('MODEL_UNKNOWN', {
        model: nameOrPath,
        next: `Get it first: aitbc models pull ${nameOrPath}.`,
      })
    }
    const file = await openModelFile(nameOrPath, signal)
    const lent = content.lend(file.id, file.path)
    return { file, [Symbol.dispose]: () => lent[Symbol.dispose]() }
  }
  const pin = content.store.pin(copy.id, 'it is served')
  try {
    return { file: await openCopy(content.store, copy, signal), [Symbol.dispose]: () => pin[Symbol.dispose]() }
  } catch (error) {
    pin[Symbol.dispose]()
    throw error
  }
}
