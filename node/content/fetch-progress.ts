/** How far a fetch is, and how long it will take at the pace of the last seconds. */
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { Givers } from './givers.ts'
import type { StoredCopy } from './stored-copy.ts'

export interface FetchProgress {
  readonly bytesDone: number
  readonly bytesTotal: number
  /** That send right now. */
  readonly peers: number
  /** Absent while nobody can know. */
  readonly leftMs?: number
}

/** Old enough to be no noise, young enough to follow a peer that left. */
const WINDOW_MS = 10_000
const SAMPLES_MAX = 64

export class TransferPace {
  readonly #clock: Clock
  readonly #samples: { readonly atMs: number; readonly bytes: number }[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(bytes: number): void {
    const atMs = this.#clock.monotonicMs()
    this.#samples.push({ atMs, bytes })
    while (this.#samples.length > SAMPLES_MAX || this.#samples[0]!.atMs < atMs - WINDOW_MS) this.#samples.shift()
  }

  leftMs(bytesLeft: number): number | undefined {
    const [first] = this.#samples
    if (first === undefined) return undefined
    const tookMs = this.#clock.monotonicMs() - first.atMs
    // The first sample only says when it began.
    const bytes = this.#samples.reduce((sum, sample) => sum + sample.bytes, -first.bytes)
    return tookMs <= 0 || bytes <= 0 ? undefined : (bytesLeft * tookMs) / bytes
  }
}

/** Progress is told no oftener. */
const TELL_MS = 200

export class ProgressTeller {
  readonly #clock: Clock
  readonly #givers: Givers
  readonly #onProgress: ((progress: FetchProgress) => void) | undefined
  readonly #pace: TransferPace
  #toldAtMs = Number.NEGATIVE_INFINITY

  constructor(clock: Clock, givers: Givers, onProgress: ((progress: FetchProgress) => void) | undefined) {
    this.#clock = clock
    this.#givers = givers
    this.#onProgress = onProgress
    this.#pace = new TransferPace(clock)
  }

  /** So many bytes came, of whatever chunk. */
  add(copy: StoredCopy, bytes: number): void {
    this.#pace.add(bytes)
    if (this.#clock.monotonicMs() - this.#toldAtMs >= TELL_MS) this.tell(copy)
  }

  tell({ bytesHere: bytesDone, list }: StoredCopy): void {
    this.#toldAtMs = this.#clock.monotonicMs()
    const leftMs = this.#pace.leftMs(list.bytes - bytesDone)
    const peers = this.#givers.all.filter(({ flight }) => flight !== undefined).length
    this.#onProgress?.({ bytesDone, bytesTotal: list.bytes, peers, ...(leftMs === undefined ? {} : { leftMs }) })
  }
}
