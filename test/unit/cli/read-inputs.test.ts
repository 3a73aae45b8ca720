import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { npyPieces } from '../../../node/cli/answers/npy-writer.ts'
import { type InputRequest, readInputs } from '../../../node/cli/inputs/read-inputs.ts'
import { type ShippedModel, shippedModels } from '../../../node/models/shipped/index.ts'
import { decodeTexts } from '../../../node/tensors/text-elements.ts'
import { isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import { INPUT_BYTES_MAX } from '../../../protocols/kernel/limits.ts'
import { elementCount, type Tensor, type TensorSpec } from '../../../protocols/wire/job/tensor.ts'
import { floats, floatsIn, int64Of } from '../../support/engines/tensor-of.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const characters = shippedModels().find(({ name }) => name === 'characters')!
const image = join(characters.folder, 'samples', 'letter-A.png')
const imageSpecs = characters.manifest.inputs

const textSpec: TensorSpec = { name: 'features', type: 'float32', dims: ['batch', 64] }
const textModel: ShippedModel = {
  ...characters,
  name: 'texts',
  manifest: {
    ...characters.manifest,
    task: 'text-classification',
    inputs: [textSpec],
    preprocess: {
      kind: 'text-ngrams',
      input: 'features',
      description: '',
      groupLengthMin: 1,
      groupLengthMax: 3,
      buckets: 64,
    },
  },
}

const ids: TensorSpec = { name: 'ids', type: 'int64', dims: ['batch', 3] }
const mask: TensorSpec = { name: 'mask', type: 'float32', dims: ['batch', 2] }
const words: TensorSpec = { name: 'words', type: 'string', dims: ['n'] }

const read = (given: readonly string[], specs: readonly TensorSpec[], more: Partial<InputRequest> = {}) =>
  readInputs({ given, specs, signal: new AbortController().signal, ...more })

async function refusal(...request: Parameters<typeof read>): Promise<string> {
  try {
    await read(...request)
  } catch (error) {
    if (error instanceof MeshError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'taken'
}

async function* stream(...pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield Buffer.from(piece)
}

const fileOf = (tensor: Tensor): Uint8Array => Buffer.concat(npyPieces(tensor) as readonly Uint8Array[])

const textsIn = ({ data, dims }: Tensor) => decodeTexts(data, elementCount(dims)!)

/** Puts files into a folder of the test's own. */
function files(contents: Readonly<Record<string, string | Uint8Array>>): (name: string) => string {
  const folder = temporaryFolder()
  for (const [name, content] of Object.entries(contents)) writeFileSync(join(folder, name), content)
  return (name) => join(folder, name)
}

describe('an input of a model of ours', () => {
  it('is made from an image, which its first bytes show whatever its name is', async () => {
    const [tensor] = await read([image], imageSpecs, { shipped: characters })
    expect(tensor).toMatchObject({ name: 'image', type: 'float32', dims: [1, 1, 28, 28] })
    const at = temporaryFolder()
    copyFileSync(image, join(at, 'a=b.txt'))
    expect(await read([join(at, 'a=b.txt')], imageSpecs, { shipped: characters })).toEqual([tensor])
    expect(await read([`image=${image}`], imageSpecs, { shipped: characters })).toEqual([tensor])
  })

  it('is made from a text: itself, of a file, or of stdin', async () => {
    const text = 'Wo ist = der Bahnhof?'
    const [tensor] = await read([text], [textSpec], { shipped: textModel })
    expect(tensor).toMatchObject({ name: 'features', dims: [1, 64] })
    expect(floatsIn(tensor!).reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(1)
    const at = files({ 'a.txt': `\ufeff${text}\r\n` })
    const stdin = stream('Wo ist = der ', 'Bahnhof?\n')
    expect(await read([at('a.txt')], [textSpec], { shipped: textModel })).toEqual([tensor])
    expect(await read(['-'], [textSpec], { shipped: textModel, stdin })).toEqual([tensor])
    expect(await read([`features=${text}`], [textSpec], { shipped: textModel })).toEqual([tensor])
  })

  it('may be the tensor itself', async () => {
    const tensor = floats('image', [1, 28, 28], Array(784).fill(0.5))
    const at = files({ 'a.npy': fileOf(tensor), 'a.json': JSON.stringify([Array(28).fill(Array(28).fill(0.5))]) })
    for (const name of ['a.npy', 'a.json'])
      expect(await read([at(name)], imageSpecs, { shipped: characters })).toEqual([{ ...tensor, dims: [1, 1, 28, 28] }])
  })

  it('that is of another kind is refused with what the model takes', async () => {
    const at = files({ 'a.txt': 'hello', 'b.png': 'hello', 'c.txt': Uint8Array.of(255, 254), 'd.txt': '1 2 3' })
    const taken = 'the model takes an image, or float32 [batch, 1, 28, 28] as .npy or .json'
    expect(await refusal([at('a.txt')], imageSpecs, { shipped: characters })).toBe(
      `INPUT_FILE: the input file ${at('a.txt')} cannot be read: it is no .npy, .json or image file; ${taken}`,
    )
    expect(await refusal([at('b.png')], imageSpecs, { shipped: characters })).toMatch(/INPUT_FILE.*b\.png/)
    expect(await refusal([image], [textSpec], { shipped: textModel })).toContain(
      'it is an image; the model takes a text',
    )
    expect(await refusal([at('c.txt')], [textSpec], { shipped: textModel })).toContain('it is no text in UTF-8')
    expect(await refusal([at('d.txt')], [textSpec], { shipped: textModel })).toContain('there is no letter in it')
    expect(await refusal(['hello'], imageSpecs, { shipped: characters })).toContain('there is no such file')
  })
})

describe('an input of any model', () => {
  it('is a .npy or .json file, given a leading dimension of 1 where that is left away', async () => {
    const tensor = int64Of('ids', [3], 1, 2, 3)
    const at = files({
      'a.npy': fileOf(tensor),
      'b.npy': fileOf({ ...tensor, dims: [1, 3] }),
      'a.json': '[1, 2, 3]',
      'a.data': ' \n[[1, 2, "3"]]',
    })
    for (const name of ['a.npy', 'b.npy', 'a.json', 'a.data'])
      expect(await read([at(name)], [ids])).toEqual([{ ...tensor, dims: [1, 3] }])
    expect(await read(['-'], [ids], { stdin: stream('\ufeff[', '1,2,3]') })).toEqual([{ ...tensor, dims: [1, 3] }])
    expect(
      await read(['-'], [ids], { stdin: stream(...[...fileOf(tensor)].map((byte) => Uint8Array.of(byte))) }),
    ).toEqual([{ ...tensor, dims: [1, 3] }])
  })

  it('keeps the shape it has where a 1 would not make it fit', async () => {
    const at = files({ 'a.json': '[1, 2]', 'b.json': '[[[1, 2, 3]]]', 'c.json': '[0.5, 1]' })
    expect(await refusal([at('a.json')], [ids])).toBe(
      `INPUT_SHAPE: the input ids in ${at('a.json')} has the shape [2]; the model takes [batch, 3]`,
    )
    expect(await refusal([at('b.json')], [ids])).toContain('has the shape [1, 1, 3]')
    const fixed: TensorSpec = { name: 'x', type: 'float32', dims: [1, 2] }
    expect(await refusal([at('c.json')], [fixed])).toContain('has the shape [2]; the model takes [1, 2]')
  })

  it('of strings is a text, or a list of them', async () => {
    const at = files({ 'a.txt': 'two\nlines\n', 'a.json': '["a", "b"]' })
    expect(textsIn((await read(['[not] a file'], [words]))[0]!)).toEqual(['[not] a file'])
    expect(textsIn((await read([''], [words]))[0]!)).toEqual([''])
    expect(textsIn((await read([at('a.txt')], [words]))[0]!)).toEqual(['two\nlines'])
    expect(textsIn((await read([at('a.json')], [words]))[0]!)).toEqual(['a', 'b'])
    expect(textsIn((await read(['-'], [words], { stdin: stream('["a"]') }))[0]!)).toEqual(['["a"]'])
    expect((await read(['word'], [{ ...words, dims: ['n', 1] }]))[0]!.dims).toEqual([1, 1])
    expect(await refusal(['word'], [{ ...words, dims: [2] }])).toBe(
      'INPUT_SHAPE: the input words in the text given has the shape [1]; the model takes [2]',
    )
  })

  it('that looks like a path is not taken for a text', async () => {
    expect(await refusal(['./lettre.TXT'], [words])).toBe(
      'INPUT_FILE: the input file ./lettre.TXT cannot be read: there is no such file',
    )
    expect(textsIn((await read(['I wrote lettre.txt'], [words]))[0]!)).toEqual(['I wrote lettre.txt'])
  })
})

describe('several inputs', () => {
  it('come by name, in one file or in several', async () => {
    const at = files({
      'ids.json': '[1, 2, 3]',
      'mask.json': '[[0.5, 1]]',
      'both.json': '{"mask": [0.5, 1], "ids": [1,2,3]}',
    })
    const [first, second] = [int64Of('ids', [1, 3], 1, 2, 3), floats('mask', [1, 2], [0.5, 1])]
    expect(await read([`mask=${at('mask.json')}`, `ids=${at('ids.json')}`], [ids, mask])).toEqual([second, first])
    expect(await read([at('both.json')], [ids, mask])).toEqual([second, first])
    expect(await read([`ids=${at('ids.json')}`, 'mask=-'], [ids, mask], { stdin: stream('[0.5, 1]') })).toHaveLength(2)
  })

  it('may have names that begin alike, with = in them', async () => {
    const specs = [words, { ...words, name: 'words=a' }]
    const found = await read(['words=a=b', 'words=c'], specs)
    expect(found.map((tensor) => [tensor.name, ...textsIn(tensor)!])).toEqual([
      ['words=a', 'b'],
      ['words', 'c'],
    ])
  })

  it('that are missing, unknown, twice there or without a name are refused', async () => {
    const at = files({ 'ids.json': '[1, 2, 3]', 'both.json': '{"mask": [0.5, 1], "ids": [1, 2, 3]}' })
    const own = `ids=${at('ids.json')}`
    expect(await refusal([own], [ids, mask])).toBe('INPUT_MISSING: the input mask is missing')
    expect(await refusal([], [ids])).toBe('INPUT_MISSING: the input ids is missing')
    expect(await refusal([own, at('both.json')], [ids, mask])).toContain('no input ids a second time')
    expect(await refusal([`id=${at('ids.json')}`], [ids])).toBe('INPUT_NAME: the model has no input id; it takes ids')
    expect(await refusal([at('ids.json')], [ids, mask])).toContain(`no input without a name for ${at('ids.json')}`)
    expect(await refusal([image], [ids, mask])).toContain(`no input without a name for ${image}`)
    expect(await refusal([`ids=${at('both.json')}`], [ids, mask])).toContain('give it without a name')
    expect(await refusal(['ids=-', 'mask=-'], [ids, mask], { stdin: stream() })).toContain('it can be read once only')
  })
})

describe('a file', () => {
  it('of a type the model does not take names both, and itself', async () => {
    const at = files({ 'a.npy': fileOf(floats('x', [3], [1, 2, 3])), 'a.json': '[1, 2, 0.5]' })
    expect(await refusal([at('a.npy')], [ids])).toBe(
      `INPUT_TYPE: the input ids in ${at('a.npy')} is float32; the model takes int64: save it with .astype('int64')`,
    )
    expect(await refusal([at('a.json')], [ids])).toContain(`the input ids in ${at('a.json')} is 0.5 at [2]`)
    expect(await refusal([image], [ids])).toContain('it is an image; the model takes int64 [batch, 3] as .npy or .json')
  })

  it('that is damaged, empty, absent, an archive or a folder is refused by its path', async () => {
    const npy = fileOf(int64Of('ids', [3], 1, 2, 3))
    const at = files({
      'short.npy': npy.subarray(0, npy.length - 1),
      'text.npy': 'hello',
      'empty.npy': '',
      'empty.json': '',
      'a.npz': 'PK\x03\x04...',
      'latin.json': Uint8Array.of(0x5b, 0xe9, 0x5d),
    })
    mkdirSync(at('folder'))
    expect(await refusal([at('short.npy')], [ids])).toBe(
      `INPUT_SIZE: the input ids in ${at('short.npy')} has 23 bytes; its type and shape need 24`,
    )
    for (const name of [
      'text.npy',
      'empty.npy',
      'empty.json',
      'a.npz',
      'latin.json',
      'folder',
      'absent',
      'absent.npy/x',
    ])
      expect(await refusal([at(name)], [ids])).toContain(`INPUT_FILE: the input file ${at(name)} cannot be read: `)
    expect(await refusal(['a\0b'], [ids])).toMatch(/^INPUT_FILE/)
    expect(await refusal(['x'.repeat(10_000)], [ids])).toMatch(/^INPUT_FILE/)
    expect(await refusal(['-'], [ids])).toBe(
      'INPUT_FILE: the input file stdin cannot be read: nothing is piped into this command',
    )
  })

  it('that is too large is refused before it is read', async () => {
    const at = files({ 'a.npy': fileOf(int64Of('ids', [3], 1, 2, 3)), 'a.json': '[', 'a.png': '', 'a.txt': 'a' })
    for (const name of ['a.npy', 'a.json', 'a.png', 'a.txt']) truncateSync(at(name), 2 * INPUT_BYTES_MAX)
    const before = process.memoryUsage().arrayBuffers
    expect(await refusal([at('a.npy')], [ids])).toBe(
      `INPUT_TOO_LARGE: the inputs have ${2 * INPUT_BYTES_MAX} bytes; at most ${INPUT_BYTES_MAX} are taken`,
    )
    expect(await refusal([at('a.json')], [ids])).toMatch(/^INPUT_FILE.*a\.json.*JSON may have 67108864/)
    expect(await refusal([at('a.png')], imageSpecs, { shipped: characters })).toMatch(/^INPUT_FILE.*an image may have/)
    expect(await refusal([at('a.txt')], [words])).toMatch(/^INPUT_FILE.*a text may have 16777216/)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000)
  })

  it('that never ends is left at the limit', async () => {
    let given = 0
    let isLeft = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          given += 1_000_000
          yield Buffer.alloc(1_000_000, 'a')
        }
      } finally {
        isLeft = true
      }
    }
    expect(await refusal(['-'], [words], { stdin: endless() })).toMatch(/^INPUT_FILE.*stdin.*a text may have 16777216/)
    expect(given).toBeLessThan(20_000_000)
    await expect.poll(() => isLeft).toBe(true)
  })

  it.skipIf(process.platform === 'win32')('may be a pipe, or a device that never ends', async () => {
    expect(await refusal(['/dev/zero'], [words])).toMatch(/^INPUT_FILE.*\/dev\/zero.*a text may have 16777216/)
    const pipe = join(temporaryFolder(), 'pipe')
    execFileSync('mkfifo', [pipe])
    const reading = read([`ids=${pipe}`], [ids])
    writeFileSync(pipe, '[1, 2, 3]')
    expect(await reading).toEqual([int64Of('ids', [1, 3], 1, 2, 3)])
  })
})

describe('giving up', () => {
  const cancelled = (error: unknown) => isMeshError(error, 'CANCELLED')

  it('ends the reading of a stream that stays silent', async () => {
    const controller = new AbortController()
    const silent = Promise.withResolvers<void>()
    async function* never(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('[')
      silent.resolve()
      await new Promise(() => {})
    }
    const reading = read(['-'], [ids], { stdin: never(), signal: controller.signal })
    await silent.promise
    controller.abort()
    await expect(reading).rejects.toSatisfy(cancelled)
  })

  it('before it begins leaves everything unread', async () => {
    const signal = AbortSignal.abort()
    await expect(read([image], imageSpecs, { shipped: characters, signal })).rejects.toSatisfy(cancelled)
    await expect(read(['-'], [ids], { stdin: stream('[1]'), signal })).rejects.toSatisfy(cancelled)
  })
})
