/**
 * Space set aside on the disk, given up when the disk is full: the ends of jobs that already ran can still be written, and
 * no new job is taken until there is space again.
 */
import { randomFillSync } from 'node:crypto'
import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import type { MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { syncFolder } from './durable-file.ts'
import { storageError } from './sqlite.ts'

/** `reserve`: the disk is full, and what was set aside is being used. */
export type Space = 'ok' | 'reserve'

/**
 * At most 8,192 ends of jobs wait for a disk. Measured: written one by one they take 5.8 MiB, of which 4 are the log before
 * it is folded back. The rest is for vouchers, and for a log that one large commit stretches.
 */
export const RESERVE_BYTES = 16_777_216
/** How often a full disk is asked for space. */
const ASK_MS = 10_000
const WRITE_BYTES = 1_048_576

export interface SpaceReserveOptions {
  readonly bytes?: number
  readonly clock: Clock
  readonly onChange?: (space: Space) => void
  /** Bytes that this user may still write; for tests of what happens when it changes. */
  readonly freeBytes?: () => number
}

export class SpaceReserve implements Disposable {
  readonly #path: string
  readonly #bytes: number
  readonly #clock: Clock
  readonly #freeBytes: () => number
  readonly #listeners = new Set<(space: Space) => void>()
  #space: Space
  #timer: Timer | undefined

  /** @throws MeshError DATA_FOLDER_READ_ONLY; a disk that is full already is a state, not an error */
  constructor(path: string, { bytes = RESERVE_BYTES, clock, onChange, freeBytes }: SpaceReserveOptions) {
    this.#path = path
    this.#bytes = bytes
    this.#clock = clock
    this.#freeBytes = freeBytes ?? (() => freeBytesOf(dirname(path)))
    if (onChange !== undefined) this.#listeners.add(onChange)
    const failure = this.#isWhole() ? undefined : this.#fill()
    if (failure !== undefined && failure.code !== 'DISK_FULL') throw failure
    this.#space = failure === undefined ? 'ok' : 'reserve'
    if (this.#space === 'reserve') this.#askLater()
  }

  get space(): Space {
    return this.#space
  }

  onChange(listener: (space: Space) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) }
  }

  /** The disk said full: frees what was set aside. False where it was given up before. */
  release(): boolean {
    if (this.#space === 'reserve') return false
    rmSync(this.#path, { force: true })
    this.#change('reserve')
    this.#askLater()
    return true
  }

  [Symbol.dispose](): void {
    this.#timer?.cancel()
    this.#listeners.clear()
  }

  #askLater(): void {
    this.#timer = this.#clock.after(ASK_MS, () => {
      // Twice: taking the last free byte for the reserve would make the disk full again at once.
      if (this.#freeBytes() >= 2 * this.#bytes && this.#fill() === undefined) this.#change('ok')
      else this.#askLater()
    })
  }

  #change(space: Space): void {
    this.#space = space
    for (const listener of this.#listeners) listener(space)
  }

  #isWhole(): boolean {
    return statSync(this.#path, { throwIfNoEntry: false })?.size === this.#bytes
  }

  /** `undefined` where the reserve now lies on the disk. */
  #fill(): MeshError | undefined {
    try {
      const file = openSync(this.#path, 'w', 0o600)
      try {
        // Random bytes: zeros take no space on a file system that compresses.
        const chunk = new Uint8Array(Math.min(WRITE_BYTES, this.#bytes))
        for (let left = this.#bytes; left > 0; )
          left -= writeSync(file, randomFillSync(chunk), 0, Math.min(left, chunk.length))
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
      syncFolder(dirname(this.#path))
      return undefined
    } catch (error) {
      rmSync(this.#path, { force: true })
      return storageError(error, this.#path)
    }
  }
}

/** A disk that was taken away has no room: whoever writes there next says so, and a timer has nobody to tell. */
function freeBytesOf(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize
  } catch {
    return 0
  }
}
