/** The whole of protocols/wire/witness/vectors.json. */
import { encode } from '../../../protocols/kernel/codec.ts'
import { type Hash32, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { signTimeStamp } from '../../../protocols/statements/service-level.ts'
import { signStruct } from '../../../protocols/statements/signed.ts'
import { timeStampType } from '../../../protocols/statements/struct-types.ts'
import { witnessRequestCodec, witnessResponseCodec } from '../../../protocols/wire/witness/witness-protocol.ts'
import { cast, domain } from '../statement-vectors/cast.ts'
import { bytesItem, intItem } from '../statement-vectors/cbor-parts.ts'
import { type Json, toJson } from '../statement-vectors/json.ts'
import { hashOf } from './job-samples.ts'
import { valid } from './messages.ts'
import { spoilt } from './spoil.ts'

const digest: Hash32 = hashOf('receipt')
const { signer } = cast.operator
const stamp = signTimeStamp(domain, signer, digest, 1_790_000_000_123)
const latest = { witness: signer.address, digest: ZERO_HASH, atMs: 2n ** 64n - 1n }

export function witnessVectors(): { readonly [name: string]: Json } {
  return {
    about:
      'Made by test/support/documents/make-wire-vectors.ts; read README.md beside this file. uint64 as decimal text, bytes as 0x text.',
    messages: toJson([
      valid('witness request', 'digest', witnessRequestCodec, { digest }),
      valid('witness response', 'stamp', witnessResponseCodec, stamp),
      valid('witness response', 'latest', witnessResponseCodec, signStruct(domain, timeStampType, latest, signer)),
    ]),
    invalid: toJson([
      ...spoilt(
        {
          message: 'witness request',
          what: 'request',
          codec: witnessRequestCodec,
          bytes: encode(witnessRequestCodec, { digest }),
        },
        [
          ['digest', 'of 31 bytes', 'length', bytesItem(new Uint8Array(31))],
          ['digest', 'of 33 bytes', 'length', bytesItem(new Uint8Array(33))],
          ['digest', 'a number', 'kind', intItem(1)],
        ],
      ),
      // Its fields, one by one, are spoilt in the vectors of the statements: a stamp is a signed struct as any other.
      ...spoilt({
        message: 'witness response',
        what: 'stamp',
        codec: witnessResponseCodec,
        bytes: encode(witnessResponseCodec, stamp),
      }),
    ]),
  }
}
