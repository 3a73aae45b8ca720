/** What an error means at each edge of the program. One table: the fault decides, a few codes differ for a stated reason. */
import { type ErrorCode, errorCatalogue, type Fault } from './error-catalogue.ts'
import { MeshError, RelayedError } from './errors.ts'

/** Process exit codes of `aitbc`. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  cancelled: 3,
  notAuthorised: 4,
  notRunning: 5,
  degraded: 6,
  bug: 70,
  interrupted: 130,
} as const

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

interface Projection {
  readonly exit: number
  readonly http: number
  /** Points taken from the peer's score: only what its own bytes prove. */
  readonly peerPenalty: number
  /** Who must act: error = the developers, warn = the owner of this node, info = the user, debug = nobody. */
  readonly log: LogLevel
}

const byFault: Record<Fault, Projection> = {
  caller: { exit: EXIT.failed, http: 400, peerPenalty: 0, log: 'info' },
  local: { exit: EXIT.failed, http: 503, peerPenalty: 0, log: 'warn' },
  remote: { exit: EXIT.failed, http: 502, peerPenalty: 10, log: 'info' },
  network: { exit: EXIT.failed, http: 503, peerPenalty: 0, log: 'debug' },
  chain: { exit: EXIT.failed, http: 503, peerPenalty: 0, log: 'warn' },
  bug: { exit: EXIT.bug, http: 500, peerPenalty: 0, log: 'error' },
}

const byCode: { readonly [C in ErrorCode]?: Partial<Projection> } = {
  USAGE: { exit: EXIT.usage },
  COMMAND_LINE: { exit: EXIT.usage },
  CONFIG_INVALID: { exit: EXIT.usage },
  CONFIG_KEY_UNKNOWN: { exit: EXIT.usage },
  CONFIG_FILE: { exit: EXIT.usage },
  PLACE_UNKNOWN: { exit: EXIT.usage },
  MODEL_UNKNOWN: { http: 404 },
  NOT_FOUND: { http: 404 },
  INPUT_TOO_LARGE: { http: 413 },
  PRICE_CEILING: { http: 402 },
  ESCROW_SHORT: { http: 402 },
  // Not 429, at which programs come again by themselves: no pause that they know of helps.
  KEY_BUDGET: { http: 402 },
  LIMIT: { http: 429 },
  API_KEY: { http: 401 },
  // The model does not take these values: no miner will.
  ENGINE_FAILED: { http: 422 },
  HTTP_FOREIGN: { http: 403 },
  HTTP_METHOD: { http: 405 },
  HTTP_SLOW: { http: 408 },
  HTTP_MEDIA_TYPE: { http: 415 },
  CLOUD_BUDGET: { http: 402 },
  TOKENS_SHORT: { http: 402 },
  KEY_MISSING: { exit: EXIT.notAuthorised },
  NOT_AUTHORISED: { exit: EXIT.notAuthorised, http: 403 },
  PASSPHRASE_FILE: { exit: EXIT.usage },
  KEY_SEALED: { exit: EXIT.notAuthorised },
  KEY_PASSPHRASE: { exit: EXIT.notAuthorised },
  NODE_NOT_RUNNING: { exit: EXIT.notRunning },
  // A company's endpoint is no peer: nothing of it is scored, and its answers are refused by its client.
  CLOUD_GARBLED: { peerPenalty: 0, log: 'warn' },
  CLOUD_OTHER_MODEL: { peerPenalty: 0, log: 'warn' },
  CLOUD_UNREACHABLE: { log: 'warn' },
  CLOUD_FAILED: { log: 'warn' },
  CLOUD_BUSY: { log: 'warn' },
  CANCELLED: { exit: EXIT.cancelled, http: 499, log: 'debug' },
  TIMEOUT: { http: 504 },
  STALLED: { http: 504 },
  // A late receipt may be a slow line: it stops payment, and costs less than a lie.
  RECEIPT_WITHHELD: { peerPenalty: 2 },
  UNDERPAID: { peerPenalty: 1 },
}

/** @example project('LIMIT').http === 429 */
export function project(code: ErrorCode): Projection {
  return { ...byFault[errorCatalogue[code].fault], ...byCode[code] }
}

const codeByWire = new Map(
  (Object.keys(errorCatalogue) as ErrorCode[]).map((code) => [errorCatalogue[code].wire as number, code]),
)

export const wireOf = (code: ErrorCode): number => errorCatalogue[code].wire

/** Longest fact text that travels with an error. */
export const WIRE_FACTS_BYTES_MAX = 512

/**
 * What a peer told us as an error. Its facts are a stranger's words: shown, bounded, never acted on. A number that this
 * version does not know stands for a failure at the peer.
 */
export function fromWire(wire: number, facts: Readonly<Record<string, string>>): MeshError {
  const code = codeByWire.get(wire)
  if (code === undefined || code === 'BUG')
    return new MeshError('ATTEMPT_ABORTED', { why: `error ${wire} of the peer` })
  // What to do next nobody lets a stranger say.
  const { next: _, remedy: __, nearest: ___, ...shown } = facts
  return new RelayedError(code, shown)
}
