/** What this node gives to others: copies of its store, and files elsewhere on the disk that it serves as models. */
import { abortable } from '../../protocols/kernel/abortable.ts'
import { fromHex } from '../../protocols/kernel/bytes.ts'
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Hash32, ModelId } from '../../protocols/kernel/ids.ts'
import { modelIdOf } from '../../protocols/kernel/model-id.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'
import type { ChunkList } from '../../protocols/wire/content/chunk-list.ts'
import { ChunkSet } from '../../protocols/wire/content/chunk-set.ts'
import type { ContentShelf, HeldContent } from '../../protocols/wire/content/content-handler.ts'
import type { ContentStore } from './content-store.ts'
import { hashFile, readChunk } from './hash-file.ts'
import { chunkMemory, type StoredCopy } from './stored-copy.ts'

/** Calls answered at once, of all peers: each may hold a chunk in memory. */
const HOLDS_MAX = 32

interface LentFile {
  readonly path: string
  /** Hashed when somebody first asks; undefined where the file is no longer what it was. */
  list: Promise<ChunkList | undefined> | undefined
}

export interface ShelfNeeds {
  readonly hasher: Pick<Hasher, 'sha256'>
  readonly store: ContentStore
  /** A whole copy turned out to be damaged; what is left of it is a part. */
  readonly onDamaged?: (copy: StoredCopy) => void
}

export class Shelf implements ContentShelf {
  readonly #needs: ShelfNeeds
  readonly #lent = new Map<ModelId, LentFile>()
  #holds = 0

  constructor(needs: ShelfNeeds) {
    this.#needs = needs
  }

  /** A model's file that lies elsewhere: given as long as it is what its id says. As many as are served. */
  lend(id: ModelId, path: string): Disposable {
    const lent: LentFile = { path, list: undefined }
    this.#lent.set(id, lent)
    return {
      [Symbol.dispose]: () => {
        if (this.#lent.get(id) === lent) this.#lent.delete(id)
      },
    }
  }

  /** Ids of all that is here, in the store those used last first. */
  ids(): readonly ModelId[] {
    const stored = this.#needs.store.all().filter((copy) => copy.have.size > 0 && !isDoubtful(copy))
    return [...new Set([...this.#lent.keys(), ...stored.map(({ id }) => id)])]
  }

  async hold(content: Hash32, signal: AbortSignal): Promise<HeldContent | undefined> {
    const id = modelIdOf(fromHex(content)!)
    if (this.#holds >= HOLDS_MAX) throw new MeshError('LIMIT', { what: 'contents being sent', max: HOLDS_MAX })
    this.#holds++
    let held: HeldContent | undefined
    try {
      const copy = this.#needs.store.get(id)
      held = copy === undefined || isDoubtful(copy) ? await this.#holdLent(id, signal) : this.#holdCopy(copy)
      return held
    } finally {
      if (held === undefined) this.#holds--
    }
  }

  #holdCopy(copy: StoredCopy): HeldContent {
    const pin = this.#needs.store.pin(copy.id, 'it is being sent')
    const { list } = copy
    let memory: Uint8Array | undefined
    return {
      list,
      have: copy.have,
      read: async (chunk) => {
        memory ??= chunkMemory(list)
        const bytes = await copy.read(chunk, memory)
        // Made anew under another list meanwhile: who asked would take it for a lie.
        const isSame = copy.list === list
        if (isSame && bytes !== undefined) return bytes
        if (isSame && copy.have.has(chunk)) {
          const wasWhole = copy.isWhole
          copy.forget([chunk])
          if (wasWhole) this.#needs.onDamaged?.(copy)
        }
        throw new MeshError('NOT_FOUND', { what: 'chunk', id: String(chunk) })
      },
      [Symbol.dispose]: () => {
        this.#holds--
        pin[Symbol.dispose]()
      },
    }
  }

  async #holdLent(id: ModelId, signal: AbortSignal): Promise<HeldContent | undefined> {
    const lent = this.#lent.get(id)
    if (lent === undefined) return undefined
    lent.list ??= this.#listOf(id, lent.path)
    const list = await abortable(lent.list, signal)
    if (list === undefined) return undefined
    let memory: Uint8Array<ArrayBuffer> | undefined
    return {
      list,
      have: ChunkSet.full(list.count),
      read: async (chunk) => {
        memory ??= chunkMemory(list)
        const bytes = await readChunk(this.#needs.hasher, lent.path, list, chunk, memory)
        if (bytes !== undefined) return bytes
        // Changed, moved or removed by its owner, who may.
        lent.list = Promise.resolve(undefined)
        throw new MeshError('NOT_FOUND', { what: 'chunk', id: String(chunk) })
      },
      [Symbol.dispose]: () => {
        this.#holds--
      },
    }
  }

  async #listOf(id: ModelId, path: string): Promise<ChunkList | undefined> {
    try {
      const hashed = await hashFile(this.#needs.hasher, path)
      return hashed.id === id ? hashed.list : undefined
    } catch (error) {
      if (isMeshError(error, 'BUG')) throw error
      return undefined
    }
  }
}

/** With all chunks of its list and yet not whole: the list may be false, and would be handed on. */
const isDoubtful = ({ isWhole, have }: StoredCopy): boolean => have.isFull && !isWhole
