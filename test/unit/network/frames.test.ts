import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { FRAME_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import {
  CALL_ID_MAX,
  decodeCredit,
  encodeCredit,
  encodeFrame,
  type FrameFault,
  type FrameKind,
  FrameReader,
  frameKinds,
  PAYLOAD_BYTES_MAX,
} from '../../../protocols/wire/session/frames.ts'
import vectors from '../../../protocols/wire/session/vectors.json' with { type: 'json' }
import '../../support/property-seed.ts'

interface Frame {
  readonly kind: FrameKind
  readonly call: number
  readonly payload: string
}

/** Reads chunks one after another; stops at the first fault. */
function read(...chunks: readonly Uint8Array[]): {
  readonly frames: readonly Frame[]
  readonly fault: FrameFault | undefined
} {
  const frames: Frame[] = []
  const reader = new FrameReader((kind, call, payload) => {
    frames.push({ kind, call, payload: toHex(payload) })
    return true
  })
  for (const chunk of chunks) {
    const fault = reader.push(chunk)
    if (fault !== undefined) return { frames, fault }
  }
  return { frames, fault: undefined }
}

const withPayload = fc.constantFrom(frameKinds.open, frameKinds.data, frameKinds.error, frameKinds.credit)
const arbitraryFrame = fc
  .tuple(withPayload, fc.integer({ min: 1, max: CALL_ID_MAX }), fc.uint8Array({ maxLength: 300 }))
  .map(([kind, call, payload]) => ({ kind, call, payload: toHex(payload), bytes: encodeFrame(kind, call, payload) }))

describe('frames of a session', () => {
  it.each(vectors.frames)('are the bytes of the vector: $note', ({ kind, call, payload, bytes }) => {
    const number = frameKinds[kind as keyof typeof frameKinds]
    expect(toHex(encodeFrame(number, call, fromHex(payload)!))).toBe(bytes)
    expect(read(fromHex(bytes)!)).toEqual({ frames: [{ kind: number, call, payload }], fault: undefined })
  })

  it.each(vectors.faults)('are refused: $note', ({ bytes, fault }) => {
    expect(read(fromHex(bytes)!).fault).toBe(fault)
    // The same, byte by byte: what is refused does not depend on how it came.
    expect(read(...Array.from(fromHex(bytes)!, (byte) => Uint8Array.of(byte))).fault).toBe(fault)
  })

  it('are the same however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryFrame, { maxLength: 20 }),
        fc.array(fc.nat(400), { maxLength: 60 }),
        (frames, cuts) => {
          const whole = concat(...frames.map(({ bytes }) => bytes))
          const chunks: Uint8Array[] = []
          let at = 0
          for (const cut of cuts) {
            chunks.push(whole.subarray(at, at + cut))
            at += cut
          }
          chunks.push(whole.subarray(Math.min(at, whole.length)))
          const wanted = frames.map(({ kind, call, payload }) => ({ kind, call, payload }))
          expect(read(...chunks)).toEqual({ frames: wanted, fault: undefined })
        },
      ),
    )
  })

  it('may be as long as the law says, and no byte longer', () => {
    const longest = encodeFrame(frameKinds.data, CALL_ID_MAX, new Uint8Array(PAYLOAD_BYTES_MAX))
    expect(longest.length).toBe(FRAME_BYTES_MAX)
    expect(read(longest).fault).toBeUndefined()
    expect(read(encodeFrame(frameKinds.data, 1, new Uint8Array(PAYLOAD_BYTES_MAX + 1))).fault).toBe('frame too long')
  })

  it('are refused by their length before their body has come', () => {
    const head = encodeFrame(frameKinds.data, 1, new Uint8Array(200_000)).subarray(0, 4)
    expect(read(head).fault).toBe('frame too long')
  })

  it('hold what has come of an unfinished one, and no more', () => {
    const reader = new FrameReader(() => true)
    const frame = encodeFrame(frameKinds.data, 1, new Uint8Array(50_000))
    expect(reader.push(frame.subarray(0, 20_000))).toBeUndefined()
    expect(reader.held).toBeLessThanOrEqual(20_000)
    expect(reader.push(frame.subarray(20_000))).toBeUndefined()
    expect(reader.held).toBe(0)
  })

  it('whatever the bytes, end in frames or in a fault and never in an exception', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 100 }), { maxLength: 20 }), (chunks) => {
        const { frames } = read(...chunks)
        const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
        expect(frames.length).toBeLessThanOrEqual(bytes / 3)
      }),
    )
  })

  it('are read no further when whoever takes them says so', () => {
    let taken = 0
    const reader = new FrameReader(() => ++taken < 2)
    reader.push(concat(...[1, 2, 3].map((call) => encodeFrame(frameKinds.end, call, new Uint8Array(0)))))
    expect(taken).toBe(2)
  })
})

describe('credit on the wire', () => {
  it.each(vectors.credits)('is a number in its shortest form: $bytes', ({ bytes, payload }) => {
    expect(toHex(encodeCredit(bytes))).toBe(payload)
    expect(decodeCredit(fromHex(payload)!)).toBe(bytes)
  })

  it.each(vectors.noCredits)('is nothing else: %s', (payload) => {
    expect(decodeCredit(fromHex(payload)!)).toBeUndefined()
  })
})
