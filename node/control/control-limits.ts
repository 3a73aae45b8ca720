/** Limits of the control channel; README.md has the table. */

/** One line. Tensors travel inside as base64, which makes 72 MB of this. */
export const LINE_BYTES_MAX = 96 * 1_048_576

/** Unfinished lines and parameters of running calls, of all connections: what local programs may make the node hold. */
export const HELD_BYTES_MAX = 256 * 1_048_576

/** Each command of `aitbc` has one; more come from a program that does not close them. */
export const CONNECTIONS_MAX = 32

/** Calls that one connection may have running. */
export const CALLS_MAX = 64

/** Output that waits for a reader: room for the largest line. A method that waits for its events never comes near. */
export const OUTBOX_BYTES_MAX = LINE_BYTES_MAX
