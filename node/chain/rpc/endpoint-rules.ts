/** When an endpoint is left alone, and for how long. Pure: the pool asks, these answer. */
import { type Facts, MeshError } from '../../../protocols/kernel/errors.ts'
import type { RpcRefusal } from './post-json-rpc.ts'

/** After the first failure; a restart of a node of the chain takes some seconds. */
const PAUSE_MS_MIN = 1_000
/** A node of ours should find an endpoint again within a minute of its return. */
const PAUSE_MS_MAX = 60_000

/** @param failures in a row, from 1 */
export const pauseMs = (failures: number): number =>
  Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** Math.min(failures - 1, 16))

/** Unix seconds. */
export interface SeenHead {
  readonly number: bigint
  readonly time: bigint
}

export interface HeadBounds {
  /** Behind the freshest of the other endpoints. */
  readonly behindSecondsMax: number
  /** Behind the clock of this machine; undefined where blocks come only with transactions. */
  readonly ageSecondsMax: number | undefined
  /** That the head of an endpoint may fall back: a reorganisation. More is another history. */
  readonly backBlocksMax: number
}

export interface HeadWitnesses {
  /** Unix seconds of the newest head that any endpoint shows. */
  readonly freshest: bigint
  /** The highest head that this endpoint has ever shown. */
  readonly highest: bigint | undefined
  /** Unix milliseconds. */
  readonly nowMs: number
}

/** Why an endpoint with this head is not believed; undefined where it is. */
export function headFault(head: SeenHead, seen: HeadWitnesses, bounds: HeadBounds): string | undefined {
  const { freshest, highest, nowMs } = seen
  if (highest !== undefined && highest - head.number > BigInt(bounds.backBlocksMax)) {
    return `its newest block was ${highest} and is ${head.number} now`
  }
  const behind = freshest - head.time
  if (behind > BigInt(bounds.behindSecondsMax)) return `its newest block is ${behind} s older than that of another`
  const age = BigInt(Math.floor(nowMs / 1_000)) - head.time
  if (bounds.ageSecondsMax !== undefined && age > BigInt(bounds.ageSecondsMax)) {
    return `its newest block is ${age} s old`
  }
  return undefined
}

/** What only the endpoint at hand says: how much it serves, whether it is well. Another one may answer. */
const ENDPOINT_CODES = [
  -32_601, // it does not know the method
  -32_603, // an error inside
  -32_001, // it does not have it
  -32_002, // it is not ready
  -32_005, // too many requests
]
const ENDPOINT_WORDS = /rate limit|too many requests|capacity|header not found|missing trie node|pruned|not available/i

/** Whether the next endpoint is worth asking the same. */
export const isOfEndpoint = ({ code, message, data }: RpcRefusal): boolean =>
  data === undefined && !/revert/i.test(message) && (ENDPOINT_CODES.includes(code) || ENDPOINT_WORDS.test(message))

/** One error for why no endpoint could be asked: its own words where all fail alike. */
export function nobodyAnswers(faults: readonly { readonly origin: string; readonly error: MeshError }[]): MeshError {
  const [first] = faults
  if (first !== undefined && faults.every(({ error }) => error.code === first.error.code)) {
    if (faults.length === 1 || first.error.code !== 'CHAIN_UNREACHABLE') return first.error
  }
  const facts: Facts = {
    url: faults.map(({ origin }) => origin),
    why: faults.map(({ origin, error }) => `${origin}: ${error.facts.why ?? error.message}`).join('; '),
  }
  return new MeshError('CHAIN_UNREACHABLE', facts)
}
