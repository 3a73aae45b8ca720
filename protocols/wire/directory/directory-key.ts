/** Where peers find directories without knowing one: a provider key of the DHT per region. */
import { toHex } from '../../kernel/bytes.ts'
import type { Hash32 } from '../../kernel/ids.ts'
import type { Hasher } from '../../kernel/ports.ts'

const encoder = new TextEncoder()

/** keccak256 of `/aitbc/<tag>/directory/1/<region>`. */
export const directoryKey = (hasher: Pick<Hasher, 'keccak256'>, tag: string, region: string): Hash32 =>
  toHex(hasher.keccak256(encoder.encode(`/aitbc/${tag}/directory/1/${region}`))) as Hash32
