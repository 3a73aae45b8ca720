/** A store whose file and thread are there when something is to be kept: who never keeps anything has none. */
import { renameSync, rmSync } from 'node:fs'
import type { Schema } from './migrations.ts'
import { Store, type StoreNeeds } from './store.ts'

export class LazyStore implements AsyncDisposable {
  readonly #open: () => Promise<Store>
  #opening: Promise<Store> | undefined
  #opened: Store | undefined

  constructor(path: string, schema: Schema, needs: StoreNeeds) {
    this.#open = () => Store.open(path, schema, needs)
  }

  /** To read from; undefined where nothing was kept yet. */
  get opened(): Store | undefined {
    return this.#opened
  }

  /** @throws MeshError what Store.open throws; the next one tries again, for a disk that was full may have room then */
  open(): Promise<Store> {
    this.#opening ??= this.#open().then(
      (store) => {
        this.#opened = store
        return store
      },
      (error: unknown) => {
        this.#opening = undefined
        throw error
      },
    )
    return this.#opening
  }

  /** It may be opened anew. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opening?.catch(() => undefined)
    await this.#opened?.[Symbol.asyncDispose]()
    this.#opening = undefined
    this.#opened = undefined
  }
}

/** As `<path>.damaged`, for who wants to look at it: the next write begins a new one. */
export function putAside(path: string): void {
  for (const left of ['-wal', '-shm']) rmSync(`${path}${left}`, { force: true })
  renameSync(path, `${path}.damaged`)
}
