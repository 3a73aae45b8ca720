/**
 * The file that a development chain is kept in. Its own program writes blocks and accounts one after the other: what is mined in
 * between changes accounts and is in no block, for ever. So a snapshot is asked for here, taken only where no block came meanwhile,
 * and replaces the one before as a whole.
 */
import { constants } from 'node:buffer'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { replaceFile } from '../../node/storage/durable-file.ts'
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'

/** What a kill forgets of a small chain. */
const KEEP_EVERY_MS = 1_000
/** A snapshot is the whole chain, and grows with it: this many times as long as one took nothing is done. */
const REST_TIMES = 20
/** What had come when the chain was told to make no blocks is still put into some: some hundred of a stream were seen. */
const PAUSED_TRIES = 40
const PAUSED_TRY_MS = 25
/** What a start can read back: no text is longer. */
const SNAPSHOT_BYTES_MAX = constants.MAX_STRING_LENGTH

/** `lost`: there was a file, and it cannot be read; it has the ending `damaged` now. */
export type ChainBeginning = 'new' | 'kept' | 'lost'

export interface ChainStateNeeds {
  readonly clock: Clock
  height(): Promise<number>
  /** Packed by gzip. */
  dump(): Promise<Uint8Array>
  /** No blocks are made until what it returns is called. */
  pause(): Promise<() => Promise<void>>
  readonly onFailure: (error: MeshError) => void
}

export class ChainState implements Disposable {
  readonly path: string
  readonly #bytesMax: number
  #needs: ChainStateNeeds | undefined
  #timer: Timer | undefined
  #keptHeight = -1
  #isDirty = true
  #isFailing = false
  #keeping: Promise<unknown> = Promise.resolve()
  #disposed = false

  constructor(folder: string, bytesMax: number = SNAPSHOT_BYTES_MAX) {
    this.path = join(folder, 'chain.json')
    this.#bytesMax = bytesMax
  }

  /**
   * Leaves a file that the program can read, or none.
   * @returns the time of the first block too (Unix seconds), where there is one: the program makes a first block before it reads the file,
   *   and only one of the same time is the same
   * @throws MeshError LOCAL_CHAIN where the file cannot be read now: that is no reason to begin anew
   */
  prepare(): { readonly began: ChainBeginning; readonly genesisSeconds?: number } {
    if (!existsSync(this.path)) return { began: 'new' }
    try {
      return { began: 'kept', genesisSeconds: genesisSecondsOf(JSON.parse(readFileSync(this.path, 'utf8'))) }
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof TypeError)) throw unreadable(this.path, error)
      renameSync(this.path, `${this.path}.damaged`)
      return { began: 'lost' }
    }
  }

  /** From here on snapshots are taken. */
  begin(needs: ChainStateNeeds): void {
    this.#needs = needs
    this.#later(KEEP_EVERY_MS)
  }

  /** Something changes without a block. */
  touch(): void {
    this.#isDirty = true
  }

  /** Takes one now, where something has changed; one at a time. @returns false where blocks came all the time */
  keep(): Promise<boolean> {
    const kept = this.#keeping.then(() => this.#keep())
    this.#keeping = kept.catch(() => false)
    return kept
  }

  /** Resolves when none is being written: whoever writes the file next writes it last. */
  async settled(): Promise<void> {
    await this.#keeping
  }

  async #keep(): Promise<boolean> {
    if (await this.#tryToKeep()) return true
    // Under a stream of transactions there is no moment between two blocks.
    const resume = await this.#needs!.pause()
    try {
      for (let tries = 0; tries < PAUSED_TRIES; tries++) {
        const before = await this.#needs!.height()
        await delay(PAUSED_TRY_MS)
        if (before === (await this.#needs!.height()) && (await this.#tryToKeep())) return true
      }
      return false
    } finally {
      await resume()
    }
  }

  async #tryToKeep(): Promise<boolean> {
    const { height, dump } = this.#needs!
    const before = await height()
    if (before === this.#keptHeight && !this.#isDirty) return true
    this.#isDirty = false
    const packed = await dump()
    if ((await height()) !== before) {
      this.#isDirty = true
      return false
    }
    const text = await this.#unpacked(packed)
    replaceFile(this.path, text, 0o600)
    this.#keptHeight = before
    return true
  }

  /** @throws MeshError LOCAL_CHAIN */
  async #unpacked(packed: Uint8Array): Promise<Uint8Array> {
    try {
      return await promisify(gunzip)(packed, { maxOutputLength: this.#bytesMax })
    } catch (error) {
      const isTooLong = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
      const why = isTooLong ? `it is longer than ${this.#bytesMax} bytes, and kept no further` : 'it cannot be unpacked'
      throw new MeshError('LOCAL_CHAIN', { why, remedy: `Stop it and remove ${this.path}: a new chain begins.` }, error)
    }
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    this.#timer?.cancel()
  }

  #later(ms: number): void {
    if (this.#disposed) return
    this.#timer = this.#needs!.clock.after(ms, () => void this.#round())
  }

  async #round(): Promise<void> {
    const { clock } = this.#needs!
    const startedMs = clock.monotonicMs()
    try {
      await this.keep()
      this.#isFailing = false
    } catch (error) {
      this.#isDirty = true
      if (!this.#disposed && !this.#isFailing) this.#needs!.onFailure(asMeshError(error))
      this.#isFailing = true
    }
    this.#later(Math.max(KEEP_EVERY_MS, REST_TIMES * (clock.monotonicMs() - startedMs)))
  }
}

/** For what lies there and cannot be read, as it may be later. */
export const unreadable = (path: string, error: unknown): MeshError =>
  new MeshError(
    'LOCAL_CHAIN',
    {
      why: `a file of it cannot be read: ${(error as Error).message}`,
      remedy: `Make ${path} readable, or move it away: a new one begins.`,
    },
    error,
  )

function genesisSecondsOf(state: unknown): number {
  const { blocks } = state as { readonly blocks: readonly { readonly header: Readonly<Record<string, string>> }[] }
  const genesis = blocks.find(({ header }) => Number(header.number) === 0)
  const seconds = Number(genesis?.header.timestamp)
  if (!Number.isSafeInteger(seconds)) throw new TypeError('a chain has a first block')
  return seconds
}
