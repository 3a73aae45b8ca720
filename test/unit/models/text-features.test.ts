import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesToInput, TEXT_BYTES_MAX, type TextPreprocess, textToInput } from '../../../node/models/shipped/index.ts'
import { textFeatures, wordsOf } from '../../../node/models/shipped/text-features.ts'
import { isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import '../../support/property-seed.ts'

const spec: TextPreprocess = {
  kind: 'text-ngrams',
  input: 'features',
  groupLengthMin: 1,
  groupLengthMax: 4,
  buckets: 4096,
  description: '',
}

/** Filled buckets and their values, to six digits. */
const filled = (text: string, groups: Partial<TextPreprocess> = {}): [number, number][] => {
  const values = textFeatures(text, { ...spec, ...groups })
  return [...values!.entries()].flatMap(([bucket, value]) => (value === 0 ? [] : [[bucket, +value.toFixed(6)]]))
}

/** FNV-1a as its authors define it, in arithmetic that cannot overflow. */
function fnv1a(group: string): number {
  let hash = 2166136261n
  for (const byte of Buffer.from(group)) hash = ((hash ^ BigInt(byte)) * 16777619n) % 2n ** 32n
  return Number(hash)
}

const bucketOf = (group: string): number => {
  const hash = fnv1a(group)
  return ((hash % 65536) ^ Math.floor(hash / 65536)) + Math.floor(hash / 65536) * 65536
}

const errorOf = async (act: () => unknown): Promise<MeshError | undefined> => {
  try {
    await act()
  } catch (error) {
    if (error instanceof MeshError) return error
    throw error
  }
  return undefined
}

/** Words of letters of several scripts, some of which have marks. */
const word = fc.stringMatching(/^(?:[a-zà-öø-ÿ]|[а-яё]|[\u05d0-\u05ea]|[\u0e01-\u0e2e]|[一-丿]|[가-깋]|e\u0301){1,9}$/)
const words = fc.array(word, { minLength: 1, maxLength: 12 })

describe('the features of a text', () => {
  it('are where the published FNV-1a vectors say', () => {
    // From the authors' list of test values.
    expect([fnv1a(''), fnv1a('a'), fnv1a('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968])
    const oneGroup = filled('foobar', { groupLengthMin: 8, groupLengthMax: 8, buckets: 65536 })
    const folded = fnv1a(' foobar ')
    expect(oneGroup).toEqual([[(folded ^ (folded >>> 16)) & 0xffff, 1]])
  })

  it('are the groups of one to four letters of a word between spaces', () => {
    const groups = ['h', 'i', ' h', 'hi', 'i ', ' hi', 'hi ', ' hi ']
    const expected = groups.map((group): [number, number] => [bucketOf(group) % 4096, +Math.sqrt(1 / 8).toFixed(6)])
    expect(filled('Hi!')).toEqual(expected.sort(([a], [b]) => a - b))
  })

  it('hold a group that is there twice as the square root of its share', () => {
    const values = textFeatures('aa', { groupLengthMin: 1, groupLengthMax: 1, buckets: 4096 })!
    expect([...values].filter((value) => value !== 0)).toEqual([1])
    const shares = filled('aab', { groupLengthMin: 1, groupLengthMax: 1 }).map(([, value]) => value ** 2)
    expect(shares.map((share) => share.toFixed(3)).sort()).toEqual(['0.333', '0.667'])
  })

  it('count code points, not halves of surrogate pairs', () => {
    expect(filled('\u{20000}', { groupLengthMax: 1 })).toEqual([[bucketOf('\u{20000}') % 4096, 1]])
  })

  it('always have squares that add up to 1', () => {
    fc.assert(
      fc.property(words, (list) => {
        const values = textFeatures(list.join(' '), spec)!
        expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 4)
      }),
    )
  })

  it('do not depend on the normal form, on capitals, or on what stands between the words', () => {
    const signs = ['\t', '\n', '. ', ', ', '?', ' 42 ', '«', '»', '…', '☀\ufe0f', '\u{1f600}', '-']
    const gap = fc.array(fc.constantFrom(...signs), { minLength: 1, maxLength: 4 }).map((list) => list.join(''))
    fc.assert(
      fc.property(words, gap, gap, (list, between, around) => {
        const plain = filled(list.join(' '))
        expect(filled(list.join(' ').normalize('NFD'))).toEqual(plain)
        expect(filled(`${around}${list.join(between)}${around}`)).toEqual(plain)
        const lower = list.filter((item) => item.toUpperCase().toLowerCase() === item)
        if (lower.length > 0) expect(filled(lower.join(' ').toUpperCase())).toEqual(filled(lower.join(' ')))
      }),
    )
  })

  it('do not depend on the order of the words', () => {
    fc.assert(
      fc.property(words, (list) => {
        expect(filled(list.toReversed().join(' '))).toEqual(filled(list.join(' ')))
      }),
    )
  })

  it('leave emoji, digits and marks without a letter aside', () => {
    expect(wordsOf('☀️ 42 \u0301 naïve 3rd')).toEqual(['naïve', 'rd'])
  })
})

describe('a text as input', () => {
  it('is one float32 row, little-endian', () => {
    const { name, type, dims, byteLength, data } = textToInput('hi', spec)
    expect({ name, type, dims, byteLength }).toEqual({
      name: 'features',
      type: 'float32',
      dims: [1, 4096],
      byteLength: 16_384,
    })
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    expect(view.getFloat32((bucketOf('h') % 4096) * 4, true)).toBeCloseTo(Math.sqrt(1 / 8), 6)
  })

  it('is refused with the file named where no letter is in it', async () => {
    for (const text of ['', ' \n', '42 + 1 = 43', '😀☀️', '\ud800']) {
      const error = await errorOf(() => textToInput(text, spec, { path: 'a.txt' }))
      expect(error?.code).toBe('INPUT_FILE')
      expect(error?.message).toMatch(/a\.txt.*no letter/)
    }
  })

  it('is taken up to its limit in bytes and refused beyond', async () => {
    expect(textToInput('ä'.repeat(TEXT_BYTES_MAX / 2), spec).dims).toEqual([1, 4096])
    const facts = { given: TEXT_BYTES_MAX + 1, max: TEXT_BYTES_MAX }
    const long = `${'ä'.repeat(TEXT_BYTES_MAX / 2)}a`
    expect(await errorOf(() => textToInput(long, spec))).toMatchObject({ code: 'INPUT_TOO_LARGE', facts })
    expect(await errorOf(() => bytesToInput(Buffer.from(long), spec))).toMatchObject({ code: 'INPUT_TOO_LARGE', facts })
  })

  it('is the same from a file as from the text, with a byte-order mark or without', async () => {
    const text = 'Où est la gare ?'
    const direct = textToInput(text, spec)
    expect(await bytesToInput(Buffer.from(text), spec)).toEqual(direct)
    expect(await bytesToInput(Buffer.from(`\ufeff${text}`), spec)).toEqual(direct)
  })

  it('is refused where the file is not UTF-8, and not read after the caller has given up', async () => {
    const latin1 = Buffer.from('Où est la gare ?', 'latin1')
    const error = await errorOf(() => bytesToInput(latin1, spec, { path: 'b.txt' }))
    expect(error?.code).toBe('INPUT_FILE')
    expect(error?.message).toMatch(/b\.txt.*UTF-8/)
    const late = bytesToInput(Buffer.from('hello'), spec, { signal: AbortSignal.abort() })
    expect((await errorOf(() => late))?.code).toBe('CANCELLED')
  })

  it('is features or a named refusal, whatever the bytes and the text', async () => {
    const isNamed = async (act: () => unknown) => {
      const error = await errorOf(act)
      expect(error === undefined || isMeshError(error, 'INPUT_FILE')).toBe(true)
    }
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), (bytes) => isNamed(() => bytesToInput(bytes, spec))),
    )
    const text = fc.string({ unit: 'binary', maxLength: 300 })
    await fc.assert(fc.asyncProperty(text, (given) => isNamed(() => textToInput(given, spec))))
  })
})
