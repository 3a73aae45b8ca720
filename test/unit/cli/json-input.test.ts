import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tensorJson } from '../../../node/cli/answers/answer-json.ts'
import { readJsonInput } from '../../../node/cli/inputs/json-input.ts'
import { elementsOf } from '../../../node/tensors/elements.ts'
import { JsonFault, type JsonValue, parseJson } from '../../../node/tensors/json-reader.ts'
import { decodeTexts, encodeTexts } from '../../../node/tensors/text-elements.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { bytesNeeded, elementCount, type Tensor, type TensorType } from '../../../protocols/wire/job/tensor.ts'
import '../../support/property-seed.ts'

const specOf = (type: TensorType, name = 'x') => ({ name, type, dims: ['n'] })

const readAll = (text: string, ...types: TensorType[]): readonly Tensor[] => {
  const specs = types.map((type, i) => specOf(type, 'xyz'[i]))
  return readJsonInput({ text, path: 'a.json', specs, spec: specs.length === 1 ? specs[0] : undefined })
}

const read = (text: string, type: TensorType): Tensor => readAll(text, type)[0]!

const valuesOf = ({ type, dims, data }: Tensor): readonly unknown[] => {
  const count = elementCount(dims)!
  if (type === 'string') return decodeTexts(data, count)!
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return Array.from({ length: count }, (_, i) => elementsOf[type].read(view, i))
}

function refusal(text: string, ...types: TensorType[]): string {
  try {
    readAll(text, ...types)
  } catch (error) {
    if (error instanceof MeshError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'taken'
}

describe('nested lists', () => {
  it.each([
    ['0.5', [], [0.5]],
    ['[1, 2, 3]', [3], [1, 2, 3]],
    ['[[1, 2], [3, 4], [5, 6]]', [3, 2], [1, 2, 3, 4, 5, 6]],
    ['[]', [0], []],
    ['[[], []]', [2, 0], []],
  ])('%s have their own dimensions', (text, dims, values) => {
    const tensor = read(text, 'float32')
    expect(tensor.dims).toEqual(dims)
    expect(tensor.byteLength).toBe(values.length * 4)
    expect(valuesOf(tensor)).toEqual(values)
  })

  it.each([
    ['[[1, 2], [3]]', 'at [1] is a list of 1, where the first is a list of 2'],
    ['[[1, 2], 3]', 'at [1] is no list, where the first is a list of 2'],
    ['[1, [2]]', 'at [1] is a list of 1, where the first is one value'],
    ['[[[1], [2]], [[3], [4, 5]]]', 'at [1][1] is a list of 2, where the first is a list of 1'],
    [`${'['.repeat(17)}${']'.repeat(17)}`, 'more than 16 dimensions'],
  ])('%s are refused as ragged, with the place', (text, why) => {
    const refused = refusal(text, 'float32')
    expect(refused).toMatch(/^INPUT_SHAPE: the input x in a\.json has the shape /)
    expect(refused).toContain(why)
  })

  it('that only seem long are refused before anything is allocated', () => {
    const row = `[${Array(100_000).fill(1).join(',')}]`
    const text = `[${row}${',[]'.repeat(1_000_000)}]`
    expect(refusal(text, 'float64')).toMatch(/INPUT_SHAPE.*at \[1\] is a list of 0/)
  })
})

describe('a number', () => {
  it('of 64 bits is exact as digits and as a text', () => {
    const text = '[9007199254740993, "9007199254740993", -9223372036854775808, 3.0]'
    const exact = 9_007_199_254_740_993n
    expect(valuesOf(read(text, 'int64'))).toEqual([exact, exact, -(2n ** 63n), 3n])
    expect(valuesOf(read('["18446744073709551615", 18446744073709551615]', 'uint64'))).toEqual(
      Array(2).fill(2n ** 64n - 1n),
    )
  })

  it('is rounded to floats, with names for what JSON has no numbers for', () => {
    const text = '[0.1, 12345678901234567890, -0, 1e-50, "NaN", "-Infinity"]'
    const values = [0.1, Number('12345678901234567890'), -0, 1e-50, Number.NaN, Number.NEGATIVE_INFINITY]
    expect(valuesOf(read(text, 'float64'))).toEqual(values)
    expect(valuesOf(read(text, 'float32'))).toEqual(values.map(Math.fround))
    expect(valuesOf(read('[0.1, 65504]', 'float16'))).toEqual([Math.f16round(0.1), 65_504])
  })

  it('is packed where a type has 4 bits', () => {
    expect(read('[-8, 7, -1]', 'int4').data).toEqual(Uint8Array.of(0x78, 0x0f))
    expect(read('[1, 15]', 'uint4').data).toEqual(Uint8Array.of(0xf1))
  })

  it.each<[string, TensorType, string]>([
    ['[1, 256]', 'uint8', '256 at [1]; the model takes uint8 (whole numbers from 0 to 255)'],
    ['[-1]', 'uint64', '-1 at [0]'],
    ['[8]', 'int4', '8 at [0]; the model takes int4 (whole numbers from -8 to 7)'],
    ['[[1, 2.5]]', 'int64', '2.5 at [0][1]'],
    ['[18446744073709551616]', 'uint64', '18446744073709551616 at [0]'],
    ['[9223372036854775808]', 'int64', '9223372036854775808 at [0]'],
    ['[1e30]', 'int64', '1e+30 at [0]'],
    ['["12"]', 'int32', 'the text "12" at [0]'],
    ['["12x"]', 'int64', 'the text "12x" at [0]'],
    ['["0.5"]', 'float32', 'the text "0.5" at [0]'],
    ['[1e39]', 'float32', '1e+39 at [0]; the model takes float32'],
    ['[65520]', 'float16', '65520 at [0]; the model takes float16'],
    ['1e400', 'float64', 'Infinity; the model takes float64'],
    ['[true]', 'float32', 'true at [0]'],
    ['[null]', 'float32', 'null at [0]'],
    ['[2]', 'bool', '2 at [0]; the model takes bool'],
    ['[5]', 'string', '5 at [0]; the model takes string'],
    ['[{}]', 'string', 'an object at [0]'],
  ])('%s as %s is refused with its place', (text, type, why) => {
    expect(refusal(text, type)).toContain(`INPUT_TYPE: the input x in a.json is ${why}`)
  })
})

describe('texts and bools', () => {
  it('are what they are', () => {
    expect(valuesOf(read('[["a\\u0000\\n\\"", "Grüße 😀", ""]]', 'string'))).toEqual(['a\0\n"', 'Grüße 😀', ''])
    expect(valuesOf(read('[true, false, 1, 0]', 'bool'))).toEqual([true, false, true, false])
  })
})

describe('several inputs in one file', () => {
  it('are given by name', () => {
    const tensors = readAll('{"y": [true], "x": [[1, 2]]}', 'float32', 'bool')
    expect(tensors.map(({ name, type, dims }) => [name, type, dims])).toEqual([
      ['y', 'bool', [1]],
      ['x', 'float32', [1, 2]],
    ])
  })

  it('are given as in an Open Inference request, flat or nested', () => {
    const request = {
      id: 'ignored',
      inputs: [
        { name: 'x', datatype: 'FP32', shape: [2, 2], data: [1, 2, 3, 4] },
        { name: 'y', datatype: 'BYTES', shape: [1, 2], data: [['a', 'b']], parameters: {} },
      ],
    }
    const [x, y] = readAll(JSON.stringify(request), 'float32', 'string')
    expect([x!.dims, valuesOf(x!)]).toEqual([
      [2, 2],
      [1, 2, 3, 4],
    ])
    expect([y!.dims, valuesOf(y!)]).toEqual([
      [1, 2],
      ['a', 'b'],
    ])
  })

  it('may have the name "inputs"', () => {
    const specs = [specOf('float32', 'inputs')]
    expect(readJsonInput({ text: '{"inputs": [1]}', path: 'a.json', specs })[0]!.dims).toEqual([1])
    expect(readJsonInput({ text: '{"inputs": []}', path: 'a.json', specs })[0]!.dims).toEqual([0])
  })

  const request = (changes: object): string =>
    JSON.stringify({ inputs: [{ name: 'x', datatype: 'FP32', shape: [2, 2], data: [1, 2, 3, 4], ...changes }] })

  it.each([
    ['{"z": 1}', 'INPUT_NAME: the model has no input z (in a.json); it takes x'],
    [request({ name: 'z' }), 'INPUT_NAME: the model has no input z (in a.json); it takes x'],
    [request({ name: undefined }), 'INPUT_FILE: the input file a.json cannot be read: "inputs"[0] has no "name"'],
    [request({ datatype: 'FP64' }), 'INPUT_TYPE: the input x in a.json is FP64; the model takes float32: FP32'],
    [request({ datatype: undefined }), 'INPUT_TYPE: the input x in a.json is without "datatype"'],
    [request({ shape: [3, 2] }), 'the "data" of x has the shape [4], its "shape" is [3, 2]'],
    [request({ shape: [1e6, 1e6] }), 'the "data" of x has the shape [4], its "shape" is [1000000, 1000000]'],
    [request({ data: [[1], [2], [3], [4]] }), 'the "data" of x has the shape [4, 1], its "shape" is [2, 2]'],
    [request({ shape: [-2, -2] }), 'INPUT_FILE: the input file a.json cannot be read: the "shape" of x'],
    [request({ shape: 4 }), 'INPUT_FILE: the input file a.json cannot be read: the "shape" of x'],
    [request({ data: undefined }), 'INPUT_FILE: the input file a.json cannot be read: x has no "data"'],
  ])('%s is refused', (text, why) => {
    expect(refusal(text, 'float32')).toContain(why)
  })

  it('are refused under one name, and a list without one where the model takes several', () => {
    const specs = [specOf('float32')]
    expect(() => readJsonInput({ text: '{"x": 1}', path: 'a.json', specs, spec: specs[0], isNamed: true })).toThrow(
      /a\.json cannot be read: it holds inputs by name; give it without a name/,
    )
    expect(refusal('[1]', 'float32', 'float32')).toBe(
      'INPUT_NAME: the model has no input without a name for a.json; it takes x, y',
    )
  })
})

describe('what is no JSON', () => {
  it.each([
    ['', 'line 1, column 1: a value should stand here'],
    ['[1,\n 2,, 3]', 'line 2, column 4: a value should stand here'],
    ['[1, 2', 'line 1, column 6: a ] should stand here'],
    ['[1] [2]', 'line 1, column 5: something follows the value'],
    ['[01]', 'line 1, column 3: a ] should stand here'],
    ['[NaN]', 'line 1, column 2: a value should stand here'],
    ['["a]', 'line 1, column 5: the text does not end'],
    ['["\\x41"]', 'this is no escape of JSON'],
    ['[tru]', 'line 1, column 2: this is no value of JSON'],
    ['{"x" 1}', 'line 1, column 6: a : should stand here'],
    ['{x: 1}', 'line 1, column 2: a key in quotes should stand here'],
    ['{"x": 1, "x": 2}', 'this key stands here a second time'],
    ['['.repeat(100_000), 'it is nested more than 24 deep'],
    [`[${Array(2_000_000).fill('[]').join(',')}]`, 'it has more than 2000000 lists'],
  ])('is refused with its place (%#)', (text, why) => {
    const refused = refusal(text, 'float32')
    expect(refused).toMatch(/^INPUT_FILE: the input file a\.json cannot be read: line \d+, column \d+: /)
    expect(refused).toContain(why)
  })
})

const plain = (value: JsonValue): unknown => {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plain(item)]))
  if (Array.isArray(value)) return value.map(plain)
  return typeof value === 'bigint' ? Number(value) : value
}

describe('the JSON reader', () => {
  it('takes and refuses 20,000 texts, most of them damaged, as JSON.parse does, and rounds to the same numbers', () => {
    const damage = fc.record({
      at: fc.nat(),
      take: fc.nat(2),
      put: fc.constantFrom(...'[]{},:"\\01-.eE+ \n\t\0tfnu', '12345678901234567890', '\\u00', 'null', '-0', '\u2028'),
    })
    const text = fc.oneof(
      fc.json({ maxDepth: 4, stringUnit: 'binary' }),
      fc.array(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n })).map((values) => `[${values.join(' , ')}]`),
      fc.array(fc.double({ noNaN: true, noDefaultInfinity: true })).map((values) => JSON.stringify(values)),
    )
    let taken = 0
    fc.assert(
      fc.property(text, fc.array(damage, { maxLength: 2 }), (whole, damages) => {
        let given = whole
        for (const { at, take, put } of damages) {
          const from = at % (given.length + 1)
          given = given.slice(0, from) + put + given.slice(from + take)
        }
        let expected: unknown
        try {
          expected = JSON.parse(given)
        } catch {
          expect(() => parseJson(given)).toThrow(JsonFault)
          return
        }
        try {
          expect(plain(parseJson(given))).toStrictEqual(expected)
          taken++
        } catch (error) {
          if (!(error instanceof JsonFault)) throw error
          expect(error.message).toMatch(/this key stands here a second time$/)
        }
      }),
      { numRuns: 20_000 },
    )
    expect(taken).toBeGreaterThan(1_000)
  })

  it('makes of any JSON a whole tensor, or an error about the input', () => {
    const leaf = fc.oneof(fc.integer({ min: -9, max: 300 }), fc.double(), fc.string(), fc.boolean(), fc.constant(null))
    const list = fc.array(leaf, { minLength: 2, maxLength: 2 })
    const value = fc.oneof(leaf, list, fc.array(list, { maxLength: 3 }), fc.jsonValue({ maxDepth: 3 }))
    const types = [...(Object.keys(elementsOf) as TensorType[]), 'string' as const]
    fc.assert(
      fc.property(value, fc.constantFrom(...types), (given, type) => {
        try {
          for (const tensor of readAll(JSON.stringify(given), type)) {
            expect(tensor.data.length).toBe(tensor.byteLength)
            if (type !== 'string') expect(tensor.byteLength).toBe(bytesNeeded(type, tensor.dims))
          }
        } catch (error) {
          if (!(error instanceof MeshError)) throw error
          expect(['INPUT_FILE', 'INPUT_TYPE', 'INPUT_SHAPE', 'INPUT_NAME']).toContain(error.code)
        }
      }),
      { numRuns: 5_000 },
    )
  })

  it('reads the data of every answer as the tensor it was, bit by bit but for the payload of a NaN', () => {
    const types = Object.keys(elementsOf) as (keyof typeof elementsOf)[]
    const bits = fc.constantFrom(...types).chain((type) =>
      fc.uint8Array({ minLength: 24, maxLength: 24 }).map((bytes): Tensor => {
        const count = Math.floor(24 / (bytesNeeded(type, [24])! / 24))
        const data = type === 'bool' ? bytes.map((byte) => byte & 1) : bytes
        return { name: 'x', type, dims: [count], byteLength: 24, data }
      }),
    )
    const texts = fc.array(fc.string({ unit: 'binary' })).map((values): Tensor => {
      const data = encodeTexts(values)
      return { name: 'x', type: 'string', dims: [values.length], byteLength: data.length, data }
    })
    fc.assert(
      fc.property(fc.oneof(bits, texts), (tensor) => {
        const again = read(JSON.stringify({ inputs: [tensorJson(tensor, 'omit')] }), tensor.type)
        expect(again.dims).toEqual(tensor.dims)
        expect(valuesOf(again)).toStrictEqual(valuesOf(tensor))
      }),
      { numRuns: 2_000 },
    )
  })
})
