/** `/aitbc/<tag>/witness/1` as one value: a digest in, a signed TimeStamp out. README.md beside this file is the spec. */
import { type Codec, hash32Codec, record } from '../../kernel/codec.ts'
import type { Hash32 } from '../../kernel/ids.ts'
import type { Protocol } from '../../kernel/protocol.ts'
import { type Signed, signedCodec } from '../../statements/signed.ts'
import { type TimeStamp, timeStampType } from '../../statements/struct-types.ts'

export interface WitnessRequest {
  /** What happened now; the witness cannot tell what it is. */
  readonly digest: Hash32
}

export const witnessRequestCodec: Codec<WitnessRequest> = record<WitnessRequest>({ digest: hash32Codec })

/** Shape only: who asked checks the signature (witness-client.ts). */
export const witnessResponseCodec: Codec<Signed<TimeStamp>> = signedCodec(timeStampType)

export const witnessProtocol: Protocol<WitnessRequest, Signed<TimeStamp>> = {
  name: 'witness',
  major: 1,
  request: witnessRequestCodec,
  response: witnessResponseCodec,
  limits: {
    // Both ends of some jobs that end in one moment.
    inFlightPerPeerMax: 32,
    // A signature each: a gateway whose every job is witnessed needs two of them a job, at three witnesses of many.
    callsPerSecondMax: 50,
    requestsMax: 1,
    responsesMax: 1,
  },
  // It answers from memory; a stamp that comes later than that would say little about the moment.
  timeouts: { firstResponseMs: 3_000, betweenMs: 3_000 },
}
