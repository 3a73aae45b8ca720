/**
 * W3C Trace Context, version 00 (https://www.w3.org/TR/trace-context/): one trace may go over many programs, each of which adds
 * spans to it. `tracestate`, the other half of that standard, is other vendors' data about the caller; it ends here and is
 * never handed to a miner.
 */
import { toHex } from './bytes.ts'
import type { Random } from './ports.ts'

/** One span as others name it: the span that is the parent of what its receiver does. */
export interface TraceContext {
  /** 32 lower-case hexadecimal digits, not all zero. */
  readonly traceId: string
  /** 16 lower-case hexadecimal digits, not all zero. */
  readonly spanId: string
  /** Whoever began the trace wants its spans to be kept. */
  readonly sampled: boolean
}

/** A span that is being worked on, with the one that asked for it. */
export interface OpenSpan extends TraceContext {
  /** Absent where it is the first of its trace. */
  readonly parentSpanId?: string
}

/** Of version 00: 2 + 32 + 16 + 2 digits with three dashes. */
export const TRACEPARENT_CHARS = 55

const FORM = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/s
const SAMPLED = 0x01

/**
 * What a `traceparent` names; undefined where it breaks the standard, which wants such a value to be as good as none. A version
 * above 00 is read as far as 00 goes.
 */
export function parseTraceparent(text: string): TraceContext | undefined {
  const match = FORM.exec(text)
  if (match === null) return undefined
  const [, version, traceId, spanId, flags, rest] = match
  // ff is no version; 00 has nothing behind its flags.
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined
  if (isZero(traceId!) || isZero(spanId!)) return undefined
  return { traceId: traceId!, spanId: spanId!, sampled: (Number.parseInt(flags!, 16) & SAMPLED) !== 0 }
}

/** As version 00, with no flag but sampled: what the others mean is not known here. */
export const formatTraceparent = ({ traceId, spanId, sampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`

/** The first span of a trace of its own. */
export const firstSpan = (random: Random): OpenSpan => ({
  traceId: idOf(random, 16),
  spanId: idOf(random, 8),
  sampled: true,
})

/** A span of the same trace, asked for by `parent`. */
export const childSpan = ({ traceId, spanId, sampled }: TraceContext, random: Random): OpenSpan => ({
  traceId,
  spanId: idOf(random, 8),
  sampled,
  parentSpanId: spanId,
})

function idOf(random: Random, bytes: number): string {
  const id = toHex(random.bytes(bytes)).slice(2)
  // The standard keeps zero for "none"; chance will not draw it, a seeded one may.
  return isZero(id) ? `${id.slice(1)}1` : id
}

const isZero = (digits: string): boolean => /^0+$/.test(digits)
