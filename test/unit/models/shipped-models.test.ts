import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fromBinary } from '@bufbuild/protobuf'
import * as ort from 'onnxruntime-node'
import sharp, { type Sharp } from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { inspectModel } from '../../../node/models/inspector/inspect-model.ts'
import { defaultPolicy } from '../../../node/models/inspector/policy.ts'
import { ModelProtoSchema, tensorDataType } from '../../../node/models/onnx-format/index.ts'
import {
  bytesToInput,
  imageToInput,
  readLabels,
  readProbabilities,
  type ShippedModel,
  shippedModels,
  textToInput,
  topAnswers,
} from '../../../node/models/shipped/index.ts'
import { packageRoot } from '../../../node/models/shipped/package-root.ts'
import { assert, isMeshError } from '../../../protocols/kernel/errors.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'

function shipped(name: string): ShippedModel {
  const model = shippedModels().find((candidate) => candidate.name === name)
  assert(model !== undefined, `${name} ships`)
  return model
}

const characters = shipped('characters')
assert(characters.manifest.task === 'image-classification', 'characters are told apart in pictures')
const spec = characters.manifest.preprocess
const labels = readLabels(characters)

const languages = shipped('languages')
assert(languages.manifest.task === 'text-classification', 'languages are told apart in texts')
const textSpec = languages.manifest.preprocess
const languageLabels = readLabels(languages)

const samplesOf = ({ folder }: ShippedModel) =>
  readdirSync(join(folder, 'samples')).map((file) => ({ file, bytes: readFileSync(join(folder, 'samples', file)) }))

/** `letter-A.png` shows an A. */
const pictures = samplesOf(characters).map(({ file, bytes }) => ({
  file,
  bytes,
  shown: file.slice(file.indexOf('-') + 1, file.lastIndexOf('.')),
}))

/** `de.txt` is in the language labelled `German (de)`. */
const texts = samplesOf(languages).map(({ file, bytes }) => ({
  file,
  bytes,
  label: languageLabels.find((label) => label.endsWith(`(${file.slice(0, file.lastIndexOf('.'))})`)),
}))

const open = ({ path }: ShippedModel) => ort.InferenceSession.create(path, { intraOpNumThreads: 1 })

/** Rows of inputs in, rows of probabilities out. */
async function infer(session: ort.InferenceSession, rows: readonly Tensor[]): Promise<Float32Array[]> {
  const { name, dims, byteLength } = rows[0]!
  const row = byteLength / 4
  const batch = new Float32Array(rows.length * row)
  for (const [i, { data }] of rows.entries()) {
    batch.set(new Float32Array(data.buffer, data.byteOffset, row), i * row)
  }
  const input = new ort.Tensor('float32', batch, [rows.length, ...dims.slice(1)])
  const { probabilities } = await session.run({ [name]: input })
  const data = new Uint8Array((probabilities!.data as Float32Array).buffer)
  return readProbabilities({
    name: 'probabilities',
    type: 'float32',
    dims: probabilities!.dims,
    byteLength: data.byteLength,
    data,
  })
}

async function expectRowsApart(session: ort.InferenceSession, inputs: readonly Tensor[]): Promise<void> {
  const together = await infer(session, inputs)
  for (const [i, input] of inputs.entries()) {
    const [alone] = await infer(session, [input])
    const apart = alone!.map((value, column) => Math.abs(value - together[i]![column]!))
    expect(Math.max(...apart)).toBeLessThan(1e-5)
  }
}

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise
  } catch (error) {
    if (isMeshError(error)) return error.code
    throw error
  }
  return 'no error'
}

const asFormat = (bytes: Uint8Array, change: (picture: Sharp) => Sharp) => change(sharp(bytes)).toBuffer()

describe.each(shippedModels())('the shipped model $name', ({ manifest, path, folder }: ShippedModel) => {
  it('is the file its manifest names', () => {
    const bytes = readFileSync(path)
    expect(bytes.byteLength).toBe(manifest.byteLength)
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(manifest.sha256)
    expect(readFileSync(join(folder, 'MODEL_CARD.md'), 'utf8')).toContain(manifest.sha256)
  })

  it('declares in the file what its manifest says', () => {
    const graph = fromBinary(ModelProtoSchema, readFileSync(path)).graph!
    const described = (values: typeof graph.input) =>
      values.map(({ name, type }) => {
        const tensor = type!.value.case === 'tensorType' ? type!.value.value : undefined
        const dims = tensor!.shape!.dim.map(({ value }) =>
          value.case === 'dimValue' ? Number(value.value) : value.value,
        )
        return { name, type: tensor!.elemType === tensorDataType.FLOAT ? 'float32' : 'other', dims }
      })
    expect(described(graph.input)).toEqual(manifest.inputs)
    expect(described(graph.output)).toEqual(manifest.outputs)
  })

  it('has one label for each column of its output', () => {
    const own = readLabels({ folder, manifest })
    expect(manifest.outputs[0]!.dims.at(-1)).toBe(own.length)
    expect(new Set(own).size).toBe(own.length)
  })

  it('passes the inspection that models of strangers go through', async () => {
    const source = { bytes: readFileSync(path), path, look: async () => undefined }
    const { inputs, outputs, externalFiles } = await inspectModel(source, defaultPolicy)
    expect({ inputs, outputs, externalFiles }).toMatchObject({
      inputs: manifest.inputs,
      outputs: manifest.outputs,
      externalFiles: [],
    })
  })
})

describe('the package', () => {
  it('carries what the shipped models are read from, and not what made them', async () => {
    const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: packageRoot(),
      maxBuffer: 16 * 2 ** 20,
    })
    const [packed]: { files: { path: string }[] }[] = JSON.parse(stdout)
    const paths = packed!.files.map(({ path }) => join(packageRoot(), path))
    const needed = shippedModels().flatMap(({ folder, path, manifest }) => [
      path,
      ...['model.json', manifest.labels, 'MODEL_CARD.md'].map((name) => join(folder, name)),
      ...readdirSync(join(folder, 'samples')).map((name) => join(folder, 'samples', name)),
    ])
    expect(paths).toEqual(expect.arrayContaining(needed))
    expect(paths.filter((path) => /shipped\/(.*\/)?make\//.test(path))).toEqual([])
  })
})

describe('the character recogniser', () => {
  let session: ort.InferenceSession
  beforeAll(async () => {
    session = await open(characters)
  })

  it.each(pictures)('answers $shown for $file', async ({ shown, bytes }) => {
    const [row] = await infer(session, [await imageToInput(bytes, spec)])
    const [best] = topAnswers(row!, labels, 3)
    expect(best!.label).toBe(shown)
    expect(best!.probability).toBeGreaterThan(0.5)
  })

  it('answers a row alike alone and among others', async () => {
    const inputs = await Promise.all(pictures.map(({ bytes }) => imageToInput(bytes, spec)))
    await expectRowsApart(session, inputs)
  })

  it('answers the same for a JPEG, a negative, a frame of paper and a transparent background', async () => {
    const { bytes, shown } = pictures.find(({ file }) => file === 'letter-A.png')!
    const variants = await Promise.all([
      asFormat(bytes, (picture) => picture.jpeg({ quality: 60 })),
      asFormat(bytes, (picture) => picture.negate({ alpha: false })),
      asFormat(bytes, (picture) => picture.extend({ left: 300, top: 40, background: '#fff' })),
      asFormat(bytes, (picture) => picture.unflatten().png()),
      asFormat(bytes, (picture) => picture.toColourspace('grey16').png()),
      asFormat(bytes, (picture) => picture.resize(2000).png()),
    ])
    const rows = await infer(session, await Promise.all(variants.map((variant) => imageToInput(variant, spec))))
    expect(rows.map((row) => topAnswers(row, labels, 1)[0]!.label)).toEqual(variants.map(() => shown))
  })
})

describe('the language recogniser', () => {
  let session: ort.InferenceSession
  beforeAll(async () => {
    session = await open(languages)
  })

  it.each(texts)('answers $label for $file', async ({ label, bytes }) => {
    const [row] = await infer(session, [await bytesToInput(bytes, textSpec)])
    const [best] = topAnswers(row!, languageLabels, 3)
    expect(best!.label).toBe(label)
    expect(best!.probability).toBeGreaterThan(0.5)
  })

  it('answers a row alike alone and among others', async () => {
    await expectRowsApart(session, await Promise.all(texts.map(({ bytes }) => bytesToInput(bytes, textSpec))))
  })

  it('is less sure of a word that two languages share than of a sentence', async () => {
    const inputs = ['hus', 'Huset vårt ligger ved fjorden, og om kvelden hører vi båtene.']
    const rows = await infer(
      session,
      inputs.map((text) => textToInput(text, textSpec)),
    )
    const [word, sentence] = rows.map((row) => topAnswers(row, languageLabels, 1)[0]!)
    expect(sentence!.label).toBe('Norwegian Bokmål (nb)')
    expect(word!.probability).toBeLessThan(sentence!.probability)
  })
})

describe('a picture as input', () => {
  it('is refused with the file named when it is broken, blank, or no picture', async () => {
    const { bytes } = pictures[0]!
    const blank = await sharp({ create: { width: 40, height: 40, channels: 3, background: '#dcd' } })
      .png()
      .toBuffer()
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M1 1h5v5z"/></svg>')
    const broken = [new Uint8Array(), bytes.subarray(0, 400), Buffer.from('hello'), blank, svg]
    const codes = await Promise.all(broken.map((file) => codeOf(imageToInput(file, spec, { path: 'a.png' }))))
    expect(codes).toEqual(broken.map(() => 'INPUT_FILE'))
    await expect(imageToInput(blank, spec, { path: 'a.png' })).rejects.toThrow(/a\.png/)
  })

  it('is not read after the caller has given up', async () => {
    expect(await codeOf(imageToInput(pictures[0]!.bytes, spec, { signal: AbortSignal.abort() }))).toBe('CANCELLED')
  })

  it('is 1 at the ink and 0 around it, the longer side of the ink 20 pixels', async () => {
    const side = 60
    const bar = await sharp({ create: { width: side, height: side, channels: 3, background: '#fff' } })
      .composite([{ input: { create: { width: 10, height: 40, channels: 3, background: '#000' } }, left: 5, top: 12 }])
      .png()
      .toBuffer()
    const { data, dims } = await imageToInput(bar, spec)
    expect(dims).toEqual([1, 1, 28, 28])
    const values = new Float32Array(data.buffer, data.byteOffset, 784)
    const middleRow = [...values.subarray(14 * 28, 15 * 28)]
    const middleColumn = Array.from({ length: 28 }, (_, y) => values[y * 28 + 14]!)
    const sum = (row: number[]) => row.reduce((a, b) => a + b, 0)
    expect(middleRow[14]).toBeCloseTo(1)
    expect(values[0]).toBe(0)
    expect(sum(middleRow)).toBeCloseTo(5)
    expect(sum(middleColumn)).toBeCloseTo(20)
  })
})

describe('answers', () => {
  it('come most probable first, as many as asked for', () => {
    expect(topAnswers([0.2, 0.7, 0.1], ['a', 'b', 'c'], 2)).toEqual([
      { label: 'b', probability: 0.7 },
      { label: 'a', probability: 0.2 },
    ])
  })

  it('are refused from a miner that sent another number of them, or no probabilities', () => {
    const garbled = (act: () => unknown) => {
      try {
        act()
      } catch (error) {
        return isMeshError(error, 'OUTPUT_GARBLED')
      }
      return false
    }
    expect(garbled(() => topAnswers([0.5, 0.5], ['a'], 1))).toBe(true)
    expect(garbled(() => topAnswers([Number.NaN, 0.5], ['a', 'b'], 1))).toBe(true)
    expect(garbled(() => topAnswers([7, 0.5], ['a', 'b'], 1))).toBe(true)
    const data = new Uint8Array(12)
    expect(garbled(() => readProbabilities({ name: 'p', type: 'float32', dims: [2, 2], byteLength: 12, data }))).toBe(
      true,
    )
    expect(garbled(() => readProbabilities({ name: 'p', type: 'int32', dims: [1, 3], byteLength: 12, data }))).toBe(
      true,
    )
  })
})
