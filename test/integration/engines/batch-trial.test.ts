import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createOnnxEngine, type OnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import { openModelFile } from '../../../node/models/open-model-file.ts'
import { shippedModels } from '../../../node/models/shipped/index.ts'
import { trialRun } from '../../../node/pricing/trial-run.ts'
import { sharesRuns } from '../../../node/work/queue/batch-trial.ts'
import { ModelFolder } from '../../support/engines/model-folder.ts'
import {
  attribute,
  constant,
  fileOf,
  gatherModel,
  identityModel,
  node,
  perceptronModel,
  value,
  weights,
} from '../../support/engines/onnx-models.ts'

const limits = { memoryBytesMax: 2 ** 30, threads: 1, outputBytesMax: 2 ** 26 }
let engine: OnnxEngine
const folder = new ModelFolder()
beforeAll(async () => {
  engine = await createOnnxEngine()
})
afterAll(async () => {
  await engine[Symbol.asyncDispose]()
  folder[Symbol.dispose]()
})

/** @param says what the inspection is said to have found, where the trial alone is asked */
async function shares(path: string, says?: boolean): Promise<boolean> {
  const file = await openModelFile(path)
  await using session = await engine.open(file, limits)
  return await sharesRuns({ ...file, independentRows: says ?? file.independentRows === true }, session)
}

const inputs = { input: [value('x', 'float32', ['n', 8])], output: [value('y', 'float32', ['n', 8])] }

describe('a model whose runs are to be shared', () => {
  test('is one that answers each row as if it were alone', async () => {
    expect(await shares(folder.add('perceptron', perceptronModel(64, 3)).path)).toBe(true)
    expect(await shares(folder.add('bytes', identityModel('uint8', ['n', 5])).path)).toBe(true)
  })

  test('is none whose graph is not known to keep rows apart, whatever a trial would say', async () => {
    const { path } = folder.add('perceptron', perceptronModel(64, 3))
    expect(await shares(path, false)).toBe(false)
  })

  test.each([
    [
      'a mean over the batch',
      [node('ReduceMean', ['x', 'zero'], ['m']), node('Sub', ['x', 'm'], ['y'])],
      [constant('zero', 'int64', [1], BigInt64Array.of(0n))],
    ],
    [
      'a scale over the batch',
      [node('DynamicQuantizeLinear', ['x'], ['q', 's', 'z']), node('DequantizeLinear', ['q', 's', 'z'], ['y'])],
      [],
    ],
    [
      'a row that depends on the one before',
      [node('CumSum', ['x', 'zero'], ['y'])],
      [constant('zero', 'int64', [], BigInt64Array.of(0n))],
    ],
    ['a normalisation over the batch', [node('Softmax', ['x'], ['y'], [attribute.int('axis', 0)])], []],
  ])('is found out in the trial where the graph was misjudged: %s', async (name, nodes, initializer) => {
    const { path } = folder.add(name.replaceAll(' ', '-'), fileOf({ ...inputs, node: nodes, initializer }))
    expect(await shares(path, true)).toBe(false)
  })

  test('is none that takes no answer from what it is tried with', async () => {
    const index = fileOf({
      input: [value('index', 'int64', ['n'])],
      output: [value('y', 'float32', ['n'])],
      initializer: [constant('rows', 'float32', [0], weights(0))],
      node: [node('Gather', ['rows', 'index'], ['y'])],
    })
    expect(await shares(folder.add('no-row', index).path)).toBe(false)
    expect(await shares(folder.add('rows', gatherModel()).path)).toBe(true)
  })

  test.each(shippedModels().map(({ name }) => name))(
    'the shipped model %s is judged without an error',
    async (name) => {
      expect(typeof (await shares(name))).toBe('boolean')
    },
  )
})

describe('a model that nobody has asked for yet', () => {
  const trialOf = async (path: string, signal?: AbortSignal) => {
    await using session = await engine.open(await openModelFile(path), limits)
    return await trialRun(session, signal)
  }

  test('is run with made-up inputs, so that its miner knows what a run takes', async () => {
    const small = await trialOf(folder.add('one layer', perceptronModel(64, 1)).path)
    const large = await trialOf(folder.add('many layers', perceptronModel(512, 8)).path)
    expect(small).toBeGreaterThan(0)
    expect(large).toBeGreaterThan(small!)
  })

  test('is left where the miner stops', async () => {
    const { path } = folder.add('one more layer', perceptronModel(64, 1))
    await expect(trialOf(path, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})
