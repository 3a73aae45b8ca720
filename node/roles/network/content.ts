/** Models that travel: the store of this node, what it gives to others, and how it gets what it lacks. */
import { join } from 'node:path'
import { toHex } from '../../../protocols/kernel/bytes.ts'
import type { Hash32, ModelId, PeerId } from '../../../protocols/kernel/ids.ts'
import { modelDigest } from '../../../protocols/kernel/model-id.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import { answerContent } from '../../../protocols/wire/content/content-handler.ts'
import { contentKey } from '../../../protocols/wire/content/content-key.ts'
import { contentProtocol } from '../../../protocols/wire/content/content-protocol.ts'
import { ContentStore } from '../../content/content-store.ts'
import { fetchContent } from '../../content/fetch-content.ts'
import type { FetchProgress } from '../../content/fetch-progress.ts'
import { openCopy } from '../../content/open-copy.ts'
import { paceOf } from '../../content/pace.ts'
import { Shelf } from '../../content/shelf.ts'
import type { StoredCopy } from '../../content/stored-copy.ts'
import { defaultPolicy } from '../../models/inspector/policy.ts'
import { KeyAnnouncer } from '../../network/dht/key-announcer.ts'
import type { Libp2pNetwork } from '../../network/libp2p-network.ts'
import { folderFiles } from '../../storage/data-folder.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'

/** Of the 64 keys of a node (node/network/dht/announced-keys.ts); 20 go to what a miner can do, the rest to directories. */
const CONTENTS_ANNOUNCED_MAX = 40

export interface PullWish {
  readonly model: ModelId
  readonly name: string
  /** Peers that may have it, beside those that announced it. */
  readonly peers: readonly PeerId[]
  readonly onlyFrom?: boolean
  readonly onProgress?: (progress: FetchProgress) => void
}

export interface Content {
  readonly store: ContentStore
  readonly hasher: Hasher
  /** What others can ask of it; none where this node gives nothing. */
  readonly protocols: readonly { readonly name: string; readonly major: number }[]
  /** Gives a file outside of the store to others, until disposed. */
  lend(model: ModelId, path: string): Disposable
  /** The store has something that it had not, or lacks what it had: others are told. */
  changed(): void
  /**
   * Gets a model, whole and inspected.
   * @throws MeshError MODEL_NOWHERE, MODEL_REFUSED, MODEL_IN_USE, MODEL_SPACE, DISK_FULL, DATA_FOLDER_*, CANCELLED
   */
  pull(wish: PullWish, signal?: AbortSignal): Promise<StoredCopy>
}

export async function startContent(parts: Parts, base: Foundation, mesh: Libp2pNetwork): Promise<Content> {
  const { settings, clock, crypto, random, bus, folder } = base
  const store = new ContentStore(join(folder.path, folderFiles.content), {
    clock,
    hasher: crypto,
    spaceMax: settings.modelSpaceMax,
    onDropped: ({ id, name }, why) => {
      bus.emit({ kind: 'content:dropped', model: id, name, why })
      changed()
    },
  })
  const shelf = new Shelf({
    hasher: crypto,
    store,
    onDamaged: ({ id, name }) => bus.emit({ kind: 'content:damaged', model: id, name }),
  })
  // Who cannot be reached, or does not want to give, announces nothing.
  const gives = settings.uploadMax > 0
  const announcer = await parts.start(
    'announced models',
    () =>
      new KeyAnnouncer({
        network: mesh,
        onFailure: bus.trouble('announcing models'),
      }),
  )
  const keyOf = (id: ModelId): Hash32 => contentKey(crypto, mesh.tag, toHex(modelDigest(id)!) as Hash32)
  const announces = gives && settings.listen.length > 0
  const changed = (): void => {
    if (announces) announcer.announce(shelf.ids().slice(0, CONTENTS_ANNOUNCED_MAX).map(keyOf))
  }
  if (gives) {
    const pace = paceOf(clock, settings.uploadMax)
    await parts.start('models for others', () => mesh.serve(contentProtocol, answerContent(shelf, pace)))
  }
  changed()
  return {
    store,
    hasher: crypto,
    protocols: gives ? [contentProtocol] : [],
    changed,
    lend(model, path) {
      const lent = shelf.lend(model, path)
      changed()
      return {
        [Symbol.dispose]: () => {
          lent[Symbol.dispose]()
          changed()
        },
      }
    },
    async pull({ model, name, peers, onlyFrom = false, onProgress }, signal) {
      const startedMs = clock.monotonicMs()
      const needs = {
        network: mesh,
        hasher: crypto,
        clock,
        random,
        store,
        charge: (peer: PeerId, error: Parameters<Libp2pNetwork['charge']>[1]) => mesh.charge(peer, error),
      }
      const was = store.get(model)?.isWhole === true
      const told = onProgress === undefined ? {} : { onProgress }
      // What the inspection would refuse for its size alone is not fetched.
      const bytesMax = Math.min(settings.modelSpaceMax, defaultPolicy.fileBytesMax)
      const wish = { model, name, bytesMax, from: peers, onlyFrom, ...told, onPartial: changed }
      const copy = await fetchContent(needs, wish, signal)
      await openCopy(store, copy, signal)
      store.rename(copy, name)
      changed()
      const tookMs = clock.monotonicMs() - startedMs
      if (!was) bus.emit({ kind: 'content:fetched', model, name: copy.name, bytes: copy.list.bytes, tookMs })
      return copy
    },
  }
}
