/** The key that names a node on the network. A miner's is its operator key: one name on the wire and on the chain. */
import { generateKeyPairFromSeed } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import type { Random } from '../../protocols/kernel/ports.ts'
import { OperatorKey } from './operator-key.ts'

export type NodeKey =
  /** 32-byte scalar of the operator's secp256k1 key. */
  | { readonly kind: 'operator'; readonly secret: Uint8Array }
  /** 32-byte seed: bootstrap peers and relays keep their name over restarts. */
  | { readonly kind: 'infrastructure'; readonly seed: Uint8Array }
  /** A client's name, drawn for this process: it ties to nothing. */
  | { readonly kind: 'ephemeral' }

const SEED_BYTES = 32

/** @throws RangeError for a secret or seed of another length or out of range; the message does not hold it */
export async function privateKeyOf(key: NodeKey, random: Random): Promise<PrivateKey> {
  if (key.kind === 'operator') return operatorKey(key.secret)
  const seed = key.kind === 'infrastructure' ? key.seed : random.bytes(SEED_BYTES)
  if (seed.length !== SEED_BYTES) throw new RangeError(`a seed is ${SEED_BYTES} bytes`)
  return generateKeyPairFromSeed('Ed25519', seed)
}

function operatorKey(secret: Uint8Array): PrivateKey {
  const error = new RangeError('a secret key is 32 bytes, above zero and below the order of the curve')
  if (secret.length !== 32) throw error
  try {
    return new OperatorKey(secret)
  } catch {
    throw error
  }
}
