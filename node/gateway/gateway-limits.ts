/** What programs of this machine may make the node hold and do, each limit with its reason. */

/** Headers of one request: a key, a few words about the body, and what a browser adds. */
export const HEADER_BYTES_MAX = 16_384
/** Connections of all programs together; a program has one for each request that it waits for. */
export const CONNECTIONS_MAX = 256
/** From the connection, or the end of the last request, to the end of the next one's headers. */
export const HEADERS_MS_MAX = 10_000
/** A connection without a request is closed then; programs open another one within a millisecond. */
export const IDLE_MS_MAX = 10_000
/** A whole request: the largest body crosses the loopback in seconds. */
export const REQUEST_MS_MAX = 120_000
/** A body may pause so long; then it has to come at this pace on the whole, which a tunnel over a slow line still does. */
export const BODY_HEAD_START_MS = 10_000
export const BODY_BYTES_PER_SECOND_MIN = 16_384
/** What is left of a body that was refused is read and thrown away for so long: programs that send all of it before they look for an answer find one, and not a connection that broke. A GiB crosses the loopback in less. */
export const LINGER_MS_MAX = 5_000
/** How often the times of headers and of whole requests are looked at. */
export const TIMES_CHECKED_MS = 1_000
/** A reader that takes nothing of its answer for so long is cut off, for the answer is held until then. */
export const READER_MS_MAX = 30_000
/** Jobs that all programs together wait for: as many as one program may have on the control channel. */
export const JOBS_MAX = 64
/** The JSON of one request. To read it takes some 7 ms for each MiB, in which the node answers nobody; larger tensors go as binary data. */
export const JSON_BYTES_MAX = 16 * 1_048_576
/** Elements that stand as JSON beside binary outputs: their length goes first, so that they are held as text. */
export const JSON_BESIDE_BINARY_ELEMENTS_MAX = 1_000_000
/** Work that does not heed its signal does not keep the node from stopping. */
export const STOP_MS = 2_000
