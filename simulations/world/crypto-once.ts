/**
 * Cryptography that remembers what it checked. In a simulation one process is every node, so a signature that one node has checked is
 * as good for all: the verdict depends on the bytes alone. It changes no result, and it is most of what a gossiped offer costs.
 */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import { hexOf } from '../../protocols/kernel/bytes.ts'
import type { Crypto } from '../../protocols/kernel/ports.ts'

/** Some minutes of a large world; an entry has about 300 bytes. */
const CHECKED_MAX = 65_536

export function cryptoOnce(crypto: Crypto): Crypto {
  const verdicts = new AgeingMap<string, boolean>()
  const points = new AgeingMap<string, Uint8Array | undefined>()
  return {
    keccak256: crypto.keccak256,
    sha256: crypto.sha256,
    verify: (digest, publicKey, signature) =>
      once(verdicts, `${textOf(digest)}${textOf(publicKey)}${textOf(signature)}`, () =>
        crypto.verify(digest, publicKey, signature),
      ),
    uncompress: (publicKey) => once(points, textOf(publicKey), () => crypto.uncompress(publicKey)),
  }
}

const textOf = (bytes: Uint8Array): string => hexOf(bytes, 0, bytes.length)

function once<T>(known: AgeingMap<string, T>, key: string, find: () => T): T {
  if (known.has(key)) return known.get(key) as T
  const found = find()
  if (known.size >= CHECKED_MAX) known.delete(known.oldest()!)
  known.set(key, found)
  return found
}
