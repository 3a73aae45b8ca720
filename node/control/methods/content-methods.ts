/** What a node answers about its models, and what a command does with them where no node runs. */
import { peerIdFromString } from '@libp2p/peer-id'
import { z } from 'zod'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type ModelId, modelId, type PeerId, peerId } from '../../../protocols/kernel/ids.ts'
import { modelDigest } from '../../../protocols/kernel/model-id.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import { addFile } from '../../content/add-file.ts'
import type { ContentStore } from '../../content/content-store.ts'
import type { StoredCopy } from '../../content/stored-copy.ts'
import type { RunningNode } from '../../roles/start-node.ts'
import type { ControlMethod } from '../control-method.ts'
import { parseParams } from './parse-params.ts'

export type StoreMethodName = 'copies' | 'add' | 'remove'

export interface CopyJson {
  readonly id: string
  readonly name: string
  readonly bytes: number
  /** Of them on this disk. */
  readonly bytesHere: number
  readonly whole: boolean
  readonly usedAtMs: number
  readonly uses: readonly string[]
}

export interface StoreNeeds {
  readonly store: ContentStore
  readonly hasher: Pick<Hasher, 'sha256'>
  readonly onAdded?: () => void
}

const named = z.string().min(1).max(64)

export function storeMethods({ store, hasher, onAdded }: StoreNeeds): Readonly<Record<StoreMethodName, ControlMethod>> {
  const json = (copy: StoredCopy): CopyJson => ({
    id: copy.id,
    name: copy.name,
    bytes: copy.list.bytes,
    bytesHere: copy.bytesHere,
    whole: copy.isWhole,
    usedAtMs: copy.usedAtMs,
    uses: store.uses(copy.id),
  })
  return {
    copies: async () => ({ models: store.all().map(json) }),
    add: async (params, { signal }) => {
      const schema = z.strictObject({ path: z.string().min(1).max(4_096), name: named.optional() })
      const { path, name } = parseParams(schema, params)
      const copy = await addFile({ store, hasher }, path, name, signal)
      onAdded?.()
      return json(copy)
    },
    remove: async (params) => {
      const { model } = parseParams(z.strictObject({ model: named }), params)
      const copy = store.find(model)
      if (copy === undefined) throw new MeshError('NOT_FOUND', { what: 'model on this disk called', id: model })
      const removed = json(copy)
      store.remove(copy.id)
      return removed
    },
  }
}

/** Miners that are asked whether they have what they serve. */
const MINERS_MAX = 16

const pullSchema = z.strictObject({
  model: named.refine((text) => modelDigest(text) !== undefined, 'it is no model id'),
  name: named,
  /** A peer's id or multiaddr: then nobody else is asked. */
  from: z.string().min(1).max(512).optional(),
})

export interface PullProgress {
  readonly bytesDone: number
  readonly bytesTotal: number
  readonly peers: number
  readonly leftMs?: number
}

export function pullMethod(node: RunningNode): ControlMethod {
  return async (params, { signal, emit }) => {
    const { model: text, name, from } = parseParams(pullSchema, params)
    const model = modelId(text)
    const peers = from === undefined ? minersOf(node, model) : [await reached(node, from, signal)]
    // A caller that is slow to read hears of less; one that is gone ends the fetch by its signal.
    let isTelling = false
    const onProgress = (progress: PullProgress): void => {
      if (isTelling) return
      isTelling = true
      emit({ kind: 'progress', ...progress })
        .catch(() => undefined)
        .finally(() => {
          isTelling = false
        })
    }
    const wish = { model, name, peers, onlyFrom: from !== undefined, onProgress }
    const copy = await node.content.pull(wish, signal)
    return { id: copy.id, name: copy.name, bytes: copy.list.bytes, path: copy.path }
  }
}

/** Whoever serves a model has its file. */
function minersOf(node: RunningNode, model: ModelId): readonly PeerId[] {
  const offers = [...(node.client?.book.live(model) ?? [])].map(({ offer }) => offer.peer)
  return [...new Set(offers)].slice(0, MINERS_MAX)
}

/** @throws MeshError USAGE, DIAL_FAILED, CANCELLED */
async function reached(node: RunningNode, from: string, signal: AbortSignal): Promise<PeerId> {
  const peer = peerOf(from)
  if (from.includes('/')) await node.mesh.connect(peer, [from], signal)
  return peer
}

function peerOf(from: string): PeerId {
  try {
    return peerId(peerIdFromString(from.slice(from.lastIndexOf('/') + 1)).toString())
  } catch (error) {
    throw new MeshError('USAGE', { what: `from: ${from} names no peer` }, error)
  }
}
