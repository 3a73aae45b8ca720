/** Limits that more than one protocol shares, each with its reason. A limit of one protocol stands in that protocol's folder. */

/** One frame on any stream. Small enough that a frame of another call waits at most some milliseconds on a 100 Mbit/s line. */
export const FRAME_BYTES_MAX = 65_536

/** Payload of one data frame: a frame less its heads. */
export const SLICE_BYTES_MAX = FRAME_BYTES_MAX - 1_024

/** Leaves of a content root, whatever the framing was. */
export const LEAF_BYTES = 65_536

/** A call's first credit: what may be sent before the other side has said anything. */
export const WINDOW_BYTES_INITIAL = 262_144

/** A call's largest credit: below the 4 MiB at which a libp2p stream's read buffer aborts, as WebRTC has no read back-pressure. */
export const WINDOW_BYTES_MAX = 3 * 1_048_576

/** Credit of all calls of one peer together: what a stranger may make this process hold. */
export const PEER_WINDOW_BYTES_MAX = 16 * 1_048_576

/** Credit of all peers together. */
export const PROCESS_WINDOW_BYTES_MAX = 256 * 1_048_576

/** Payloads above this get a stream of their own, so that they do not stand before small ones. */
export const BULK_BYTES = 262_144

/** A receiver refuses a sequence or time further ahead than this: clocks differ, but no honest one by more. */
export const FUTURE_MS_MAX = 30_000

/** Inputs of one job, all tensors together. */
export const INPUT_BYTES_MAX = 1_073_741_824

/** Outputs of one job, all tensors together. */
export const OUTPUT_BYTES_MAX = 1_073_741_824

/** A signed struct without payload inside another message: a grant, proof, voucher, lease, batch or offer has at most 512. */
export const SIGNED_BYTES_MAX = 1_024

/** A sentence beside a refusal or an abort, for people. */
export const DETAIL_BYTES_MAX = 256

/** Long work says that it is alive this often; a libp2p stream that is silent for 120 s dies. */
export const HEARTBEAT_MS = 5_000
