import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answerPieces, planOutputs } from '../../../node/gateway/inference-answer.ts'
import { readInferenceRequest } from '../../../node/gateway/inference-request.ts'
import { elementsOf, type FloatElements, viewOf } from '../../../node/tensors/elements.ts'
import { decodeTexts } from '../../../node/tensors/text-elements.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { elementBits, elementCount, type Tensor, type TensorType } from '../../../protocols/wire/job/tensor.ts'
import { textsOf } from '../../support/engines/tensor-of.ts'
import '../../support/property-seed.ts'

/** Names of the protocol, written down here a second time. */
const datatypes = {
  BOOL: 'bool',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  BYTES: 'string',
} as const satisfies Record<string, TensorType>
const names = Object.keys(datatypes) as (keyof typeof datatypes)[]

const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })

/** Every value of the type, also the odd ones: any bytes are one, but for texts, and for a bool of neither 0 nor 1. */
function tensorArbitrary(datatype: keyof typeof datatypes): fc.Arbitrary<Tensor> {
  const type = datatypes[datatype]
  return shape.chain((dims): fc.Arbitrary<Tensor> => {
    const count = elementCount(dims)!
    if (type === 'string') {
      const texts = fc.array(fc.string({ unit: 'binary' }), { minLength: count, maxLength: count })
      return texts.map((some) =>
        textsOf(
          'x',
          dims,
          some.map((text) => text.toWellFormed()),
        ),
      )
    }
    const length = (count * elementBits[type]) / 8
    const byte = fc.integer({ min: 0, max: type === 'bool' ? 1 : 255 })
    return fc
      .array(byte, { minLength: length, maxLength: length })
      .map((bytes) => ({ name: 'x', type, dims, byteLength: length, data: Uint8Array.from(bytes) }))
  })
}

const head = { model: 'm', version: 'v', id: undefined }

/** As the answer to a request writes it, and as a request with it is read. */
function throughJson(tensor: Tensor): Tensor {
  const outputs = [{ tensor, count: elementCount(tensor.dims)!, isBinary: false }]
  const text = [...answerPieces(head, outputs)].join('')
  // Any reader of JSON takes it; one that rounds whole numbers beyond 2^53 would not give the same text back.
  JSON.parse(text)
  return readInferenceRequest(Buffer.from(text.replace('"outputs":[', '"inputs":['))).inputs[0]!
}

function throughBytes(tensor: Tensor): Tensor {
  const outputs = [{ tensor, count: elementCount(tensor.dims)!, isBinary: true }]
  const { outputs: inputs } = JSON.parse([...answerPieces(head, outputs)].join(''))
  const json = Buffer.from(JSON.stringify({ inputs }))
  return readInferenceRequest(Buffer.concat([json, tensor.data]), json.length).inputs[0]!
}

/** A NaN has many bit patterns and one name. */
function withPlainNans({ data, type }: Tensor): Uint8Array {
  if (!type.startsWith('float')) return data
  const plain = data.slice()
  const { read, write } = elementsOf[type as 'float32'] as FloatElements
  const view = viewOf(plain)
  for (let i = 0; i < (plain.length * 8) / elementBits[type]; i++) {
    if (Number.isNaN(read(view, i))) write(view, i, Number.NaN)
  }
  return plain
}

describe('a tensor of the protocol', () => {
  it.each(names)('of %s is the same there and back as JSON', (datatype) => {
    fc.assert(
      fc.property(tensorArbitrary(datatype), (tensor) => {
        const back = throughJson(tensor)
        expect(back).toMatchObject({ name: 'x', type: tensor.type, dims: tensor.dims })
        expect(back.data).toEqual(withPlainNans(tensor))
      }),
    )
  })

  it.each(names)('of %s is the same there and back as bytes', (datatype) => {
    fc.assert(
      fc.property(tensorArbitrary(datatype), (tensor) => {
        const back = throughBytes(tensor)
        expect(back).toMatchObject({ name: 'x', type: tensor.type, dims: tensor.dims })
        expect(Buffer.from(back.data)).toEqual(Buffer.from(tensor.data))
      }),
    )
  })

  it('may be nested as its shape says, or flat', () => {
    const read = (data: unknown) => readJson([{ ...x, shape: [2, 2], data }])
    expect(
      read([
        [1, 2],
        [3, 4],
      ]),
    ).toEqual(read([1, 2, 3, 4]))
  })
})

const x = { name: 'x', datatype: 'FP32', shape: [2], data: [1, 2] }
const readJson = (inputs: unknown, more: object = {}) =>
  readInferenceRequest(Buffer.from(JSON.stringify({ inputs, ...more })))

function refusal(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    if (error instanceof MeshError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'taken'
}

describe('a request is refused', () => {
  it.each<[string, unknown, RegExp]>([
    ['without inputs', undefined, /^HTTP_REQUEST: .*"inputs" is no list/],
    ['with more inputs than a job has', Array(65).fill(x), /^HTTP_REQUEST: .*more than 64 items/],
    ['with an input that is no object', [1], /^HTTP_REQUEST: .*"inputs"\[0\] is no object/],
    [
      'with an input without a name',
      [{ ...x, name: undefined }],
      /^HTTP_REQUEST: .*"name" of "inputs"\[0\] is no text/,
    ],
    ['with a name as long as a book', [{ ...x, name: 'x'.repeat(257) }], /^HTTP_REQUEST: .*more than 256 characters/],
    ['with a datatype that nobody knows', [{ ...x, datatype: 'BF16' }], /^INPUT_TYPE: .*BF16.*BOOL/],
    ['with a shape that is none', [{ ...x, shape: [-2] }], /^HTTP_REQUEST: .*holds what is no size/],
    ['with too many dimensions', [{ ...x, shape: Array(17).fill(1) }], /^HTTP_REQUEST: .*more than 16 items/],
    ['with fewer values than its shape says', [{ ...x, shape: [3] }], /^INPUT_SHAPE: .*\[2\].*\[3\]/],
    ['with values of another type', [{ ...x, datatype: 'UINT8', data: [1, 256] }], /^INPUT_TYPE: .*256 at \[1\]/],
    ['without any data', [{ ...x, data: undefined }], /^HTTP_REQUEST: .*neither "data" nor "binary_data_size"/],
    ['with data twice', [{ ...x, parameters: { binary_data_size: 8 } }], /^HTTP_REQUEST: .*both "data" and/],
    ['with a size that is none', [{ ...x, parameters: { binary_data_size: '8' } }], /^HTTP_REQUEST: .*is no size/],
  ])('%s', (_, inputs, why) => {
    expect(refusal(() => readJson(inputs))).toMatch(why)
  })

  it.each<[string, object, RegExp]>([
    ['for an id that is no text', { id: 7 }, /"id" is no text/],
    ['for an output twice', { outputs: [{ name: 'y' }, { name: 'y' }] }, /asks for the output y twice/],
    ['for a price in other words', { parameters: { price_max: 'cheap' } }, /"price_max" is no amount/],
    ['for a price below the smallest unit', { parameters: { price_max: 1e-7 } }, /"price_max" is no amount/],
    ['for a deadline in the past', { parameters: { deadline_ms: -1 } }, /"deadline_ms" is no number from 1/],
    ['for a policy that is none', { parameters: { policy: 'nearest' } }, /"policy" is none of latency, cost, balanced/],
    ['for a hedge in words', { parameters: { hedge: 'yes' } }, /"hedge" is neither true nor false/],
    ['for a latency in words', { parameters: { latency_ms_max: 'low' } }, /"latency_ms_max" is no number/],
    ['for a secret that is none', { parameters: { sensitive: 'yes' } }, /"sensitive" is neither true nor false/],
    [
      'for an output in shared memory',
      { outputs: [{ name: 'y', parameters: { shared_memory_region: 'r' } }] },
      /"shared_memory_region" of outputs/,
    ],
    ['for a flag that is none', { parameters: { binary_data_output: 1 } }, /neither true nor false/],
  ])('%s', (_, more, why) => {
    expect(refusal(() => readJson([x], more))).toMatch(why)
  })

  const inBytes = (size: number, bytes: Uint8Array, more: object = {}): (() => unknown) => {
    const input = { name: 'x', datatype: 'FP32', shape: [2], parameters: { binary_data_size: size }, ...more }
    const json = Buffer.from(JSON.stringify({ inputs: [input] }))
    return () => readInferenceRequest(Buffer.concat([json, bytes]), json.length)
  }
  it.each<[string, () => unknown, RegExp]>([
    ['fewer bytes than its JSON tells of', inBytes(8, Buffer.alloc(7)), /tells of at least 8 bytes.*7 are there/],
    ['more bytes than its JSON tells of', inBytes(8, Buffer.alloc(9)), /tells of 8 bytes.*9 are there/],
    ['other bytes than its shape needs', inBytes(7, Buffer.alloc(7)), /^INPUT_SIZE: .*7 bytes.*need 8/],
    ['a shape beyond counting', inBytes(8, Buffer.alloc(8), { shape: [2 ** 53 - 1, 8] }), /^INPUT_SHAPE/],
    ['texts that do not add up', inBytes(8, Buffer.alloc(8), { datatype: 'BYTES', shape: [1] }), /^INPUT_SIZE/],
    [
      'texts that are none',
      inBytes(5, Uint8Array.of(1, 0, 0, 0, 0xff), { datatype: 'BYTES', shape: [1] }),
      /^INPUT_TYPE: .*no UTF-8/,
    ],
  ])('with %s', (_, read, why) => {
    expect(refusal(read)).toMatch(why)
  })

  it('whose JSON is none, with the place and nothing of its text', () => {
    const refused = refusal(() => readInferenceRequest(Buffer.from('{"inputs": [secret]}')))
    expect(refused).toMatch(/^HTTP_REQUEST: .*line 1, column 13/)
    expect(refused).not.toContain('secret')
    expect(refusal(() => readInferenceRequest(Uint8Array.of(0xff)))).toMatch(/no UTF-8/)
  })
})

describe('outputs', () => {
  const y = textsOf('y', [1], ['ä'])
  const z = { ...y, name: 'z' }
  const plan = (more: object) =>
    planOutputs(readJson([x], more), [y, z], () => 1).map(({ tensor, isBinary }) => `${tensor.name} ${isBinary}`)

  it('go all as JSON, or all as bytes, or as each is asked for, in the order of the request', () => {
    expect(plan({})).toEqual(['y false', 'z false'])
    expect(plan({ parameters: { binary_data_output: true } })).toEqual(['y true', 'z true'])
    expect(plan({ outputs: [{ name: 'z' }] })).toEqual(['z false'])
    expect(plan({ outputs: [{ name: 'z', parameters: { binary_data: true } }, { name: 'y' }] })).toEqual([
      'z true',
      'y false',
    ])
    const unless = {
      parameters: { binary_data_output: true },
      outputs: [{ name: 'y', parameters: { binary_data: false } }],
    }
    expect(plan(unless)).toEqual(['y false'])
  })

  it('that are long go as bytes where some do, for those are then all known before the first byte leaves', () => {
    const some = readJson([x], { outputs: [{ name: 'y' }, { name: 'z', parameters: { binary_data: true } }] })
    expect(planOutputs(some, [y, z], () => 1_000_001).map(({ isBinary }) => isBinary)).toEqual([true, true])
    expect(planOutputs(readJson([x]), [y, z], () => 1_000_001).map(({ isBinary }) => isBinary)).toEqual([false, false])
  })

  it('of texts are refused where the miner did not send texts', () => {
    const pieces = (data: Uint8Array) => () => [
      ...answerPieces(head, [{ tensor: { ...y, data }, count: 1, isBinary: false }]),
    ]
    expect(refusal(pieces(Uint8Array.of(9, 0, 0, 0, 0x61)))).toMatch(/^OUTPUT_GARBLED/)
    expect(refusal(pieces(Uint8Array.of(1, 0, 0, 0, 0xff)))).toMatch(/^OUTPUT_GARBLED/)
    expect(decodeTexts(y.data, 1)).toEqual(['ä'])
  })
})
