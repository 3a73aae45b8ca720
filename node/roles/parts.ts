/** A node is a list of parts: they start in order, stop in reverse, and a start that fails takes back what it had begun. */
import { asMeshError, type MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'

export type PartEvent =
  | { readonly kind: 'part:started'; readonly part: string; readonly tookMs: number }
  | { readonly kind: 'part:stopped'; readonly part: string; readonly tookMs: number }
  | { readonly kind: 'part:failed'; readonly part: string; readonly error: MeshError }

export interface PartsNeeds {
  readonly clock: Clock
  readonly onEvent: (event: PartEvent) => void
}

export class Parts implements AsyncDisposable {
  readonly #needs: PartsNeeds
  readonly #signal: AbortSignal | undefined
  readonly #stack = new AsyncDisposableStack()
  #stopping: Promise<void> | undefined

  private constructor(needs: PartsNeeds, signal: AbortSignal | undefined) {
    this.#needs = needs
    this.#signal = signal
  }

  /** Aborted where the start is broken off. */
  get signal(): AbortSignal | undefined {
    return this.#signal
  }

  /**
   * Runs `build`, which starts the parts. What it returns lives until {@link Running.stop}.
   * @throws what a part threw at its start, or CANCELLED; everything that was up is down again then
   * @example
   * const node = await Parts.start(needs, async (parts) => {
   *   const folder = await parts.start('data folder', () => DataFolder.open(path, { clock }))
   *   const journal = await parts.start('journal', () => SigningJournal.open(folder, options))
   *   return { folder, journal }
   * })
   */
  static async start<T>(
    needs: PartsNeeds,
    build: (parts: Parts) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<Running<T>> {
    const parts = new Parts(needs, signal)
    try {
      const value = await build(parts)
      throwIfAborted(signal)
      return { value, stop: () => parts.stop(), [Symbol.asyncDispose]: () => parts.stop() }
    } catch (error) {
      await parts.stop()
      throw error
    }
  }

  /** Starts one part; it stops before those that were started before it. @throws what `open` throws */
  async start<T extends AsyncDisposable | Disposable>(
    part: string,
    open: (signal?: AbortSignal) => T | Promise<T>,
  ): Promise<T> {
    const { clock, onEvent } = this.#needs
    throwIfAborted(this.#signal)
    const startedMs = clock.monotonicMs()
    try {
      const value = await open(this.#signal)
      this.#stack.defer(() => this.#close(part, value))
      onEvent({ kind: 'part:started', part, tookMs: clock.monotonicMs() - startedMs })
      return value
    } catch (error) {
      onEvent({ kind: 'part:failed', part, error: asMeshError(error) })
      throw error
    }
  }

  /** Stops what is up, the newest first. A part that fails to stop is told of and does not keep the others up. */
  stop(): Promise<void> {
    // A disposed stack answers a second call at once, while the first is still at work.
    this.#stopping ??= this.#stack.disposeAsync()
    return this.#stopping
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  async #close(part: string, value: AsyncDisposable | Disposable): Promise<void> {
    const { clock, onEvent } = this.#needs
    const startedMs = clock.monotonicMs()
    try {
      if (Symbol.asyncDispose in value) await value[Symbol.asyncDispose]()
      else value[Symbol.dispose]()
      onEvent({ kind: 'part:stopped', part, tookMs: clock.monotonicMs() - startedMs })
    } catch (error) {
      onEvent({ kind: 'part:failed', part, error: asMeshError(error) })
    }
  }
}

export interface Running<T> extends AsyncDisposable {
  readonly value: T
  /** Resolves when everything is down; a second call is the first one's. */
  stop(): Promise<void>
}
