import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concat } from '../../../protocols/kernel/bytes.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { OUTPUT_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import type { DataFrame } from '../../../protocols/wire/job/job-messages.ts'
import { type Tensor, type TensorHeader, tensorTypes } from '../../../protocols/wire/job/tensor.ts'
import { TensorAssembler } from '../../../protocols/wire/job/tensor-assembler.ts'
import { TensorFrames } from '../../../protocols/wire/job/tensor-frames.ts'
import { attempt } from '../../support/wire-vectors/job-samples.ts'
import '../../support/property-seed.ts'

const tensorOf = (bytes: number, from: number): Tensor => ({
  name: 't',
  type: 'uint8',
  dims: [bytes],
  byteLength: bytes,
  data: Uint8Array.from({ length: bytes }, (_, i) => (i + from) % 251),
})
const lengths = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 })), { maxLength: 6 })

/** Frames of at most `step` bytes: a sender may cut smaller than the law's slices. */
function* framesOf(tensors: readonly Tensor[], step: () => number): Generator<DataFrame> {
  let sequence = 0
  for (const [stream, { data }] of tensors.entries()) {
    for (let offset = 0; offset < data.length; ) {
      const bytes = data.subarray(offset, offset + step())
      yield { attempt, stream, sequence: sequence++, offset, bytes }
      offset += bytes.length
    }
  }
}

function thrown(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (isMeshError(error, 'OUTPUT_GARBLED')) return String(error.facts.rule)
    throw error
  }
  return 'nothing'
}

describe('tensors put together', () => {
  it('are the ones that were cut, in whatever pieces they come', () => {
    fc.assert(
      fc.property(lengths, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (sizes, steps) => {
        const tensors = sizes.map(tensorOf)
        let at = 0
        const assembler = new TensorAssembler(tensors, OUTPUT_BYTES_MAX)
        let arrived = 0
        for (const frame of framesOf(tensors, () => steps[at++ % steps.length]!)) {
          expect(assembler.complete).toBe(false)
          expect(assembler.next).toBe(frame.sequence)
          assembler.accept(frame)
          arrived++
        }
        expect(assembler.next).toBe(arrived)
        expect(assembler.complete).toBe(true)
        expect(assembler.tensors().map(({ data }) => data)).toEqual(tensors.map(({ data }) => data))
      }),
    )
  })

  it('are the same from frames as inline', () => {
    fc.assert(
      fc.property(lengths, (sizes) => {
        const tensors = sizes.map(tensorOf)
        const inline = new TensorAssembler(tensors, OUTPUT_BYTES_MAX)
        inline.acceptInline(concat(...tensors.map(({ data }) => data)))
        const frames = new TensorFrames(tensors)
        const framed = new TensorAssembler(tensors, OUTPUT_BYTES_MAX)
        for (let k = 0; k < frames.count; k++) framed.accept(frames.frame(attempt, k))
        expect(inline.tensors().map(({ data }) => data)).toEqual(framed.tensors().map(({ data }) => data))
      }),
    )
  })

  it('tell of every byte when it has arrived, of empty ones too', () => {
    fc.assert(
      fc.property(lengths, fc.boolean(), (sizes, isInline) => {
        const tensors = sizes.map(tensorOf)
        const seen = tensors.map(() => -1)
        const assembler = new TensorAssembler(tensors, OUTPUT_BYTES_MAX, (stream, data, bytes) => {
          expect(bytes).toBeGreaterThan(seen[stream]!)
          expect(data.subarray(0, bytes)).toEqual(tensors[stream]!.data.subarray(0, bytes))
          expect(seen.slice(0, stream)).toEqual(sizes.slice(0, stream))
          seen[stream] = bytes
        })
        if (isInline) assembler.acceptInline(concat(...tensors.map(({ data }) => data)))
        else for (const frame of framesOf(tensors, () => 7)) assembler.accept(frame)
        expect(seen).toEqual(sizes)
      }),
    )
  })

  it('hold their own copy of what a frame brought', () => {
    const [tensor] = [tensorOf(4, 0)]
    const assembler = new TensorAssembler([tensor], OUTPUT_BYTES_MAX)
    const bytes = tensor.data.slice()
    assembler.accept({ attempt, stream: 0, sequence: 0, offset: 0, bytes })
    bytes.fill(255)
    expect([...assembler.tensors()[0]!.data]).toEqual([0, 1, 2, 3])
  })

  it('are not to be had while a byte is missing', () => {
    const tensor = tensorOf(4, 0)
    const assembler = new TensorAssembler([tensor], OUTPUT_BYTES_MAX)
    assembler.accept({ attempt, stream: 0, sequence: 0, offset: 0, bytes: tensor.data.subarray(0, 3) })
    expect(thrown(() => assembler.tensors())).toMatch(/every byte/)
  })

  it('take no inline bytes once a frame has come', () => {
    const assembler = new TensorAssembler([tensorOf(2, 0)], OUTPUT_BYTES_MAX)
    assembler.accept({ attempt, stream: 0, sequence: 0, offset: 0, bytes: Uint8Array.of(1) })
    expect(thrown(() => assembler.acceptInline(Uint8Array.of(2)))).toMatch(/inline bytes/)
  })

  it('spoil no frame after the spoilt one: the same frame may come again', () => {
    const tensor = tensorOf(6, 0)
    const assembler = new TensorAssembler([tensor], OUTPUT_BYTES_MAX)
    const frame = { attempt, stream: 0, sequence: 0, offset: 0, bytes: tensor.data }
    expect(thrown(() => assembler.accept({ ...frame, offset: 1 }))).toMatch(/continues/)
    assembler.accept(frame)
    expect(assembler.complete).toBe(true)
  })
})

describe('headers', () => {
  it('that ask for more than may come are refused before anything is made for them', () => {
    const huge: TensorHeader = { name: 'x', type: 'uint8', dims: [2 ** 30], byteLength: 2 ** 30 }
    expect(() => new TensorAssembler([huge, huge], OUTPUT_BYTES_MAX)).toThrow(/2147483648 bytes/)
    expect(() => new TensorAssembler([{ ...huge, byteLength: 2 ** 40 }], OUTPUT_BYTES_MAX)).toThrow(
      /1099511627776 bytes/,
    )
  })

  it('of every type have the size that type and shape give', () => {
    const sizes = {
      string: 12,
      float64: 24,
      int64: 24,
      uint64: 24,
      float32: 12,
      int32: 12,
      uint32: 12,
      float16: 6,
      int16: 6,
      uint16: 6,
      int8: 3,
      uint8: 3,
      bool: 3,
      int4: 2,
      uint4: 2,
    }
    for (const type of tensorTypes) {
      const header = { name: 'x', type, dims: [3], byteLength: sizes[type] }
      expect(() => new TensorAssembler([header], OUTPUT_BYTES_MAX), type).not.toThrow()
      const short = { ...header, byteLength: sizes[type] - 1 }
      expect(
        thrown(() => new TensorAssembler([short], OUTPUT_BYTES_MAX)),
        type,
      ).toMatch(/type and shape/)
    }
  })

  it('of texts may ask for any length that holds the lengths of the texts', () => {
    const texts = (byteLength: number): TensorHeader => ({ name: 'x', type: 'string', dims: [2, 2], byteLength })
    expect(() => new TensorAssembler([texts(16)], OUTPUT_BYTES_MAX)).not.toThrow()
    expect(() => new TensorAssembler([texts(1_000)], OUTPUT_BYTES_MAX)).not.toThrow()
    expect(thrown(() => new TensorAssembler([texts(15)], OUTPUT_BYTES_MAX))).toMatch(/type and shape/)
  })
})
