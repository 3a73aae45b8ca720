import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  childSpan,
  firstSpan,
  formatTraceparent,
  parseTraceparent,
  TRACEPARENT_CHARS,
} from '../../../protocols/kernel/trace-context.ts'
import '../../support/property-seed.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const context = { traceId: TRACE, spanId: SPAN, sampled: true }
const zeros = { bytes: (length: number) => new Uint8Array(length) }
const counting = () => {
  let next = 1
  return { bytes: (length: number) => new Uint8Array(length).fill(next++) }
}

describe('a traceparent', () => {
  it('is read as the standard writes it', () => {
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-01`)).toEqual(context)
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-00`)).toEqual({ ...context, sampled: false })
    expect(`00-${TRACE}-${SPAN}-01`).toHaveLength(TRACEPARENT_CHARS)
  })

  it('may have flags that nobody knows yet, of which only sampled is heard and handed on', () => {
    const read = parseTraceparent(`00-${TRACE}-${SPAN}-ff`)
    expect(read).toEqual(context)
    expect(formatTraceparent(read!)).toBe(`00-${TRACE}-${SPAN}-01`)
    expect(parseTraceparent(`00-${TRACE}-${SPAN}-fe`)).toEqual({ ...context, sampled: false })
  })

  it('of a later version is read as far as version 00 goes', () => {
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01`)).toEqual(context)
    expect(parseTraceparent(`cc-${TRACE}-${SPAN}-01-what-the-future-will-be-like`)).toEqual(context)
  })

  it.each([
    ['empty', ''],
    ['of version ff', `ff-${TRACE}-${SPAN}-01`],
    ['of version 00 with more behind it', `00-${TRACE}-${SPAN}-01-more`],
    ['of a later version with more behind it and no dash between', `cc-${TRACE}-${SPAN}-01.more`],
    ['with a trace id of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['with a span id of zeros', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['in capitals', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['with a trace id of 31 digits', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['with a trace id of 33 digits', `00-${TRACE}0-${SPAN}-01`],
    ['with a span id of 15 digits', `00-${TRACE}-${SPAN.slice(1)}-01`],
    ['with flags of one digit', `00-${TRACE}-${SPAN}-1`],
    ['with flags that are no digits', `00-${TRACE}-${SPAN}-0g`],
    ['with a version of one digit', `0-${TRACE}-${SPAN}-01`],
    ['with a space before it', ` 00-${TRACE}-${SPAN}-01`],
    ['with a line break behind it', `00-${TRACE}-${SPAN}-01\n`],
    ['twice, as one header', `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
  ])('%s is none', (_, text) => {
    expect(parseTraceparent(text)).toBeUndefined()
  })

  it('comes back as it was written, and whatever else is read has the form of the standard', () => {
    const digits = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))
    fc.assert(
      fc.property(digits(32), digits(16), fc.boolean(), (traceId, spanId, sampled) => {
        fc.pre(!/^0+$/.test(traceId) && !/^0+$/.test(spanId))
        expect(parseTraceparent(formatTraceparent({ traceId, spanId, sampled }))).toEqual({ traceId, spanId, sampled })
      }),
    )
    const nearly = fc.array(fc.constantFrom('0', '00', 'ff', '-', TRACE, SPAN, 'x', '\n', '01'), { maxLength: 12 })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          nearly.map((parts) => parts.join('')),
        ),
        (text) => {
          const read = parseTraceparent(text)
          if (read !== undefined) expect(parseTraceparent(formatTraceparent(read))).toEqual(read)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

describe('spans', () => {
  it('of one trace share its id and its wish to be kept, and each knows who asked for it', () => {
    const random = counting()
    const job = firstSpan(random)
    const [first, second] = [childSpan(job, random), childSpan(job, random)]
    expect(job).toEqual({ traceId: '01'.repeat(16), spanId: '02'.repeat(8), sampled: true })
    expect(first).toEqual({ ...job, spanId: '03'.repeat(8), parentSpanId: job.spanId })
    expect(second.spanId).not.toBe(first.spanId)
    expect(childSpan({ ...context, sampled: false }, random)).toMatchObject({ traceId: TRACE, sampled: false })
  })

  it('are never all zero, whatever chance gives', () => {
    expect(parseTraceparent(formatTraceparent(firstSpan(zeros)))).toBeDefined()
  })
})
