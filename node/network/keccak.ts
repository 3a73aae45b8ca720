/** Keccak-256 for the crypto port, in Node and in browsers. */
import { createKeccak } from 'hash-wasm'
import type { Hasher } from '../../protocols/kernel/ports.ts'

/** One WASM instance serves everybody in a thread: hashing is synchronous. */
export async function createKeccakPort(): Promise<Pick<Hasher, 'keccak256'>> {
  const keccak = await createKeccak(256)
  return {
    keccak256(bytes, more) {
      keccak.init().update(bytes)
      if (more !== undefined) keccak.update(more)
      return keccak.digest('binary') as Uint8Array<ArrayBuffer>
    },
  }
}
