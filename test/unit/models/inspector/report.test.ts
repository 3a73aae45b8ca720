import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Precision } from '../../../../node/engines/kernel-class.ts'
import { besideModel, isPlainLocation } from '../../../../node/models/inspector/external-data.ts'
import { inspectModel, type ModelReport } from '../../../../node/models/inspector/inspect-model.ts'
import { type NodeProto, serialiseModel, type TensorProto } from '../../../../node/models/onnx-format/index.ts'
import {
  attribute,
  constant,
  fileOf,
  graph,
  int64,
  int64s,
  localFunction,
  loopedPerceptronModel,
  model,
  node,
  opset,
  perceptronModel,
  sumAndDifferenceModel,
  value,
} from '../../../support/engines/onnx-models.ts'
import { io, relu } from '../../../support/hostile-models/hostile.ts'
import { temporaryFolder } from '../../../support/temporary-folder.ts'

const inspect = (bytes: Uint8Array): Promise<ModelReport> => inspectModel({ bytes, path: 'model.onnx' })

describe('the inspector reports', () => {
  it('what a sound model takes, gives and weighs', async () => {
    expect(await inspect(perceptronModel(16, 3))).toEqual({
      inputs: [{ name: 'x', type: 'float32', dims: ['batch', 16] }],
      outputs: [{ name: 'y', type: 'float32', dims: ['batch', 16] }],
      weightsBytes: 3 * 16 * 16 * 4,
      independentRows: true,
      precision: 'fp32',
      opset: 21,
      irVersion: 10,
      nodeCount: 6,
      externalFiles: [],
    })
  })

  it('several inputs and outputs in the order of the file', async () => {
    const { inputs, outputs } = await inspect(sumAndDifferenceModel())
    expect(inputs.map((input) => input.name)).toEqual(['a', 'b'])
    expect(outputs.map((output) => output.name)).toEqual(['sum', 'difference'])
  })

  it('no input for what a constant stands for', async () => {
    const optional = fileOf({
      input: [...io.input, value('bias', 'float32', [2])],
      output: io.output,
      initializer: [constant('bias', 'float32', [2], new Float32Array(2))],
      node: [node('Add', ['x', 'bias'], ['y'])],
    })
    expect((await inspect(optional)).inputs.map((input) => input.name)).toEqual(['x'])
  })

  it('dimensions by name, without one, and by the beginning of an expression', async () => {
    const expression = 'floor((sequence_length + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1)'
    const { inputs } = await inspect(
      fileOf({ ...io, input: [value('x', 'float32', ['batch', '', 3, 0, expression])], node: [relu] }),
    )
    expect(inputs[0]!.dims.slice(0, 4)).toEqual(['batch', '', 3, 0])
    expect(inputs[0]!.dims[4]).toMatch(/^floor\(\(sequence_length.*…$/)
    expect(Buffer.byteLength(inputs[0]!.dims[4] as string)).toBeLessThanOrEqual(64)
  })

  it('calls of local functions as the nodes that they stand for', async () => {
    const made = model({
      ...io,
      node: [node('twice', ['x'], ['a'], [], 'own'), node('twice', ['a'], ['y'], [], 'own')],
    })
    made.opsetImport.push(opset('own', 1))
    const body = [node('Neg', ['p'], ['q']), node('Neg', ['q'], ['r'])]
    made.functions.push(
      localFunction({
        name: 'twice',
        domain: 'own',
        input: ['p'],
        output: ['r'],
        node: body,
        opsetImport: [opset('', 21)],
      }),
    )
    expect((await inspect(serialiseModel(made))).nodeCount).toBe(4)
  })

  const of = (initializer: TensorProto[], ...nodes: NodeProto[]): Uint8Array =>
    fileOf({ ...io, initializer, node: [...nodes, relu] })
  const nbits = node('MatMulNBits', ['x', 'b', 's'], ['m'], [attribute.int('bits', 4)], 'com.microsoft')
  const precisions: readonly (readonly [Precision, string, Uint8Array])[] = [
    ['fp32', 'has no weights', of([])],
    [
      'fp32',
      'has weights of 32 bits and a table of indices',
      of([constant('w', 'float32', [64], new Float32Array(64)), int64s('i', ...Array(64).fill(1))]),
    ],
    [
      'fp16',
      'has weights of 16 bits and few of 32',
      of([constant('w', 'float16', [64], new Uint16Array(64)), constant('s', 'float32', [4], new Float32Array(4))]),
    ],
    [
      'int8',
      'has weights of 8 bits with scales',
      of([constant('w', 'int8', [64], new Int8Array(64)), constant('s', 'float32', [4], new Float32Array(4))]),
    ],
    ['int4', 'has weights of 4 bits', of([constant('w', 'uint4', [64], new Uint8Array(32))])],
    [
      'int4',
      'packs weights of 4 bits into bytes',
      of(
        [
          constant('b', 'uint8', [64, 1, 16], new Uint8Array(1_024)),
          constant('s', 'float32', [64], new Float32Array(64)),
        ],
        nbits,
      ),
    ],
    ['int8', 'has bytes that no operator unpacks', of([constant('b', 'uint8', [64, 1, 16], new Uint8Array(1_024))])],
    [
      'mixed',
      'has half of its weights in each form',
      of([constant('w', 'float32', [64], new Float32Array(64)), constant('v', 'int8', [64], new Int8Array(64))]),
    ],
  ]
  it.each(precisions)('%s for a model that %s', async (precision, _, bytes) => {
    expect((await inspect(bytes)).precision).toBe(precision)
  })
})

describe('the inspector takes', () => {
  it('loops that a constant bounds', async () => {
    expect((await inspect(loopedPerceptronModel(8, 100))).nodeCount).toBe(4)
  })

  it('loops that go round as often as an input is long', async () => {
    const body = graph({
      input: [value('i', 'int64', []), value('keep', 'bool', []), value('state', 'float32', [2])],
      output: [value('kept', 'bool', []), value('next', 'float32', [2])],
      node: [node('Identity', ['keep'], ['kept']), node('Neg', ['state'], ['next'])],
    })
    const bytes = fileOf({
      ...io,
      initializer: [int64('first', 0)],
      node: [
        node('Shape', ['x'], ['shape']),
        node('Gather', ['shape', 'first'], ['length']),
        node('Loop', ['length', '', 'x'], ['y'], [attribute.graph('body', body)]),
      ],
    })
    expect((await inspect(bytes)).nodeCount).toBe(5)
  })

  it('large shapes that only an input decides', async () => {
    const bytes = fileOf({
      input: [value('shape', 'int64', [2])],
      output: [value('y', 'float32', ['a', 'b'])],
      node: [node('ConstantOfShape', ['shape'], ['y'])],
    })
    expect((await inspect(bytes)).inputs).toHaveLength(1)
  })

  it('a branch that uses values around it', async () => {
    const branch = graph({ output: [value('o', 'float32', [2])], node: [node('Add', ['x', 'before'], ['o'])] })
    const bytes = fileOf({
      input: [...io.input, value('c', 'bool', [])],
      output: io.output,
      node: [
        node('Neg', ['x'], ['before']),
        node('If', ['c'], ['y'], [attribute.graph('then_branch', branch), attribute.graph('else_branch', branch)]),
      ],
    })
    expect((await inspect(bytes)).nodeCount).toBe(4)
  })
})

describe('weights beside a model', () => {
  it('are looked for in its own folder, with every link followed', async () => {
    const folder = temporaryFolder()
    const outside = temporaryFolder()
    writeFileSync(join(outside, 'secret'), 'a key')
    mkdirSync(join(folder, 'parts'))
    writeFileSync(join(folder, 'parts', 'weights.bin'), new Uint8Array(12))
    symlinkSync(join(outside, 'secret'), join(folder, 'link'))
    symlinkSync(outside, join(folder, 'elsewhere'))
    symlinkSync('parts/weights.bin', join(folder, 'alias'))
    const look = besideModel(join(folder, 'model.onnx'))
    expect(await look('parts/weights.bin')).toEqual({ bytes: 12, inside: true })
    expect(await look('alias')).toEqual({ bytes: 12, inside: true })
    expect(await look('link')).toMatchObject({ inside: false })
    expect(await look('elsewhere/secret')).toMatchObject({ inside: false })
    expect(await look('parts')).toMatchObject({ inside: false })
    expect(await look('nothing')).toBeUndefined()
  })

  it.each(['a', 'weights.bin', 'parts/weights.bin', 'model.onnx.data', 'a b'])('may lie at %j', (location) => {
    expect(isPlainLocation(location)).toBe(true)
  })

  it.each(['', '/', '/a', 'a/', 'a//b', './a', 'a/..', '..', 'a\\b', 'c:a', 'a\0', 'ä', '*', 'x'.repeat(600)])(
    'may not lie at %j',
    (location) => {
      expect(isPlainLocation(location)).toBe(false)
    },
  )
})
