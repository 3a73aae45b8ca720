/** Keccak-256 for the crypto port, in Node and in browsers. */
import { createKeccak } from 'hash-wasm'
import type { Hasher, KeccakStream } from '../../protocols/kernel/ports.ts'

/**
 * Two WASM instances serve everybody: one for whole values, one for streams. An instance holds one state, so a stream that
 * finds another one loaded puts that one's state aside and brings its own back (1 us); any number of streams may be open,
 * and the usual one, which is fed alone, is never moved.
 */
export async function createKeccakPort(): Promise<Pick<Hasher, 'keccak256' | 'keccakStream'>> {
  const whole = await createKeccak(256)
  const shared = await createKeccak(256)
  let loaded: Stream | undefined

  class Stream implements KeccakStream {
    #aside: Uint8Array | undefined
    #done = false

    update(bytes: Uint8Array): this {
      this.#load()
      shared.update(bytes)
      return this
    }

    digest(): Uint8Array<ArrayBuffer> {
      this.#load()
      this.#done = true
      loaded = undefined
      return shared.digest('binary') as Uint8Array<ArrayBuffer>
    }

    #load(): void {
      if (this.#done) throw new Error('a Keccak stream ends with its digest')
      if (loaded === this) return
      loaded?.putAside()
      if (this.#aside === undefined) shared.init()
      else shared.load(this.#aside)
      this.#aside = undefined
      loaded = this
    }

    putAside(): void {
      this.#aside = shared.save()
    }
  }

  return {
    keccak256: (bytes) => whole.init().update(bytes).digest('binary') as Uint8Array<ArrayBuffer>,
    keccakStream: () => new Stream(),
  }
}
