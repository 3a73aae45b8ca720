/**
 * The file that the development chain is kept in. Its program writes it in place, so a kill may leave half of one: beside it lies
 * the last copy that was whole.
 */
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../../node/storage/durable-file.ts'
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

/** Twice what the program takes between two writes. */
const KEEP_EVERY_MS = 2_000

/**
 * Where a chain goes on from: what the last run wrote; the copy before it, so that some seconds are forgotten; or nothing, though
 * there was a file, which now has the ending `damaged`.
 */
export type ChainBeginning = 'new' | 'whole' | 'copy' | 'lost'

export class ChainState implements Disposable {
  readonly path: string
  readonly #kept: string
  readonly #clock: Clock
  readonly #onFailure: (error: MeshError) => void
  #timer: Timer | undefined
  #keptMs = 0
  #disposed = false

  constructor(folder: string, clock: Clock, onFailure: (error: MeshError) => void) {
    this.path = join(folder, 'chain.json')
    this.#kept = join(folder, 'chain.kept.json')
    this.#clock = clock
    this.#onFailure = onFailure
  }

  /** Leaves a file that the program can read, or none. */
  prepare(): ChainBeginning {
    const existed = existsSync(this.path)
    if (wholeOf(this.path) !== undefined) return 'whole'
    const kept = wholeOf(this.#kept)
    if (kept !== undefined) {
      replaceFile(this.path, kept, 0o600)
      return 'copy'
    }
    if (existed) renameSync(this.path, `${this.path}.damaged`)
    return existed ? 'lost' : 'new'
  }

  /** From here on a copy is made of what was written. */
  keep(): void {
    if (this.#disposed) return
    this.#timer = this.#clock.after(KEEP_EVERY_MS, () => void this.#copy().finally(() => this.keep()))
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    this.#timer?.cancel()
  }

  async #copy(): Promise<void> {
    try {
      const { mtimeMs, size } = await stat(this.path)
      if (mtimeMs === this.#keptMs) return
      const text = await readFile(this.path)
      const after = await stat(this.path)
      // While it is being written it is not whole; the next round finds it whole.
      if (after.mtimeMs !== mtimeMs || after.size !== size || text.at(-1) !== CLOSING_BRACE) return
      if (this.#disposed) return
      replaceFile(this.#kept, text, 0o600)
      this.#keptMs = mtimeMs
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#onFailure(asMeshError(error))
    }
  }
}

const CLOSING_BRACE = 0x7d

function wholeOf(path: string): Buffer | undefined {
  try {
    const text = readFileSync(path)
    JSON.parse(text.toString())
    return text
  } catch {
    // Not there, or half of it.
    return undefined
  }
}
