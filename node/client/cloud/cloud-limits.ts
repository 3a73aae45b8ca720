/** What an endpoint of a cloud may make this client hold and wait for, each limit with its reason. */

const MIB = 1_048_576

/** One answer, unpacked: the outputs of a large picture model have some megabytes. */
export const ANSWER_BYTES_MAX = 64 * MIB
/** The JSON of one answer: to read it takes some 7 ms for each MiB, in which nothing else runs. */
export const JSON_BYTES_MAX = 16 * MIB
/** An answer that tells of a failure is thrown away unread: it may repeat inputs or credentials. */
export const METADATA_BYTES_MAX = 256 * 1_024
/** All answers that are being received together. */
export const ANSWERS_BYTES_MAX = 256 * MIB
/** Inputs that are written as JSON, as bytes of their tensors; larger ones go only where the endpoint reads binary tensors. */
export const INPUT_JSON_BYTES_MAX = 4 * MIB
/** Inputs of one job: what a request may take of a line before its deadline is over anyway. */
export const INPUT_BYTES_MAX = 64 * MIB
/** Calls at once: an account's own limits are of this order. */
export const CALLS_MAX = 16
/** Tries of one call, and only where the endpoint says itself that it has not taken it. */
export const TRIES_MAX = 3
/** Between two tries, where the endpoint does not say how long. */
export const RETRY_MS = 500
/** An endpoint that wants to be left alone for longer is given up for this job. */
export const RETRY_MS_MAX = 10_000
/** Texts of one call of embeddings: what the first endpoint of this kind takes. */
export const TEXTS_MAX = 2_048
/** After a failure the endpoint is left alone for so long, and twice as long after each further one. */
export const PAUSE_MS = 5_000
export const PAUSE_MS_MAX = 300_000
/** An endpoint that has not answered by then counts as failing, though its job had a shorter deadline. */
export const PATIENCE_MS = 1_000
/** Answers by which the time of the next one is guessed. */
export const TIMES_KEPT = 9
/** Models whose times are kept; a map of the settings has fewer. */
export const MODELS_MAX = 64
