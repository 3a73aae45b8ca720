/** Peers that hold and fetch contents over real libp2p, each with a store of its own on a real disk. */
import { join } from 'node:path'
import type { ContentStore, ContentStoreNeeds } from '../../../node/content/content-store.ts'
import { type FetchWish, fetchContent } from '../../../node/content/fetch-content.ts'
import type { FetchTuning } from '../../../node/content/fetch-tuning.ts'
import { Shelf } from '../../../node/content/shelf.ts'
import type { StoredCopy } from '../../../node/content/stored-copy.ts'
import { systemRandom } from '../../../node/network-node/system-random.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Handler } from '../../../protocols/kernel/protocol.ts'
import { answerContent, type Pace } from '../../../protocols/wire/content/content-handler.ts'
import { contentKey } from '../../../protocols/wire/content/content-key.ts'
import {
  type ContentRequest,
  type ContentResponse,
  contentProtocol,
} from '../../../protocols/wire/content/content-protocol.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { contentOf, storeIn } from './content-samples.ts'
import { hasher, type MeshNode, meshNode, star } from './mesh-nodes.ts'

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
    more: Partial<FetchWish> & {
      readonly tuning?: Partial<FetchTuning>
      readonly signal?: AbortSignal
      readonly start?: number
    } = {},
  ): Promise<StoredCopy> {
    const { tuning, signal, start, ...wish } = more
    // The chunk to begin at is drawn; a test that needs to know it says so.
    const random = start === undefined ? systemRandom : { bytes: () => Uint8Array.of(0, 0, 0, start) }
    const { network } = this.node
    const charge = (peer: PeerId, error: MeshError): void => {
      this.charged.push({ peer, error })
      network.charge(peer, error)
    }
    const needs = { network, hasher, clock: systemClock, random, store: this.store, charge }
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
