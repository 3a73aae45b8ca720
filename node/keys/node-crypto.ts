/**
 * The crypto port in Node: libsecp256k1 as WASM for signatures, OpenSSL for SHA-256, Keccak as WASM (hash-wasm: seven times
 * the speed of pure JavaScript on 64 bytes; node:crypto has SHA-3 but not Keccak).
 */
import { hash } from 'node:crypto'
import { pointCompress, recover } from 'tiny-secp256k1'
import { equalBytes } from '../../protocols/kernel/bytes.ts'
import type { Crypto } from '../../protocols/kernel/ports.ts'
import { splitErc2098 } from '../../protocols/statements/erc2098.ts'
import { createKeccakPort } from '../network/keccak.ts'

/** Asynchronous once, for the WASM to compile; everything it returns is synchronous. */
export async function createCrypto(): Promise<Crypto> {
  return {
    ...(await createKeccakPort()),
    sha256: (bytes) => new Uint8Array(hash('sha256', bytes, 'buffer')),
    verify(digest, publicKey, signature) {
      const parts = splitErc2098(signature)
      if (parts === undefined || digest.length !== 32) return false
      // Recovering proves key and parity in one operation, at 1.1 times the time of a verification, which ignores the parity.
      const key = orUndefined(() => recover(digest, parts.rs, parts.yParity, true))
      return key !== undefined && equalBytes(key, publicKey)
    },
    uncompress: (publicKey) =>
      publicKey.length === 33 ? orUndefined(() => pointCompress(publicKey, false)) : undefined,
  }
}

/** tiny-secp256k1 throws for what is no point and for r and s out of range: to its caller these are false, not failures. */
function orUndefined(call: () => Uint8Array | null): Uint8Array | undefined {
  try {
    return call() ?? undefined
  } catch {
    return undefined
  }
}
