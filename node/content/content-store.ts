/**
 * Models on this disk by their id, within a budget. What does not fit pushes out what was not used for longest, and never what
 * is in use: a model that is served, sent or fetched is pinned.
 */
import { mkdirSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { ModelId } from '../../protocols/kernel/ids.ts'
import { modelDigest } from '../../protocols/kernel/model-id.ts'
import type { Clock, Hasher } from '../../protocols/kernel/ports.ts'
import type { ChunkList } from '../../protocols/wire/content/chunk-list.ts'
import { guarded, storageError } from '../storage/sqlite.ts'
import { CopyFiles } from './copy-files.ts'
import { planRoom } from './plan-room.ts'
import { StoredCopy } from './stored-copy.ts'

export type DropReason = 'room' | 'damaged' | 'refused' | 'asked'

export interface ContentStoreNeeds {
  readonly clock: Clock
  readonly hasher: Pick<Hasher, 'sha256'>
  /** Bytes of all copies together; one that grows counts with all that it will have. */
  readonly spaceMax: number
  readonly onDropped?: (copy: StoredCopy, why: DropReason) => void
  /** Bytes that this user may still write; for tests of what happens when it changes. */
  readonly freeBytes?: () => number
}

/** Copies of one folder: each costs a folder and some memory, and nobody has so many models. */
const COPIES_MAX = 4_096
/** Left on the disk for the journal and its reserve. */
const HEADROOM_BYTES = 64 * 1_048_576
/** When it was last used is written no oftener: it decides between hours and days. */
const USED_AGAIN_MS = 60_000

export class ContentStore {
  readonly #folder: string
  readonly #needs: ContentStoreNeeds
  readonly #copies = new Map<ModelId, StoredCopy>()
  readonly #pins = new Map<ModelId, Map<symbol, string>>()

  /** @throws MeshError DATA_FOLDER_READ_ONLY, DISK_FULL */
  constructor(folder: string, needs: ContentStoreNeeds) {
    this.#folder = folder
    this.#needs = needs
    guarded(folder, () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      for (const name of readdirSync(folder)) this.#readCopy(name)
    })
  }

  /** Disk that all copies take. */
  get bytesHere(): number {
    let bytes = 0
    for (const copy of this.#copies.values()) bytes += copy.bytesHere
    return bytes
  }

  /** Those used last come first. */
  all(): readonly StoredCopy[] {
    return [...this.#copies.values()].sort((a, b) => b.usedAtMs - a.usedAtMs)
  }

  get(id: ModelId): StoredCopy | undefined {
    return this.#copies.get(id)
  }

  /** By id or, where only one has it, by name. @throws MeshError MODEL_UNKNOWN where several have the name */
  find(idOrName: string): StoredCopy | undefined {
    const byId = this.#copies.get(idOrName as ModelId)
    if (byId !== undefined) return byId
    const named = this.all().filter(({ name }) => name === idOrName)
    if (named.length < 2) return named[0]
    throw new MeshError('MODEL_UNKNOWN', {
      model: idOrName,
      next: `Several are called so here; give the id: ${named.map(({ id }) => id).join(', ')}.`,
    })
  }

  /** Keeps a copy from being pushed out or removed until disposed. @param why for people: `it is served` */
  pin(id: ModelId, why: string): Disposable {
    const pins = this.#pins.get(id) ?? new Map<symbol, string>()
    const pin = Symbol(why)
    this.#used(id)
    this.#pins.set(id, pins)
    pins.set(pin, why)
    return {
      [Symbol.dispose]: () => {
        pins.delete(pin)
        if (pins.size === 0 && this.#pins.get(id) === pins) this.#pins.delete(id)
      },
    }
  }

  /** Why it stays; empty where nothing needs it. */
  uses(id: ModelId): readonly string[] {
    return [...new Set(this.#pins.get(id)?.values() ?? [])]
  }

  /**
   * A copy that grows under this list, with room made for the whole of it. One that is there goes on with what fits the list.
   * @throws MeshError MODEL_SPACE, DISK_FULL, DATA_FOLDER_*; nothing is pushed out then
   */
  begin(id: ModelId, name: string, list: ChunkList): StoredCopy {
    const { hasher, clock } = this.#needs
    const known = this.#copies.get(id)
    return guarded(this.#folder, () => {
      this.#makeRoom(id, name, list.bytes)
      if (known !== undefined) {
        if (known.list.id !== list.id) known.adopt(list)
        this.rename(known, name)
        return known
      }
      const files = new CopyFiles(join(this.#folder, id))
      const copy = StoredCopy.create(hasher, id, files, list, { name, usedAtMs: clock.nowMs() })
      this.#copies.set(id, copy)
      return copy
    })
  }

  rename(copy: StoredCopy, name: string): void {
    if (copy.name !== name) copy.saveAbout({ name, usedAtMs: copy.usedAtMs })
  }

  /** @throws MeshError NOT_FOUND, MODEL_IN_USE, DATA_FOLDER_* */
  remove(id: ModelId): void {
    const copy = this.#copies.get(id)
    if (copy === undefined) throw new MeshError('NOT_FOUND', { what: 'model', id })
    const uses = this.uses(id)
    if (uses.length > 0) throw new MeshError('MODEL_IN_USE', { model: copy.name, why: uses.join(', ') })
    this.drop(copy, 'asked')
  }

  /** Whatever uses it: it is not what it was thought to be. @throws MeshError DATA_FOLDER_* */
  drop(copy: StoredCopy, why: DropReason): void {
    if (this.#copies.get(copy.id) !== copy) return
    this.#copies.delete(copy.id)
    guarded(this.#folder, () => copy.remove())
    this.#needs.onDropped?.(copy, why)
  }

  #makeRoom(id: ModelId, name: string, bytes: number): void {
    const { spaceMax } = this.#needs
    const others = this.all().filter((copy) => copy.id !== id)
    if (others.length >= COPIES_MAX) throw new MeshError('LIMIT', { what: 'models on this disk', max: COPIES_MAX })
    const here = this.#copies.get(id)?.bytesHere ?? 0
    const plan = planRoom({
      bytes,
      bytesToWrite: Math.max(0, bytes - here),
      spaceMax,
      freeBytes: this.#freeBytes() - HEADROOM_BYTES,
      others: others.map((copy) => ({
        bytes: copy.list.bytes,
        bytesHere: copy.bytesHere,
        usedAtMs: copy.usedAtMs,
        inUse: this.#pins.has(copy.id),
        copy,
      })),
    })
    if (plan.kind === 'space')
      throw new MeshError('MODEL_SPACE', { model: name, bytes, free: plan.free, max: spaceMax })
    if (plan.kind === 'disk') throw new MeshError('DISK_FULL', { file: `the model ${name}` })
    for (const { copy } of plan.evict) this.drop(copy, 'room')
  }

  #used(id: ModelId): void {
    const copy = this.#copies.get(id)
    const usedAtMs = this.#needs.clock.nowMs()
    if (copy === undefined || usedAtMs - copy.usedAtMs < USED_AGAIN_MS) return
    try {
      copy.saveAbout({ name: copy.name, usedAtMs })
    } catch (error) {
      // A disk that is full, or only read from, is no reason not to use what lies on it.
      if (storageError(error, this.#folder).fault === 'bug') throw error
    }
  }

  #freeBytes(): number {
    if (this.#needs.freeBytes !== undefined) return this.#needs.freeBytes()
    const { bavail, bsize } = statfsSync(this.#folder)
    return bavail * bsize
  }

  #readCopy(name: string): void {
    const path = join(this.#folder, name)
    const files = new CopyFiles(path)
    let copy: StoredCopy | undefined
    try {
      if (modelDigest(name) !== undefined) copy = StoredCopy.read(this.#needs.hasher, name as ModelId, files)
    } catch {
      // It may be whole, and cannot be read now: the node does without it, and the next start looks again.
      return
    }
    if (copy !== undefined) this.#copies.set(copy.id, copy)
    // Left by a removal or a start of a copy that was cut short: nothing that can be gone on with.
    else rmSync(path, { recursive: true, force: true })
  }
}
