import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameStream, type ReceivedFrame } from '../../../node/engines/onnx/frame-stream.ts'
import {
  FrameError,
  frameKinds,
  HEADER_BYTES_MAX,
  headBytesOf,
  padded,
  payloadBytesOf,
  type TensorPart,
  writeHead,
} from '../../../node/engines/onnx/frames.ts'

const part = (index: number, dims: readonly number[], byteLength: number): TensorPart => ({ index, dims, byteLength })

/** A frame whose payload counts up, so that a byte in the wrong place shows. */
function frameOf(call: number, value: number, parts: readonly TensorPart[]): Uint8Array {
  const payloadBytes = payloadBytesOf(parts)
  const headBytes = headBytesOf(parts)
  const frame = Uint8Array.from({ length: headBytes + payloadBytes }, (_, i) => (i - headBytes + call) % 256)
  writeHead(new DataView(frame.buffer), 0, frameKinds.result, call, value, parts, payloadBytes)
  return frame
}

const frames = [
  frameOf(1, 12.5, []),
  frameOf(2, 0, [part(0, [], 4)]),
  frameOf(3, 1e9, [part(0, [2, 0, 3], 0), part(1, [70_001], 70_001), part(2, [2 ** 40, 0], 8)]),
]

function received(chunks: readonly Uint8Array[]): ReceivedFrame[] {
  const got: ReceivedFrame[] = []
  const stream = new FrameStream(100_000, (frame) => got.push(frame))
  for (const chunk of chunks) stream.push(chunk)
  return got
}

describe('a stream of frames', () => {
  it('arrives as it was sent, however it is cut', () => {
    const whole = Buffer.concat(frames)
    const expected = received([whole])
    expect(expected.map((frame) => frame.header.call)).toEqual([1, 2, 3])
    expect(expected[2]!.header).toEqual({
      call: 3,
      value: 1e9,
      parts: [part(0, [2, 0, 3], 0), part(1, [70_001], 70_001), part(2, [2 ** 40, 0], 8)],
    })
    expect(expected[2]!.payload.slice(0, 3)).toEqual(Uint8Array.of(3, 4, 5))
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length]
        const chunks = at.slice(1).map((end, i) => whole.subarray(at[i], end))
        expect(received(chunks)).toEqual(expected)
      }),
    )
  })

  it('keeps nothing of what it read alive in a payload', () => {
    const [, small] = received([Buffer.concat(frames)])
    expect(small!.payload.buffer.byteLength).toBe(8)
  })

  const spoilt = (offset: number, spoil: (view: DataView) => void): Uint8Array => {
    const frame = frameOf(1, 0, [part(0, [2, 3], 24)])
    spoil(new DataView(frame.buffer, offset))
    return frame
  }
  it.each([
    ['an unknown kind', spoilt(0, (view) => view.setUint32(0, 9, true))],
    ['a header without end', spoilt(4, (view) => view.setUint32(0, HEADER_BYTES_MAX + 8, true))],
    ['a header of odd length', spoilt(4, (view) => view.setUint32(0, 52, true))],
    ['a payload above the limit', spoilt(8, (view) => view.setFloat64(0, 100_008, true))],
    ['a payload below zero', spoilt(8, (view) => view.setFloat64(0, -8, true))],
    ['a payload that is no number', spoilt(8, (view) => view.setFloat64(0, Number.NaN, true))],
    ['more tensors than the header holds', spoilt(20, (view) => view.setUint32(0, 2, true))],
    ['fewer tensors than the header holds', spoilt(20, (view) => view.setUint32(0, 0, true))],
    ['more dimensions than there may be', spoilt(36, (view) => view.setUint32(0, 17, true))],
    ['a tensor that does not fill the payload', spoilt(40, (view) => view.setFloat64(0, 8, true))],
    ['a tensor of no size', spoilt(40, (view) => view.setFloat64(0, Number.POSITIVE_INFINITY, true))],
    ['half a dimension', spoilt(48, (view) => view.setFloat64(0, 1.5, true))],
  ])('ends with %s', (_, frame) => {
    expect(() => received([frame])).toThrow(FrameError)
  })

  it('pads to eight bytes', () => {
    expect([0, 1, 7, 8, 9, 2 ** 40 + 1].map(padded)).toEqual([0, 8, 8, 8, 16, 2 ** 40 + 8])
  })
})
