import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { answerJson, ELEMENTS_MAX, tensorJson } from '../../../node/cli/answers/answer-json.ts'
import { answerText } from '../../../node/cli/answers/answer-text.ts'
import { planOutput } from '../../../node/cli/answers/output-plan.ts'
import { writeOutput } from '../../../node/cli/answers/write-output.ts'
import { readJsonInput } from '../../../node/cli/inputs/json-input.ts'
import { tensorOfNpy } from '../../../node/cli/inputs/npy-reader.ts'
import { readLabels, type ShippedModel, shippedModels } from '../../../node/models/shipped/index.ts'
import { isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { floats, int64Of, tensorOf, textsOf } from '../../support/engines/tensor-of.ts'
import { canMount, SmallDisk } from '../../support/small-disk.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const characters: ShippedModel = shippedModels().find(({ name }) => name === 'characters')!
const labels = readLabels(characters)

/** Rows in which the labels named have these probabilities and all others none. */
const probabilities = (...rows: readonly Readonly<Record<string, number>>[]): Tensor =>
  floats(
    'probabilities',
    [rows.length, labels.length],
    rows.flatMap((row) => labels.map((label) => row[label] ?? 0)),
  )

const signal = new AbortController().signal

async function refusal(work: () => unknown): Promise<string> {
  try {
    await work()
  } catch (error) {
    if (error instanceof MeshError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'taken'
}

describe('an answer of a model of ours, for people', () => {
  it('is its three best labels', () => {
    expect(answerText([probabilities({ A: 0.982, R: 0.0114, B: 0.0036, k: 0.003 })], characters)).toEqual([
      'A   98.2 %',
      'R    1.1 %',
      'B    0.4 %',
    ])
  })

  it('is a line for each row of a batch, on one screen', () => {
    const rows = [{ A: 1 }, { B: 0.5, A: 0.25, R: 0.125 }]
    expect(answerText([probabilities(...rows)], characters)[1]).toBe('2  B 50.0 %  A 25.0 %  R 12.5 %')
    const many = answerText([probabilities(...Array(1_000).fill({ A: 1 }))], characters)
    expect(many).toHaveLength(21)
    expect(many.at(-1)).toBe('… and 980 more rows')
    expect(answerText([probabilities()], characters)).toEqual([])
  })

  it('is refused from a miner that sent something else', async () => {
    const good = probabilities({ A: 1 })
    const bad: readonly (readonly Tensor[])[] = [
      [],
      [{ ...good, name: 'other' }],
      [{ ...good, type: 'int32' }],
      [{ ...good, dims: [2, 52] }],
      [{ ...good, dims: [52] }],
      [{ ...good, dims: [] }],
      [{ ...good, dims: [2, 26] }],
      [{ ...good, data: good.data.subarray(1) }],
      [{ ...good, type: 'string' }],
      [probabilities({ A: 2 })],
      [probabilities({ A: Number.NaN })],
    ]
    for (const outputs of bad)
      for (const show of [answerText, answerJson])
        expect(await refusal(() => show(outputs, characters))).toMatch(/^OUTPUT_GARBLED/)
  })
})

describe('an answer of any model, for people', () => {
  it('is every output with its shape, first values and, for floats, how they spread', () => {
    const outputs = [
      floats('scores', [2, 3], [0.25, 0.1, 1, -2, Number.NaN, 10]),
      int64Of('ids', [10], 1, 2, 3, 4, 5, 6, 7, 8, 9, 10),
      textsOf('words', [2], ['a "b"', 'c']),
      floats('none', [0, 4], []),
      floats('one', [], [0.1]),
      tensorOf('flags', 'bool', [2], Uint8Array.of(1, 0)),
    ]
    expect(answerText(outputs)).toEqual([
      'scores  float32 [2, 3]',
      '  0.25, 0.1, 1, -2, NaN, 10',
      '  min -2, max 10, mean 1.87, 1 NaN',
      'ids  int64 [10]',
      '  1, 2, 3, 4, 5, 6, 7, 8, … and 2 more',
      'words  string [2]',
      '  "a \\"b\\"", "c"',
      'none  float32 [0, 4]',
      '  no elements',
      'one  float32 []',
      '  0.1',
      'flags  bool [2]',
      '  true, false',
    ])
  })

  it('cannot rewrite the terminal or fill it', () => {
    const hostile = `\x1b[2J\u202e${'x'.repeat(10_000)}`
    const outputs = Array.from({ length: 50 }, () => textsOf(hostile, [9], Array(9).fill(hostile)))
    const text = answerText(outputs)
    expect(text.join('')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
    expect(text.join('').length).toBeLessThan(20_000)
    expect(text.at(-1)).toBe('… and 30 more outputs')
  })

  it('is refused where an output is not what it says', async () => {
    const texts = textsOf('t', [2], ['a', 'b'])
    const bad: readonly Tensor[] = [
      { ...floats('x', [2], [1, 2]), dims: [3] },
      { ...floats('x', [2], [1, 2]), dims: Array(16).fill(2 ** 31 - 1) },
      { ...texts, dims: [3] },
      { ...texts, dims: [2 ** 31 - 1, 4_096] },
      { ...texts, data: Uint8Array.of(1, 0, 0, 0, 0xff, 0, 0, 0, 0) },
      { ...texts, data: Uint8Array.of(255, 255, 255, 255, 65) },
    ]
    for (const output of bad)
      for (const show of [answerText, answerJson])
        expect(await refusal(() => show([output]))).toMatch(/^OUTPUT_GARBLED/)
  })
})

describe('an answer as JSON', () => {
  it('has short floats, exact 64-bit integers and the best labels', () => {
    const outputs = [
      floats('scores', [1, 3], [0.1, Number.NaN, Number.NEGATIVE_INFINITY]),
      tensorOf('ids', 'int64', [2], BigInt64Array.of(5n, 9_007_199_254_740_993n)),
      tensorOf('halves', 'float16', [1], Uint16Array.of(0x2e66)),
    ]
    expect(answerJson(outputs)).toEqual({
      outputs: [
        { name: 'scores', datatype: 'FP32', shape: [1, 3], data: [0.1, 'NaN', '-Infinity'] },
        { name: 'ids', datatype: 'INT64', shape: [2], data: [5, '9007199254740993'] },
        { name: 'halves', datatype: 'FP16', shape: [1], data: [0.1] },
      ],
    })
    const { answers } = answerJson([probabilities({ A: 0.75, R: 0.25 }, { B: 1 })], characters)
    expect(answers!.map((row) => row[0])).toEqual([
      { label: 'A', probability: 0.75 },
      { label: 'B', probability: 1 },
    ])
  })

  it('leaves away what is no reading matter, or keeps its bytes in a file', () => {
    const large = floats('x', [ELEMENTS_MAX + 1], Array(ELEMENTS_MAX + 1).fill(0.5))
    expect(tensorJson(large, 'omit')).toEqual({
      name: 'x',
      datatype: 'FP32',
      shape: [1_001],
      omitted: '1001 elements; write them to a file with --output',
    })
    expect(new Uint8Array(Buffer.from(tensorJson(large, 'base64').base64!, 'base64'))).toEqual(large.data)
    expect(tensorJson({ ...large, dims: [1_000], data: large.data.subarray(4) }, 'omit').data).toHaveLength(1_000)
  })
})

describe('--output', () => {
  const scores = floats('scores', [2, 2], [0.1, 2, 3, 4])
  const ids = int64Of('ids', [2], 1, 2)
  const plan = (path: string, force = false, outputs = ['scores', 'ids']) => planOutput({ path, outputs, force })
  const readNpy = (path: string, { name, type, dims }: Tensor) =>
    tensorOfNpy(new Uint8Array(readFileSync(path)), { spec: { name, type, dims }, path })

  it('x.npy takes the only output', async () => {
    const path = join(temporaryFolder(), 'x.npy')
    expect(await writeOutput(await plan(path, false, ['scores']), [scores, ids], signal)).toEqual([path])
    expect(readNpy(path, scores)).toEqual(scores)
    expect(await refusal(() => plan(`${path}2.npy`))).toMatch(/^OUTPUT_FILE.*the model has 2 outputs; name a folder/)
  })

  it('x.json takes all, as an Open Inference response', async () => {
    const path = join(temporaryFolder(), 'x.json')
    await writeOutput(await plan(path), [scores, ids], signal)
    const { outputs } = JSON.parse(readFileSync(path, 'utf8'))
    const specs = [scores, ids]
    expect(readJsonInput({ text: JSON.stringify({ inputs: outputs }), path, specs })).toEqual([scores, ids])
  })

  it('a folder takes a file for each, made if need be, whatever the outputs are called', async () => {
    const folder = join(temporaryFolder(), 'new', 'results')
    await writeOutput(await plan(folder), [scores, ids], signal)
    expect(readNpy(join(folder, 'ids.npy'), ids)).toEqual(ids)
    expect(readNpy(join(folder, 'scores.npy'), scores)).toEqual(scores)
    const names = ['../../etc/passwd', '', 'A', 'a', 'a-2', '.', 'x'.repeat(300), '漢字', 'a\0b']
    const hostile = await plan(`${temporaryFolder()}/`, false, names)
    expect(hostile.files.map(({ path }) => path.slice(hostile.folder!.length))).toEqual([
      '_etc_passwd.npy',
      'output.npy',
      'A.npy',
      'a-2.npy',
      'a-2-2.npy',
      '_.npy',
      `${'x'.repeat(80)}.npy`,
      '_-2.npy',
      'a_b.npy',
    ])
  })

  it('never replaces a file, but with force', async () => {
    const path = join(temporaryFolder(), 'x.json')
    const made = await plan(path)
    writeFileSync(path, 'precious')
    expect(await refusal(() => plan(path))).toBe(
      `OUTPUT_FILE: the output file ${path} cannot be written: it is there already`,
    )
    expect(await refusal(() => writeOutput(made, [scores, ids], signal))).toMatch(/^OUTPUT_FILE.*it is there already/)
    expect(readFileSync(path, 'utf8')).toBe('precious')
    await writeOutput(await plan(path, true), [scores, ids], signal)
    expect(JSON.parse(readFileSync(path, 'utf8')).outputs).toHaveLength(2)
    expect(readdirSync(join(path, '..'))).toEqual(['x.json'])
  })

  it('without a place is refused before the job', async () => {
    const at = temporaryFolder()
    mkdirSync(join(at, 'ids.npy'))
    writeFileSync(join(at, 'scores.npy'), '')
    expect(await refusal(() => plan(join(at, 'absent', 'x.json')))).toMatch(/^OUTPUT_FILE.*its folder is not there/)
    expect(await refusal(() => plan(join(at, 'x.txt')))).toMatch(/^OUTPUT_FILE.*neither in \.npy nor in \.json/)
    expect(await refusal(() => plan(at))).toMatch(/^OUTPUT_FILE.*scores\.npy.*it is there already/)
    expect(await refusal(() => plan(at, true))).toMatch(/^OUTPUT_FILE.*ids\.npy.*something that is no file/)
    expect(await refusal(() => plan(join(at, 'scores.npy', 'x.json')))).toMatch(/^OUTPUT_FILE.*no folder/)
  })

  it('leaves nothing behind where writing is given up or an output is missing', async () => {
    const at = temporaryFolder()
    const path = join(at, 'x.json')
    const givenUp = writeOutput(await plan(path), [scores, ids], AbortSignal.abort())
    await expect(givenUp).rejects.toSatisfy((error) => isMeshError(error, 'CANCELLED'))
    expect(await refusal(async () => writeOutput(await plan(path), [scores], signal))).toMatch(/^OUTPUT_GARBLED/)
    const zero = textsOf('ids', [1], ['a\0'])
    expect(await refusal(async () => writeOutput(await plan(join(at, 'f'), false, ['ids']), [zero], signal))).toMatch(
      /^OUTPUT_FILE.*zero character/,
    )
    expect(readdirSync(at)).toEqual(['f'])
    expect(readdirSync(join(at, 'f'))).toEqual([])
  })

  it.skipIf(!canMount)('on a full disk says so and leaves nothing behind', async () => {
    const disk = new SmallDisk(1_048_576)
    disk.fill()
    const path = join(disk.path, 'x.npy')
    const large = floats('x', [20_000], Array(20_000).fill(0.5))
    expect(await refusal(async () => writeOutput(await plan(path, false, ['x']), [large], signal))).toMatch(
      /^DISK_FULL: no space left for .*x\.npy/,
    )
    expect(readdirSync(disk.path).filter((name) => name.startsWith('x.npy'))).toEqual([])
  })
})
