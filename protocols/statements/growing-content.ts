/** The root of content that arrives piece by piece: what is there is hashed, elsewhere if it can be, while the rest is under way. */
import { throwIfAborted } from '../kernel/errors.ts'
import type { Hash32 } from '../kernel/ids.ts'
import { LEAF_BYTES } from '../kernel/limits.ts'
import type { Hasher } from '../kernel/ports.ts'
import {
  type ContentDirection,
  DIGEST_BYTES,
  leavesOf,
  requireLawful,
  rootOfDigests,
  type Stretch,
} from './content-root.ts'

/** Bytes that are hashed in one go: some milliseconds of work, so that handing it over costs next to nothing. */
export const STRETCH_BYTES = 16 * LEAF_BYTES
/** Stretches of one content that are hashed at a time: enough for four threads with the next one at hand. */
const STRETCHES_MAX = 8

/** Hashes stretches, perhaps in other threads. */
export interface LeafHasher {
  /**
   * What `leafDigests` gives. `bytes` are at most {@link STRETCH_BYTES} and stay as they are until it settles.
   * @throws MeshError the signal's reason, or CANCELLED
   */
  digests(stretch: Stretch, bytes: Uint8Array, signal: AbortSignal): Promise<Uint8Array>
}

interface Growing {
  readonly data: Uint8Array
  readonly digests: Uint8Array
  arrived: number
  /** Bytes, and for an empty stream the one stretch, that were handed over. */
  handed: number
  isHanded: boolean
}

/**
 * @example
 * const content = new GrowingContent(crypto, hasher, { salt, direction: 'in' }, signal)
 * content.arrived(0, buffer, 65_536)
 * content.arrived(0, buffer, buffer.length)
 * const root = await content.root()
 */
export class GrowingContent {
  readonly #crypto: Pick<Hasher, 'keccak256'>
  readonly #hasher: LeafHasher
  readonly #of: { readonly salt: Uint8Array; readonly direction: ContentDirection }
  readonly #signal: AbortSignal
  readonly #streams: Growing[] = []
  /** Streams before this one are handed over whole: as a rule they arrive one after the other. */
  #firstOpen = 0
  #hashing = 0
  #failure: { readonly error: unknown } | undefined
  #moved: (() => void) | undefined

  constructor(
    crypto: Pick<Hasher, 'keccak256'>,
    hasher: LeafHasher,
    of: { readonly salt: Uint8Array; readonly direction: ContentDirection },
    signal: AbortSignal,
  ) {
    this.#crypto = crypto
    this.#hasher = hasher
    this.#of = of
    this.#signal = signal
  }

  /**
   * The first `bytes` bytes of stream `stream`, which is `data` when it is whole, are there and stay as they are.
   * @throws RangeError where a stream is left out, or above the limits of a content
   */
  arrived(stream: number, data: Uint8Array, bytes: number): void {
    if (stream > this.#streams.length || !(stream >= 0)) throw new RangeError('streams begin in their order')
    if (stream === this.#streams.length) this.#open(data)
    const growing = this.#streams[stream]!
    growing.arrived = Math.max(growing.arrived, bytes)
    this.#handOver()
  }

  /** Once, when everything has arrived. @throws the signal's reason; what the hasher threw */
  async root(): Promise<Hash32> {
    while (this.#failure === undefined && (this.#hashing > 0 || this.#firstOpen < this.#streams.length)) {
      if (this.#hashing === 0 && !this.#signal.aborted) throw new RangeError('a root is asked for when all has arrived')
      throwIfAborted(this.#signal)
      await new Promise<void>((resolve) => {
        this.#moved = resolve
      })
    }
    if (this.#failure !== undefined) throw this.#failure.error
    return rootOfDigests(
      this.#crypto,
      this.#streams.map(({ digests }) => digests),
    )
  }

  #open(data: Uint8Array): void {
    const leaves = leavesOf(data.length)
    requireLawful([...this.#streams.map(({ digests }) => digests.length / DIGEST_BYTES), leaves])
    const digests = new Uint8Array(leaves * DIGEST_BYTES)
    this.#streams.push({ data, digests, arrived: 0, handed: 0, isHanded: false })
  }

  #handOver(): void {
    for (let stream = this.#firstOpen; stream < this.#streams.length; stream++) {
      const growing = this.#streams[stream]!
      while (!growing.isHanded) {
        if (this.#hashing === STRETCHES_MAX || this.#failure !== undefined || this.#signal.aborted) return
        const { data, arrived, handed } = growing
        const end = Math.min(handed + STRETCH_BYTES, data.length)
        if (arrived < end) break
        growing.handed = end
        growing.isHanded = end === data.length
        void this.#hash(stream, growing, handed, end)
      }
      if (growing.isHanded && stream === this.#firstOpen) this.#firstOpen++
    }
  }

  async #hash(stream: number, { data, digests }: Growing, from: number, end: number): Promise<void> {
    this.#hashing++
    try {
      const firstLeaf = from / LEAF_BYTES
      const stretch = { ...this.#of, stream, firstLeaf }
      digests.set(await this.#hasher.digests(stretch, data.subarray(from, end), this.#signal), firstLeaf * DIGEST_BYTES)
    } catch (error) {
      this.#failure ??= { error }
    }
    this.#hashing--
    this.#handOver()
    this.#moved?.()
    this.#moved = undefined
  }
}
