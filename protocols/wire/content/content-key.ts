/** Where peers find who has a content: a provider key of the DHT for each. */
import { toHex } from '../../kernel/bytes.ts'
import type { Hash32 } from '../../kernel/ids.ts'
import type { Hasher } from '../../kernel/ports.ts'

const encoder = new TextEncoder()

/** keccak256 of `/aitbc/<tag>/content/1/<0x text of the SHA-256>`. */
export const contentKey = (hasher: Pick<Hasher, 'keccak256'>, tag: string, content: Hash32): Hash32 =>
  toHex(hasher.keccak256(encoder.encode(`/aitbc/${tag}/content/1/${content}`))) as Hash32
