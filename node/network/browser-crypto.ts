/**
 * The crypto port in a browser: pure JavaScript for signatures, because libsecp256k1 as WASM is 1.2 MB and @noble/curves is
 * in the page anyway through noise.
 */
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { equalBytes } from '../../protocols/kernel/bytes.ts'
import type { Crypto } from '../../protocols/kernel/ports.ts'
import { splitErc2098 } from '../../protocols/statements/erc2098.ts'
import { createKeccakPort } from './keccak.ts'

/** Asynchronous once, for the WASM of Keccak to compile; everything it returns is synchronous. */
export async function createBrowserCrypto(): Promise<Crypto> {
  return {
    ...(await createKeccakPort()),
    sha256: (bytes) => new Uint8Array(sha256(bytes)),
    verify(digest, publicKey, signature) {
      const parts = splitErc2098(signature)
      if (parts === undefined || digest.length !== 32) return false
      const recoverable = new Uint8Array(65)
      recoverable[0] = parts.yParity
      recoverable.set(parts.rs, 1)
      const key = orUndefined(() => secp256k1.recoverPublicKey(recoverable, digest, { prehash: false }))
      return key !== undefined && equalBytes(key, publicKey)
    },
    uncompress: (publicKey) =>
      publicKey.length === 33 ? orUndefined(() => secp256k1.Point.fromBytes(publicKey).toBytes(false)) : undefined,
  }
}

/** @noble/curves throws for what is no point and for r and s out of range: to its caller these are false, not failures. */
function orUndefined(call: () => Uint8Array): Uint8Array | undefined {
  try {
    return call()
  } catch {
    return undefined
  }
}
