/** `/aitbc/<tag>/job/1` as one value. */
import { INPUT_BYTES_MAX, OUTPUT_BYTES_MAX, SLICE_BYTES_MAX } from '../../kernel/limits.ts'
import type { Protocol } from '../../kernel/protocol.ts'
import { GAP_MS_MAX, START_MS_MAX } from '../../rules/jobs/attempt-states.ts'
import { type JobRequest, type JobResponse, jobRequestCodec, jobResponseCodec } from './job-messages.ts'

/** A frame may be shorter than a slice, so twice the frames that full ones would need, and some words between them. */
const framesFor = (bytesMax: number): number => Math.ceil(bytesMax / SLICE_BYTES_MAX) * 2 + 1_000

export const jobProtocol: Protocol<JobRequest, JobResponse> = {
  name: 'job',
  major: 1,
  request: jobRequestCodec,
  response: jobResponseCodec,
  limits: {
    // A gateway with many users is one peer; admission decides what runs, this only bounds what is read.
    inFlightPerPeerMax: 256,
    callsPerSecondMax: 20_000,
    requestsMax: framesFor(INPUT_BYTES_MAX) + framesFor(OUTPUT_BYTES_MAX),
    responsesMax: framesFor(OUTPUT_BYTES_MAX) + framesFor(INPUT_BYTES_MAX),
  },
  // Accepted work answers at once with progress; then a heartbeat every 5 s, of which two may be lost.
  timeouts: { firstResponseMs: START_MS_MAX, betweenMs: GAP_MS_MAX },
}
