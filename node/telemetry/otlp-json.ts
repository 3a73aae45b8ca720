/**
 * Spans as OTLP carries them in JSON (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): the protobuf message
 * ExportTraceServiceRequest with lowerCamelCase keys, ids as hexadecimal digits, 64-bit integers as decimal text and enums as
 * numbers.
 */
import type { FinishedSpan } from '../client/telling/finished-span.ts'

/** Whose spans these are. */
export interface SpanSource {
  readonly version: string
  readonly network: string
  readonly peer: string
}

type AnyValue = { readonly stringValue: string } | { readonly intValue: string } | { readonly doubleValue: number }

export interface OtlpAttribute {
  readonly key: string
  readonly value: AnyValue
}

export interface OtlpSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly flags: number
  readonly name: string
  readonly kind: number
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly attributes: readonly OtlpAttribute[]
  readonly status: { readonly code?: number; readonly message?: string }
}

export interface OtlpTraces {
  readonly resourceSpans: readonly [
    {
      readonly resource: { readonly attributes: readonly OtlpAttribute[] }
      readonly scopeSpans: readonly [
        { readonly scope: { readonly name: string; readonly version: string }; readonly spans: readonly OtlpSpan[] },
      ]
    },
  ]
}

/** SpanKind of trace.proto. */
const KINDS: Readonly<Record<FinishedSpan['role'], number>> = { inside: 1, answers: 2, asks: 3 }
/** StatusCode of trace.proto; unset is for spans of which nobody says that they went well. */
const STATUS_ERROR = 2
const FLAG_SAMPLED = 1

export function otlpTraces(spans: readonly FinishedSpan[], { version, network, peer }: SpanSource): OtlpTraces {
  const resource = {
    'service.name': 'aitbc-mesh',
    'service.version': version,
    'service.instance.id': peer,
    'aitbc.network': network,
  }
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: 'aitbc-mesh', version }, spans: spans.map(otlpSpan) }],
      },
    ],
  }
}

function otlpSpan(span: FinishedSpan): OtlpSpan {
  const { traceId, spanId, parentSpanId, name, role, startedAtMs, endedAtMs, facts, failure, sampled } = span
  return {
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    flags: sampled ? FLAG_SAMPLED : 0,
    name,
    kind: KINDS[role],
    startTimeUnixNano: nanosecondsOf(startedAtMs),
    endTimeUnixNano: nanosecondsOf(Math.max(startedAtMs, endedAtMs)),
    attributes: attributesOf(failure === undefined ? facts : { ...facts, 'error.type': failure }),
    status: failure === undefined ? {} : { code: STATUS_ERROR, message: failure },
  }
}

/** A double holds today's milliseconds to a quarter of a microsecond; as nanoseconds it would lose more. */
const nanosecondsOf = (atMs: number): string => (BigInt(Math.round(atMs * 1_000)) * 1_000n).toString()

const attributesOf = (facts: FinishedSpan['facts']): readonly OtlpAttribute[] =>
  Object.entries(facts).map(([key, value]) => ({ key, value: anyValue(value) }))

function anyValue(value: string | number | bigint): AnyValue {
  if (typeof value === 'string') return { stringValue: value }
  return typeof value === 'bigint' || Number.isSafeInteger(value)
    ? { intValue: value.toString() }
    : { doubleValue: value }
}
