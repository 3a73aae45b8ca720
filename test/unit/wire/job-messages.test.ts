import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encode } from '../../../protocols/kernel/codec.ts'
import { errorCatalogue } from '../../../protocols/kernel/errors.ts'
import { DETAIL_BYTES_MAX, SIGNED_BYTES_MAX, SLICE_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import { CREDITS_MAX } from '../../../protocols/kernel/money.ts'
import {
  DEADLINE_MS_MAX,
  INLINE_BYTES_MAX,
  type JobRequest,
  type JobResponse,
  jobRequestCodec,
  jobResponseCodec,
  type RunRequest,
} from '../../../protocols/wire/job/job-messages.ts'
import { describeRefusals, refusalReasons, refusalTable } from '../../../protocols/wire/job/refusals.ts'
import { TENSOR_HEADER_BYTES_MAX, TENSORS_MAX, type TensorHeader } from '../../../protocols/wire/job/tensor.ts'
import { fitsInline, totalBytes } from '../../../protocols/wire/job/tensor-frames.ts'
import { PAYLOAD_BYTES_MAX } from '../../../protocols/wire/session/frames.ts'
import {
  attempt,
  requests,
  responses,
  run,
  TRACEPARENT,
  tracedRun,
  WIDEST_HEADER_BYTES,
  widestTensors,
} from '../../support/wire-vectors/job-samples.ts'
import '../../support/property-seed.ts'

const U64_MAX = 2n ** 64n - 1n

/** The longest first message around these inputs. */
function longestRun(inputs: readonly TensorHeader[], inlineBytes: number): RunRequest {
  return {
    ...run,
    job: 'j'.repeat(64) as RunRequest['job'],
    spec: {
      model: 'm'.repeat(64) as RunRequest['spec']['model'],
      latencyClass: 'standard',
      deadlineMs: DEADLINE_MS_MAX,
      inputs,
    },
    terms: {
      ...run.terms,
      priceMax: CREDITS_MAX,
      nonce: U64_MAX,
      attempt: 2 ** 32 - 1,
      blockNumber: U64_MAX,
      blockTime: U64_MAX,
    },
    payment: {
      session: run.payment.session,
      grant: new Uint8Array(SIGNED_BYTES_MAX),
      proof: new Uint8Array(SIGNED_BYTES_MAX),
      voucher: new Uint8Array(SIGNED_BYTES_MAX),
    },
    inline: new Uint8Array(inlineBytes),
    header: { traceparent: 't'.repeat(64) },
  }
}

/** `count` headers of the longest form, of which the first has `bytes` bytes. */
const headersOf = (count: number, bytes: number): readonly TensorHeader[] =>
  widestTensors.slice(0, count).map((header, i) => ({ ...header, byteLength: i === 0 ? bytes : 0 }))

describe('every message of a job fits a frame:', () => {
  it('a run with the longest of everything, and as many inline bytes as the rule lets ride', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: TENSORS_MAX }), (count) => {
        let bytes = INLINE_BYTES_MAX
        while (!fitsInline(headersOf(count, bytes))) bytes--
        // The length of a header grows with the number in it: the widest of those that ride are counted.
        const inputs = widestTensors.slice(0, count)
        expect(encode(jobRequestCodec, longestRun(inputs, bytes)).length).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX)
        const [finished] = responses.finished
        const end: JobResponse = { ...finished, outputs: inputs, inline: new Uint8Array(bytes), usage: U64_MAX }
        expect(encode(jobResponseCodec, end).length).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX)
      }),
      { numRuns: 64 },
    )
  })

  it('a run whose inputs follow in frames', () => {
    expect(encode(jobRequestCodec, longestRun(widestTensors, 0)).length).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX)
  })

  it('a slice, up or down', () => {
    const slice = {
      attempt,
      stream: 0xffff,
      sequence: 2 ** 32 - 1,
      offset: 2 ** 53 - 1,
      bytes: new Uint8Array(SLICE_BYTES_MAX),
    }
    expect(encode(jobRequestCodec, { kind: 'input', ...slice }).length).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX)
    expect(encode(jobResponseCodec, { kind: 'output', ...slice }).length).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX)
  })

  it('a head of as many tensors as there may be', () => {
    const head: JobResponse = { kind: 'head', attempt, outputs: widestTensors }
    expect(encode(jobResponseCodec, head).length).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX)
  })
})

describe('inline bytes', () => {
  it('are counted with a header that no header is longer than', () => {
    expect(WIDEST_HEADER_BYTES).toBeLessThanOrEqual(TENSOR_HEADER_BYTES_MAX)
    expect(WIDEST_HEADER_BYTES).toBeGreaterThan(TENSOR_HEADER_BYTES_MAX - 10)
  })

  it('are up to 48 KiB for every model of up to 34 tensors', () => {
    for (const count of [1, 2, 34]) {
      expect(fitsInline(headersOf(count, 49_152))).toBe(true)
      expect(fitsInline(headersOf(count, 49_153))).toBe(false)
    }
    expect(fitsInline(headersOf(35, 49_152))).toBe(false)
  })

  it('never ride with more tensors where they do not with fewer', () => {
    const header = fc
      .record({ name: fc.string({ maxLength: 8 }), byteLength: fc.integer({ min: 0, max: 20_000 }) })
      .map(({ name, byteLength }): TensorHeader => ({ name, type: 'uint8', dims: [byteLength], byteLength }))
    fc.assert(
      fc.property(fc.array(header, { maxLength: 40 }), header, (tensors, more) => {
        if (fitsInline([...tensors, more])) expect(fitsInline(tensors)).toBe(true)
        if (fitsInline(tensors)) expect(totalBytes(tensors)).toBeLessThanOrEqual(INLINE_BYTES_MAX)
      }),
    )
  })
})

describe('an end', () => {
  it('can carry every error of the catalogue', () => {
    for (const { wire } of Object.values(errorCatalogue)) {
      const end: JobResponse = { kind: 'aborted', attempt, cause: 'error', error: wire, detail: '' }
      expect(decode(jobResponseCodec, encode(jobResponseCodec, end))).toEqual(end)
    }
  })

  it('explains itself in as many words as a message holds, and in no more', () => {
    const end = (detail: string): JobResponse => ({ kind: 'aborted', attempt, cause: 'error', error: 1, detail })
    expect(() => encode(jobResponseCodec, end('x'.repeat(DETAIL_BYTES_MAX)))).not.toThrow()
    expect(() => encode(jobResponseCodec, end('x'.repeat(DETAIL_BYTES_MAX + 1)))).toThrow(RangeError)
    expect(() => encode(jobResponseCodec, end('ü'.repeat(DETAIL_BYTES_MAX / 2 + 1)))).toThrow(RangeError)
  })
})

describe('what a sender may not say', () => {
  it.each([
    ['a deadline above an hour', { spec: { ...run.spec, deadlineMs: DEADLINE_MS_MAX + 1 } }],
    ['half a millisecond', { spec: { ...run.spec, deadlineMs: 0.5 } }],
    ['an amount below zero', { terms: { ...run.terms, priceMax: -1n as never } }],
    ['an amount beyond uint64', { terms: { ...run.terms, priceMax: (CREDITS_MAX + 1n) as never } }],
    ['a salt of another length', { salt: new Uint8Array(31) }],
    ['a word that is no class', { spec: { ...run.spec, latencyClass: 'soon' as never } }],
    [
      'a tensor of no type',
      { spec: { ...run.spec, inputs: [{ name: 'x', type: 'float8' as never, dims: [], byteLength: 1 }] } },
    ],
    [
      'a negative dimension',
      { spec: { ...run.spec, inputs: [{ name: 'x', type: 'uint8', dims: [-1], byteLength: 1 }] } },
    ],
    ['more inline bytes than ride', { inline: new Uint8Array(INLINE_BYTES_MAX + 1) }],
  ] satisfies [string, Partial<RunRequest>][])('is %s', (_, spoilt) => {
    expect(() => encode(jobRequestCodec, { ...run, ...spoilt })).toThrow(RangeError)
  })
})

describe('a header', () => {
  it('changes nothing of a run that has none, so that peers of before read it', () => {
    const { header, ...bare } = tracedRun
    expect(header).toEqual({ traceparent: TRACEPARENT })
    expect(encode(jobRequestCodec, bare)).toEqual(encode(jobRequestCodec, run))
    expect(decode(jobRequestCodec, encode(jobRequestCodec, run))).toEqual(run)
  })

  it('stands behind the fields, which keep their bytes', () => {
    const [plain, traced] = [encode(jobRequestCodec, run), encode(jobRequestCodec, tracedRun)]
    // [0, [seven fields]] and [0, [the same seven, header]]: the third byte counts the fields.
    expect([plain[2], traced[2]]).toEqual([0x87, 0x88])
    expect(traced.subarray(3, plain.length)).toEqual(plain.subarray(3))
    expect(decode(jobRequestCodec, traced)).toEqual(tracedRun)
  })
})

describe('a message', () => {
  it('keeps every value on its way, whatever it is', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const u32 = fc.integer({ min: 0, max: 2 ** 32 - 1 })
    const frame = fc.record({
      stream: fc.integer({ min: 0, max: 0xffff }),
      sequence: u32,
      offset: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
      bytes: fc.uint8Array({ maxLength: 300 }),
    })
    fc.assert(
      fc.property(frame, hash, u32, (slice, token, next) => {
        const sent: JobRequest[] = [
          { kind: 'input', attempt, ...slice },
          { kind: 'resume', attempt, token, next },
          { kind: 'cancel', attempt, token },
          { kind: 'ack', attempt, next },
        ]
        for (const message of sent) expect(decode(jobRequestCodec, encode(jobRequestCodec, message))).toEqual(message)
      }),
    )
  })

  it('is one of its kinds: a request is no response', () => {
    const sealed = encode(jobRequestCodec, requests.run[0])
    expect(() => decode(jobResponseCodec, sealed)).toThrow(/malformed/)
  })
})

describe('a refusal', () => {
  it.each(refusalReasons)('%s travels, is counted, and says what to do', (reason) => {
    const refused: JobResponse = { kind: 'refused', reason, detail: '', retryAfterMs: 0, offer: undefined }
    expect(decode(jobResponseCodec, encode(jobResponseCodec, refused))).toEqual(refused)
    expect(describeRefusals({ [reason]: 3 })).toBe(`3 ${refusalTable[reason].many}`)
  })

  it('is told with the most frequent first', () => {
    expect(describeRefusals({ BUSY: 5, MEMORY: 9, THERMAL: 1 })).toBe('9 short of memory, 5 full, 1 too hot')
    expect(describeRefusals({})).toBe('')
  })
})
