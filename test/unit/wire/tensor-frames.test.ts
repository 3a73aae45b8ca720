import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SLICE_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { TensorFrames, totalBytes } from '../../../protocols/wire/job/tensor-frames.ts'
import { attempt } from '../../support/wire-vectors/job-samples.ts'
import '../../support/property-seed.ts'

/** Counts up, so that a byte in the wrong place shows. */
const tensorOf = (bytes: number, from = 0): Tensor => ({
  name: `t${bytes}`,
  type: 'uint8',
  dims: [bytes],
  byteLength: bytes,
  data: Uint8Array.from({ length: bytes }, (_, i) => (i + from) % 251),
})
const framesOf = (tensors: readonly Tensor[]) => {
  const frames = new TensorFrames(tensors)
  return Array.from({ length: frames.count }, (_, sequence) => frames.frame(attempt, sequence))
}
const length = fc.oneof(
  fc.integer({ min: 0, max: 3 }),
  fc.constantFrom(SLICE_BYTES_MAX - 1, SLICE_BYTES_MAX, SLICE_BYTES_MAX + 1, 3 * SLICE_BYTES_MAX),
  fc.integer({ min: 0, max: 200_000 }),
)

describe('tensors cut into frames', () => {
  it('are whole again when the frames are put behind each other', () => {
    fc.assert(
      fc.property(fc.array(length, { maxLength: 5 }), (lengths) => {
        const tensors = lengths.map((bytes, i) => tensorOf(bytes, i))
        const arrived = tensors.map(({ byteLength }) => new Uint8Array(byteLength))
        let sent = 0
        for (const [sequence, frame] of framesOf(tensors).entries()) {
          expect(frame.sequence).toBe(sequence)
          arrived[frame.stream]!.set(frame.bytes, frame.offset)
          sent += frame.bytes.length
        }
        // Each byte once: the sum says that nothing was sent twice, the tensors that nothing was left out.
        expect(sent).toBe(totalBytes(tensors))
        for (const [i, { data }] of tensors.entries()) expect(Buffer.compare(arrived[i]!, data)).toBe(0)
      }),
      { numRuns: 40 },
    )
  })

  it('fill every frame but the last of each tensor, and no frame crosses from one into the next', () => {
    const frames = framesOf([tensorOf(2 * SLICE_BYTES_MAX + 1), tensorOf(5)])
    expect(frames.map(({ stream, offset, bytes }) => [stream, offset, bytes.length])).toEqual([
      [0, 0, SLICE_BYTES_MAX],
      [0, SLICE_BYTES_MAX, SLICE_BYTES_MAX],
      [0, 2 * SLICE_BYTES_MAX, 1],
      [1, 0, 5],
    ])
  })

  it('have no frame for what is empty, wherever it stands', () => {
    const frames = framesOf([tensorOf(0), tensorOf(1), tensorOf(0), tensorOf(0), tensorOf(2), tensorOf(0)])
    expect(frames.map(({ stream, sequence }) => [stream, sequence])).toEqual([
      [1, 0],
      [4, 1],
    ])
    expect(new TensorFrames([]).count).toBe(0)
    expect(new TensorFrames([tensorOf(0)]).count).toBe(0)
  })

  it('are the same frames whenever one is asked for, so that a lost call goes on anywhere', () => {
    const frames = new TensorFrames([tensorOf(150_000), tensorOf(70_000)])
    const inOrder = Array.from({ length: frames.count }, (_, k) => frames.frame(attempt, k))
    for (const k of [4, 0, 3, 3, 1]) expect(frames.frame(attempt, k)).toEqual(inOrder[k])
  })

  it('are views: cutting a gigabyte costs nothing', () => {
    const tensor = tensorOf(100_000)
    for (const { bytes } of framesOf([tensor])) expect(bytes.buffer).toBe(tensor.data.buffer)
  })
})
