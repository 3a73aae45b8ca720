import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { npyPieces } from '../../../node/cli/answers/npy-writer.ts'
import { tensorOfNpy } from '../../../node/cli/inputs/npy-reader.ts'
import { elementsOf } from '../../../node/tensors/elements.ts'
import { decodeTexts, encodeTexts } from '../../../node/tensors/text-elements.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { bytesNeeded, elementCount, type Tensor, type TensorType } from '../../../protocols/wire/job/tensor.ts'
import { checkStringLengths } from '../../../protocols/wire/job/tensor-check.ts'
import '../../support/property-seed.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A file as numpy 1.0 lays it out, its header given word by word. */
function npy(dictionary: string, data: Uint8Array, version = 1): Uint8Array {
  const prefix = version === 1 ? 10 : 12
  const text = `${dictionary.padEnd(Math.ceil((prefix + dictionary.length + 1) / 64) * 64 - prefix - 1)}\n`
  const head = Buffer.alloc(prefix)
  head.write('\x93NUMPY', 0, 'latin1')
  head.writeUInt8(version, 6)
  if (version === 1) head.writeUInt16LE(text.length, 8)
  else head.writeUInt32LE(text.length, 8)
  return Buffer.concat([head, Buffer.from(text), data])
}

const dictionary = (descr: string, shape: string, order = 'False'): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }`

const placeOf = (type: TensorType) => ({ spec: { name: 'x', type, dims: ['n'] }, path: 'a.npy' })

const read = (bytes: Uint8Array, type: TensorType): Tensor => tensorOfNpy(bytes, placeOf(type))

function refusal(bytes: Uint8Array, type: TensorType): string {
  try {
    read(bytes, type)
  } catch (error) {
    if (error instanceof MeshError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'taken'
}

const valuesOf = ({ type, dims, data }: Tensor): readonly unknown[] => {
  const count = elementCount(dims)!
  if (type === 'string') return decodeTexts(data, count)!
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  return Array.from({ length: count }, (_, i) => elementsOf[type].read(view, i))
}

const float32s = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer)

describe('a .npy file', () => {
  const two = float32s(1.5, -2)

  it('is read in versions 1.0, 2.0 and 3.0, without a copy where nothing is converted', () => {
    for (const version of [1, 2, 3]) {
      const bytes = npy(dictionary('<f4', '(2,)'), two, version)
      const tensor = read(bytes, 'float32')
      expect(tensor).toMatchObject({ name: 'x', type: 'float32', dims: [2], byteLength: 8 })
      expect(valuesOf(tensor)).toEqual([1.5, -2])
      expect(tensor.data.buffer).toBe(bytes.buffer)
    }
  })

  it('may have its keys in any order, in either quotes, and shapes as Python 2 wrote them', () => {
    const header = `{"shape":(1L,2L),'fortran_order':False , "descr":"<f4"}`
    expect(read(npy(header, two), 'float32').dims).toEqual([1, 2])
  })

  it('may be a scalar, or empty', () => {
    expect(read(npy(dictionary('<f4', '()'), two.subarray(0, 4)), 'float32').dims).toEqual([])
    expect(read(npy(dictionary('<f4', '(0, 3)'), new Uint8Array()), 'float32').dims).toEqual([0, 3])
    expect(read(npy(dictionary('<U3', '(0,)'), new Uint8Array()), 'string')).toMatchObject({ dims: [0], byteLength: 0 })
  })

  it('of big-endian numbers or texts is turned around', () => {
    expect(valuesOf(read(npy(dictionary('>i2', '(2,)'), Uint8Array.of(1, 2, 255, 254)), 'int16'))).toEqual([258, -2])
    const text = Uint8Array.of(0, 0, 0x20, 0xac, 0, 1, 0xf6, 0)
    expect(valuesOf(read(npy(dictionary('>U2', '(1,)'), text), 'string'))).toEqual(['€😀'])
  })

  it('in Fortran order is transposed', () => {
    const data = Uint8Array.of(0, 3, 1, 4, 2, 5)
    expect(valuesOf(read(npy(dictionary('|u1', '(2, 3)', 'True'), data), 'uint8'))).toEqual([0, 1, 2, 3, 4, 5])
    const cube = Uint8Array.from({ length: 24 }, (_, i) => i)
    const tensor = read(npy(dictionary('|u1', '(2, 3, 4)', 'True'), cube), 'uint8')
    expect(tensor.data[1 * 12 + 2 * 4 + 3]).toBe(1 + 2 * 2 + 3 * 6)
    expect(tensor.data[0 * 12 + 1 * 4 + 2]).toBe(0 + 1 * 2 + 2 * 6)
  })

  it('of float64 is rounded to float32, and nothing else is converted silently', () => {
    const doubles = new Uint8Array(Float64Array.of(0.1, Number.NaN, Number.POSITIVE_INFINITY).buffer)
    const file = npy(dictionary('<f8', '(3,)'), doubles)
    expect(valuesOf(read(file, 'float32'))).toEqual([Math.fround(0.1), Number.NaN, Number.POSITIVE_INFINITY])
    expect(refusal(file, 'float16')).toMatch(/INPUT_TYPE: the input x in a.npy is float64; the model takes float16/)
    expect(refusal(npy(dictionary('<f4', '(2,)'), two), 'float64')).toMatch(/is float32; the model takes float64/)
    expect(refusal(npy(dictionary('<i8', '(1,)'), new Uint8Array(8)), 'int32')).toMatch(/astype\('int32'\)/)
    const huge = new Uint8Array(Float64Array.of(1e300).buffer)
    expect(refusal(npy(dictionary('<f8', '(1,)'), huge), 'float32')).toMatch(/INPUT_TYPE.* is 1e\+300; /)
  })

  it('of int8 is packed for int4, where every value fits', () => {
    const file = (...values: number[]) => npy(dictionary('|i1', `(${values.length},)`), Uint8Array.from(values))
    expect(read(file(-8, 7, -1), 'int4').data).toEqual(Uint8Array.of(0x78, 0x0f))
    expect(refusal(file(8), 'int4')).toMatch(/INPUT_TYPE.* is 8; the model takes int4: -8 to 7/)
    expect(refusal(npy(dictionary('|u1', '(1,)'), Uint8Array.of(16)), 'uint4')).toMatch(/is 16; /)
  })

  it.each(['|O', '<c8', '<M8[ns]', '|S5', '|V2', '<f16', '<U0', '|i4', '=f4', 'f4', '<b2', '<U99999999999'])(
    'of the type %s is refused by name',
    (descr) => {
      const refused = refusal(npy(dictionary(descr, '(0,)'), new Uint8Array()), 'float32')
      expect(refused).toContain(`INPUT_TYPE: the input x in a.npy is of numpy's type ${descr}`)
    },
  )

  it('with a byte that is no bool, or a number that is no character, is refused', () => {
    expect(refusal(npy(dictionary('|b1', '(2,)'), Uint8Array.of(1, 2)), 'bool')).toMatch(/INPUT_TYPE.*a bool of 2/)
    const half = Uint8Array.of(0, 0xd8, 0, 0)
    expect(refusal(npy(dictionary('<U1', '(1,)'), half), 'string')).toMatch(/INPUT_TYPE.*0xd800/)
  })

  it.each([
    ['is longer', '(1,)', 4],
    ['is shorter', '(3,)', 12],
    ['claims 10^12 elements', '(1000000, 1000000)', 4e12],
    ['claims more than numbers can say', `(${Array(16).fill(2_147_483_647).join(', ')})`, Number.POSITIVE_INFINITY],
  ])('that %s is refused before anything of that size exists', (_, shape, expected) => {
    const before = process.memoryUsage().arrayBuffers
    const error = refusal(npy(dictionary('<f4', shape), two), 'float32')
    expect(error).toBe(`INPUT_SIZE: the input x in a.npy has 8 bytes; its type and shape need ${expected}`)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1_000_000)
  })

  it.each([
    ['another beginning', Buffer.from('NUMPY and more bytes')],
    ['no bytes', new Uint8Array()],
    ['version 4.0', npy(dictionary('<f4', '(2,)'), two).with(6, 4)],
    ['version 1.1', npy(dictionary('<f4', '(2,)'), two).with(7, 1)],
    ['an end inside the prefix', npy(dictionary('<f4', '(2,)'), two).subarray(0, 9)],
    ['an end inside the header', npy(dictionary('<f4', '(2,)'), two).subarray(0, 40)],
    ['a header of 20,000 bytes', npy(dictionary('<f4', '(2,)').padEnd(20_000), two)],
    ['a header of 4 GB', npy(dictionary('<f4', '(2,)'), two, 2).fill(255, 8, 12)],
    ['a key too many', npy(`{'a': True, ${dictionary('<f4', '(2,)').slice(1)}`, two)],
    ['a key twice', npy(`{'descr': '<f4', ${dictionary('<f4', '(2,)').slice(1)}`, two)],
    ['a key too few', npy(`{'descr': '<f4', 'shape': (2,)}`, two)],
    ['fields', npy(`{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}`, two)],
    ['17 dimensions', npy(dictionary('<f4', `(${Array(17).fill(1).join(', ')})`), two)],
    ['a dimension beyond 2^31', npy(dictionary('<f4', '(0, 2147483648)'), new Uint8Array())],
    ['a negative dimension', npy(dictionary('<f4', '(-2,)'), two)],
    ['a number for a shape', npy(dictionary('<f4', '(2)'), two)],
    ['a missing comma', npy(dictionary('<f4', '(1 2)'), two)],
    ['a program', npy(dictionary('<f4', '__import__("os")'), two)],
    ['something behind the dictionary', npy(`${dictionary('<f4', '(2,)')} + {}`, two)],
    ['an escape', npy(dictionary('\\x3cf4', '(2,)'), two)],
  ])('with %s is refused by its path', (_, bytes) => {
    expect(refusal(bytes, 'float32')).toMatch(/^INPUT_FILE: the input file a\.npy cannot be read: /)
  })
})

/** Any tensor of up to 200 elements, its bytes any bits that the type allows. */
const anyTensor: fc.Arbitrary<Tensor> = fc
  .record({
    type: fc.constantFrom(...(Object.keys(elementsOf) as TensorType[]), 'string' as const),
    dims: fc.array(fc.nat(6), { maxLength: 3 }),
  })
  .chain(({ type, dims }) => {
    const count = elementCount(dims)!
    const data: fc.Arbitrary<Uint8Array> =
      type === 'string'
        ? fc
            .array(
              fc.string({ unit: 'binary', maxLength: 5 }).filter((text) => !text.endsWith('\0')),
              { minLength: count, maxLength: count },
            )
            .map(encodeTexts)
        : fc.uint8Array({ minLength: bytesNeeded(type, dims)!, maxLength: bytesNeeded(type, dims)! })
    return data.map((bytes) => {
      const clean = type === 'bool' ? bytes.map((byte) => byte & 1) : bytes
      // The unused half of the last byte.
      if (clean.length > 0 && count % 2 === 1 && (type === 'int4' || type === 'uint4')) clean[clean.length - 1]! &= 15
      return { name: 'x', type, dims, byteLength: clean.length, data: clean }
    })
  })

const fileOf = (tensor: Tensor): Uint8Array => {
  const pieces = npyPieces(tensor)
  if (typeof pieces === 'string') throw new Error(pieces)
  return Buffer.concat(pieces)
}

describe('the .npy writer', () => {
  it('writes what the reader reads as the same tensor, whatever its type, shape and bits', () => {
    fc.assert(
      fc.property(anyTensor, (tensor) => {
        const again = read(fileOf(tensor), tensor.type)
        expect({ ...again, data: [...again.data] }).toEqual({ ...tensor, data: [...tensor.data] })
      }),
      { numRuns: 2_000 },
    )
  })

  it('says why texts cannot be kept', () => {
    const ofTexts = (...texts: string[]): Tensor => {
      const data = encodeTexts(texts)
      return { name: 'x', type: 'string', dims: [texts.length], byteLength: data.length, data }
    }
    expect(npyPieces(ofTexts('a\0'))).toMatch(/zero character/)
    expect(npyPieces(ofTexts('a'.repeat(3_000_000), ...Array(100).fill('')))).toMatch(/1212000000 bytes/)
  })

  it('refuses a tensor that is not what its header says', () => {
    const tensor: Tensor = { name: 'x', type: 'float32', dims: [3], byteLength: 8, data: new Uint8Array(8) }
    expect(() => npyPieces(tensor)).toThrow(MeshError)
    const none: Tensor = { ...tensor, type: 'string', dims: [2 ** 31, 8] }
    expect(() => npyPieces(none)).toThrow(MeshError)
    const texts: Tensor = { ...tensor, type: 'string', dims: [1], data: Uint8Array.of(1, 0, 0, 0, 255) }
    expect(() => npyPieces(texts)).toThrow(/texts in UTF-8/)
  })
})

describe('the .npy reader', () => {
  it('answers 20,000 damaged files with a whole tensor of at most twice their bytes, or an error about the input', () => {
    const damage = fc.record({
      at: fc.nat(),
      take: fc.nat(4),
      put: fc.oneof(
        fc.uint8Array({ maxLength: 3 }),
        fc.constantFrom('9', ',', '(', ')', "'", '0, ', '>', 'True', '999999999').map((text) => Buffer.from(text)),
      ),
    })
    let taken = 0
    fc.assert(
      fc.property(anyTensor, fc.array(damage, { minLength: 1, maxLength: 3 }), (tensor, damages) => {
        let bytes: Uint8Array = fileOf(tensor)
        for (const { at, take, put } of damages) {
          const from = at % (bytes.length + 1)
          bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + take)])
        }
        try {
          const found = read(bytes, tensor.type)
          taken++
          // A text of one character is 4 bytes in the file, and up to 4 beside its length here.
          expect(found.byteLength).toBeLessThanOrEqual(bytes.length * 2)
          if (found.type === 'string') checkStringLengths(found, found.data)
          else expect(found.byteLength).toBe(bytesNeeded(found.type, found.dims))
        } catch (error) {
          if (!(error instanceof MeshError)) throw error
          expect(['INPUT_FILE', 'INPUT_TYPE', 'INPUT_SIZE']).toContain(error.code)
        }
      }),
      { numRuns: 20_000 },
    )
    expect(taken).toBeGreaterThan(100)
  })
})

const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0

describe.skipIf(!hasNumpy)('numpy', () => {
  const types = { '?': 'bool', e: 'float16', f: 'float32', d: 'float64', b: 'int8', h: 'int16', i: 'int32', l: 'int64' }
  const unsigned = { B: 'uint8', H: 'uint16', I: 'uint32', L: 'uint64' }

  it('writes files of every type, order and version that are read as their values', () => {
    const folder = temporaryFolder()
    const all = Object.entries({ ...types, ...unsigned })
    const script = `
import sys, numpy as np
folder = sys.argv[1]
for code in '${all.map(([code]) => code).join('')}':
    a = (np.arange(24) % 2 if code == '?' else np.arange(24)).reshape(2, 3, 4).astype(code)
    for version in ((1, 0), (2, 0), (3, 0)):
        for order in 'CF':
            for end in '<>':
                name = f'{folder}/{"bool" if code == "?" else code + ("_" if code.isupper() else "")}-{version[0]}{order}{"b" if end == ">" else "l"}.npy'
                with open(name, 'wb') as file:
                    np.lib.format.write_array(file, np.asarray(a.astype(a.dtype.newbyteorder(end)), order=order), version=version)
np.save(f'{folder}/texts.npy', np.array([['Grüße', ''], ['😀', 'a\\nb']]))
np.save(f'{folder}/scalar.npy', np.float32(0.5))
`
    execFileSync('python3', ['-c', script, folder])
    for (const [code, type] of all) {
      const name = code === '?' ? 'bool' : code in unsigned ? `${code}_` : code
      for (const variant of ['1Cl', '1Cb', '1Fl', '1Fb', '2Cl', '2Fb', '3Cb', '3Fl']) {
        const tensor = read(readFileSync(join(folder, `${name}-${variant}.npy`)), type as TensorType)
        expect(tensor.dims).toEqual([2, 3, 4])
        expect(valuesOf(tensor).map(Number)).toEqual(Array.from({ length: 24 }, (_, i) => (code === '?' ? i % 2 : i)))
      }
    }
    const texts = read(readFileSync(join(folder, 'texts.npy')), 'string')
    expect([texts.dims, valuesOf(texts)]).toEqual([
      [2, 2],
      ['Grüße', '', '😀', 'a\nb'],
    ])
    const scalar = read(readFileSync(join(folder, 'scalar.npy')), 'float32')
    expect([scalar.dims, valuesOf(scalar)]).toEqual([[], [0.5]])
  })

  it('loads what the writer writes', () => {
    const folder = temporaryFolder()
    const data = encodeTexts(['Grüße', '', '😀'])
    const tensors: Tensor[] = [
      { name: 'f', type: 'float32', dims: [2, 1], byteLength: 8, data: float32s(1.5, -2) },
      { name: 'q', type: 'int4', dims: [3], byteLength: 2, data: Uint8Array.of(0x78, 0x0f) },
      { name: 't', type: 'string', dims: [3], byteLength: data.length, data },
      { name: 's', type: 'bool', dims: [], byteLength: 1, data: Uint8Array.of(1) },
      { name: 'e', type: 'uint64', dims: [0, 4], byteLength: 0, data: new Uint8Array() },
    ]
    for (const tensor of tensors) writeFileSync(join(folder, `${tensor.name}.npy`), fileOf(tensor))
    const script = `
import sys, json, numpy as np
arrays = [np.load(f'{sys.argv[1]}/{name}.npy', allow_pickle=False) for name in 'fqtse']
print(json.dumps([[str(a.dtype), list(a.shape), a.tolist()] for a in arrays]))
`
    expect(JSON.parse(execFileSync('python3', ['-c', script, folder], { encoding: 'utf8' }))).toEqual([
      ['float32', [2, 1], [[1.5], [-2]]],
      ['int8', [3], [-8, 7, -1]],
      ['<U5', [3], ['Grüße', '', '😀']],
      ['bool', [], true],
      ['uint64', [0, 4], []],
    ])
  })
})
