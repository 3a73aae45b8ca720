/** What a codec's error says about bytes that came by gossip. */
import { MalformedError, UnsupportedError } from '../kernel/cbor-reader.ts'
import { type Codec, decode } from '../kernel/codec.ts'
import type { Judged } from '../kernel/topic.ts'

export type Decoded<T> =
  | { readonly kind: 'decoded'; readonly value: T }
  | { readonly kind: 'refused'; readonly judged: Judged<never> }

/** Malformed bytes are rejected, what a newer version made is forwarded; any other error is ours and goes on. */
export function decodeJudged<T>(codec: Codec<T>, data: Uint8Array): Decoded<T> {
  try {
    return { kind: 'decoded', value: decode(codec, data) }
  } catch (error) {
    if (error instanceof UnsupportedError)
      return { kind: 'refused', judged: { verdict: 'forward', reason: 'unknown critical key' } }
    if (error instanceof MalformedError)
      return { kind: 'refused', judged: { verdict: 'reject', reason: `malformed: ${error.what}` } }
    throw error
  }
}
