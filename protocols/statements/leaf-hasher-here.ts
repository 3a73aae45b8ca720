/** Hashes where it is called: for browsers, for simulated nodes, and where no thread can be had. */
import { throwIfAborted } from '../kernel/errors.ts'
import type { Clock, Hasher } from '../kernel/ports.ts'
import { leafDigests } from './content-root.ts'
import type { LeafHasher } from './growing-content.ts'

/** One stretch at a time, with a turn of the event loop before each: streams and timers go on between them. */
export function leafHasherHere(crypto: Pick<Hasher, 'keccak256'>, clock: Clock): LeafHasher {
  let before: Promise<void> = Promise.resolve()
  const turn = (): Promise<void> => new Promise((resolve) => clock.after(0, resolve))
  return {
    async digests(stretch, bytes, signal) {
      before = before.then(turn)
      await before
      throwIfAborted(signal)
      return leafDigests(crypto, stretch, bytes)
    },
  }
}
