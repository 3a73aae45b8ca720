/** Peers that hold and fetch contents over real libp2p, each with a store of its own on a real disk. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { ContentStore, type ContentStoreNeeds, type DropReason } from '../../node/content/content-store.ts'
import { type FetchWish, fetchContent } from '../../node/content/fetch-content.ts'
import type { FetchTuning } from '../../node/content/fetch-tuning.ts'
import { Shelf } from '../../node/content/shelf.ts'
import type { StoredCopy } from '../../node/content/stored-copy.ts'
import { systemRandom } from '../../node/network-node/system-random.ts'
import { systemClock } from '../../node/roles/system-clock.ts'
import { concat, toHex } from '../../protocols/kernel/bytes.ts'
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { Hash32, ModelId, PeerId } from '../../protocols/kernel/ids.ts'
import { modelDigest, modelIdOf } from '../../protocols/kernel/model-id.ts'
import type { Handler } from '../../protocols/kernel/protocol.ts'
import { CHUNK_BYTES, ChunkList } from '../../protocols/wire/content/chunk-list.ts'
import { answerContent, type Pace } from '../../protocols/wire/content/content-handler.ts'
import { contentKey } from '../../protocols/wire/content/content-key.ts'
import {
  type ContentRequest,
  type ContentResponse,
  contentProtocol,
} from '../../protocols/wire/content/content-protocol.ts'
import { hasher, type MeshNode, meshNode, star } from './mesh-nodes.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface Sample {
  readonly id: ModelId
  readonly bytes: Uint8Array
  readonly list: ChunkList
  chunk(i: number): Uint8Array
}

/** Bytes that differ everywhere, of so many chunks and a rest. */
export function sampleOf(chunks: number, rest = 77, seed = 1): Sample {
  const bytes = new Uint8Array(chunks * CHUNK_BYTES + rest)
  const words = new Uint32Array(bytes.buffer, 0, bytes.length >> 2)
  let state = seed
  for (let i = 0; i < words.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    words[i] = state
  }
  const chunk = (i: number): Uint8Array => bytes.subarray(i * CHUNK_BYTES, (i + 1) * CHUNK_BYTES)
  const count = Math.ceil(bytes.length / CHUNK_BYTES)
  const hashes = Array.from({ length: count }, (_, i) => hasher.sha256(chunk(i)))
  const id = modelIdOf(createHash('sha256').update(bytes).digest())
  return { id, bytes, list: new ChunkList(hasher, bytes.length, concat(...hashes)), chunk }
}

export const contentOf = (id: ModelId): Hash32 => toHex(modelDigest(id)!) as Hash32

export interface Dropped {
  readonly id: ModelId
  readonly why: DropReason
}

export function storeIn(folder: string, needs: Partial<ContentStoreNeeds> = {}): ContentStore {
  return new ContentStore(folder, { clock: systemClock, hasher, spaceMax: 2 ** 30, ...needs })
}

/** With these chunks of it; all of them where none are named. */
export async function put(store: ContentStore, sample: Sample, chunks?: readonly number[]): Promise<StoredCopy> {
  const copy = store.begin(sample.id, 'sample', sample.list)
  for (const i of chunks ?? Array.from({ length: sample.list.count }, (_, i) => i)) await copy.write(i, sample.chunk(i))
  if (chunks === undefined && !(await copy.seal())) throw new Error('the sample is not what its id says')
  return copy
}

export class ContentPeer {
  readonly node: MeshNode
  readonly store: ContentStore
  readonly shelf: Shelf
  readonly folder: string
  /** What others proved of themselves to this one. */
  readonly charged: { readonly peer: PeerId; readonly error: MeshError }[] = []
  /** Chunks that were asked of it, in the order of asking. */
  readonly asked: Extract<ContentRequest, { kind: 'chunks' }>[] = []

  constructor(node: MeshNode, folder: string, needs: Partial<ContentStoreNeeds> = {}) {
    this.node = node
    this.folder = folder
    this.store = storeIn(folder, needs)
    this.shelf = new Shelf({ hasher, store: this.store })
  }

  get peer(): PeerId {
    return this.node.network.self
  }

  serve(pace: Pace = async () => undefined): Disposable {
    const honest = answerContent(this.shelf, pace)
    return this.answer((first, more, context) => {
      if (first.kind === 'chunks') this.asked.push(first)
      return honest(first, more, context)
    })
  }

  /** Whatever it likes, instead of what it has. */
  answer(handler: Handler<ContentRequest, ContentResponse>): Disposable {
    return this.node.network.serve(contentProtocol, handler)
  }

  announce(id: ModelId): Promise<Disposable> {
    const { network } = this.node
    return network.provide(contentKey(hasher, network.tag, contentOf(id)))
  }

  fetch(
    sample: { readonly id: ModelId },
    from: readonly ContentPeer[],
    more: Partial<FetchWish> & { readonly tuning?: Partial<FetchTuning>; readonly signal?: AbortSignal } = {},
  ): Promise<StoredCopy> {
    const { tuning, signal, ...wish } = more
    const { network } = this.node
    const charge = (peer: PeerId, error: MeshError): void => {
      this.charged.push({ peer, error })
      network.charge(peer, error)
    }
    const needs = { network, hasher, clock: systemClock, random: systemRandom, store: this.store, charge }
    return fetchContent(
      { ...needs, tuning: { restMs: 50, patienceMs: 3_000, ...tuning } },
      {
        model: sample.id,
        name: 'sample',
        bytesMax: 2 ** 30,
        from: from.map(({ peer }) => peer),
        onlyFrom: from.length > 0,
        ...wish,
      },
      signal,
    )
  }
}

/** The first is connected to all others, and they to nobody else unless they look. */
export async function contentPeers(
  count: number,
  needs: readonly Partial<ContentStoreNeeds>[] = [],
): Promise<AsyncDisposable & { readonly peers: readonly ContentPeer[] }> {
  const nodes: MeshNode[] = []
  const end = async (): Promise<void> => {
    for (const node of nodes) await node[Symbol.asyncDispose]()
  }
  for (let i = 0; i < count; i++) nodes.push(await meshNode())
  await star(nodes)
  const peers = nodes.map((node, i) => new ContentPeer(node, join(temporaryFolder(), 'content'), needs[i]))
  return { peers, [Symbol.asyncDispose]: end }
}
