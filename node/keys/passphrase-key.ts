/** The key that a passphrase stands for: dear to guess, the same on every machine. */
import { scrypt } from 'node:crypto'

/** 128 MiB and half a second for each guess; fixed by the version of whatever is sealed, so that no file can ask for more. */
const SCRYPT = { N: 131_072, r: 8, p: 1, maxmem: 256 * 1_048_576 }

/**
 * The same letters typed on different systems are the same passphrase (NFKC).
 * @param salt drawn for each thing that is sealed
 * @param bytes how many are wanted; whoever asks wipes them
 */
export function passphraseKey(passphrase: string, salt: Uint8Array, bytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const letters = Buffer.from(passphrase.normalize('NFKC'), 'utf8')
  scrypt(letters, salt, bytes, SCRYPT, (error, key) => {
    letters.fill(0)
    if (error) reject(error)
    else resolve(key)
  })
  return promise
}
