import type { JsonValue } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FinishedSpan } from '../../../node/client/telling/finished-span.ts'
import { otlpTraces } from '../../../node/telemetry/otlp-json.ts'
import { checkOtlpTraces } from '../../support/nodes/otlp-schema.ts'
import '../../support/property-seed.ts'

const source = { version: '1.2.3', network: 'local', peer: '16Uiu2HA' }
const span: FinishedSpan = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  parentSpanId: '00f067aa0ba902b7',
  sampled: true,
  name: 'attempt',
  role: 'asks',
  startedAtMs: 1_790_000_000_000.25,
  endedAtMs: 1_790_000_000_003,
  facts: { 'aitbc.price': 2n ** 63n - 1n, 'aitbc.miner': '0x1', 'aitbc.resumes': 2, 'aitbc.share': 0.5 },
  failure: 'BUSY',
}
const asJson = (spans: readonly FinishedSpan[]): JsonValue =>
  JSON.parse(JSON.stringify(otlpTraces(spans, source))) as JsonValue

describe('spans as OTLP', () => {
  it('are what the specification shows: ids in hexadecimal, 64-bit numbers as text, enums as numbers', () => {
    const [sent] = otlpTraces([span], source).resourceSpans[0].scopeSpans[0].spans
    expect(sent).toEqual({
      traceId: span.traceId,
      spanId: span.spanId,
      parentSpanId: span.parentSpanId,
      flags: 1,
      name: 'attempt',
      kind: 3,
      startTimeUnixNano: '1790000000000250000',
      endTimeUnixNano: '1790000000003000000',
      attributes: [
        { key: 'aitbc.price', value: { intValue: '9223372036854775807' } },
        { key: 'aitbc.miner', value: { stringValue: '0x1' } },
        { key: 'aitbc.resumes', value: { intValue: '2' } },
        { key: 'aitbc.share', value: { doubleValue: 0.5 } },
        { key: 'error.type', value: { stringValue: 'BUSY' } },
      ],
      status: { code: 2, message: 'BUSY' },
    })
  })

  it('fit the protobuf definition, whatever is in them', () => {
    const id = (length: number) => fc.stringMatching(new RegExp(`^[1-9a-f][0-9a-f]{${length - 1}}$`))
    const any = fc
      .record({
        traceId: id(32),
        spanId: id(16),
        sampled: fc.boolean(),
        name: fc.constantFrom('job' as const, 'running' as const),
        role: fc.constantFrom('asks' as const, 'answers' as const, 'inside' as const),
        startedAtMs: fc.double({ min: 0, max: 4e12, noNaN: true }),
        tookMs: fc.double({ min: -10, max: 1e6, noNaN: true }),
        facts: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.double({ noNaN: true, noDefaultInfinity: true }))),
      })
      .map(({ tookMs, ...rest }): FinishedSpan => ({ ...rest, endedAtMs: rest.startedAtMs + tookMs }))
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), (spans) => {
        checkOtlpTraces(asJson(spans))
        for (const sent of otlpTraces(spans, source).resourceSpans[0].scopeSpans[0].spans)
          expect(BigInt(sent.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(sent.startTimeUnixNano))
      }),
    )
  })

  it.each([
    ['a key of another spelling', '"trace_id"', '"traceID"', /traceID.*unknown/],
    ['a time as a number', '"1790000000000250000"', '1790000000000250000', /decimal text/],
    ['an id in base64', `"${span.spanId}"`, '"t61rcWkgMzE="', /hexadecimal/],
    ['an enum by its name', '"kind":3', '"kind":"SPAN_KIND_CLIENT"', /no number/],
    ['an integer as a number', '"intValue":"2"', '"intValue":2', /decimal text/],
  ])('are held against that definition: %s is noticed', (_, good, bad, why) => {
    const text = JSON.stringify(asJson([span])).replace('"traceId"', good === '"trace_id"' ? bad : '"traceId"')
    expect(() => checkOtlpTraces(JSON.parse(text.replace(good, bad)) as JsonValue)).toThrow(why)
  })
})
