/** Gets a content from all peers that have some of it. What came is kept, whatever happens: the next fetch goes on from there. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { ModelId, PeerId } from '../../protocols/kernel/ids.ts'
import type { Network } from '../../protocols/kernel/network.ts'
import type { Clock, Hasher, Random } from '../../protocols/kernel/ports.ts'
import type { ContentStore } from './content-store.ts'
import type { FetchProgress } from './fetch-progress.ts'
import type { FetchTuning } from './fetch-tuning.ts'
import { Fetching } from './fetching.ts'
import type { StoredCopy } from './stored-copy.ts'

export interface FetchNeeds {
  readonly network: Pick<Network, 'call' | 'findProviders' | 'self' | 'tag'>
  readonly hasher: Hasher
  readonly clock: Clock
  readonly random: Random
  readonly store: ContentStore
  /** The peer's own bytes prove it. */
  readonly charge: (peer: PeerId, error: MeshError) => void
  readonly tuning?: Partial<FetchTuning>
}

export interface FetchWish {
  readonly model: ModelId
  /** What people call it here. */
  readonly name: string
  readonly bytesMax: number
  /** Peers that may have it, beside those that announced it. */
  readonly from: readonly PeerId[]
  /** Only those of `from`. */
  readonly onlyFrom?: boolean
  readonly onProgress?: (progress: FetchProgress) => void
  /** There is something to give to others. */
  readonly onPartial?: (copy: StoredCopy) => void
}

/**
 * @throws MeshError MODEL_NOWHERE, MODEL_IN_USE (it is being fetched already), MODEL_SPACE, DISK_FULL, DATA_FOLDER_*, CANCELLED
 */
export async function fetchContent(needs: FetchNeeds, wish: FetchWish, signal?: AbortSignal): Promise<StoredCopy> {
  const { store } = needs
  const there = store.get(wish.model)
  if (there?.isWhole === true) return there
  if (store.uses(wish.model).includes(FETCHED)) throw new MeshError('MODEL_IN_USE', { model: wish.name, why: FETCHED })
  using pin = store.pin(wish.model, FETCHED)
  void pin
  // What an earlier run left may have been changed by a disk or a person; or it ended just before it was done.
  if (there !== undefined && (await there.verify(signal)) && there.have.isFull && (await there.seal(signal)))
    return there
  using fetching = new Fetching(needs, wish, signal)
  return await fetching.run()
}

const FETCHED = 'it is being fetched'
