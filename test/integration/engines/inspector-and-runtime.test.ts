import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ModelFile } from '../../../node/engines/engine.ts'
import { createOnnxEngine, type OnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import { inspectModel } from '../../../node/models/inspector/inspect-model.ts'
import { runtimeKnows } from '../../../node/models/inspector/policy.ts'
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { ModelFolder } from '../../support/engines/model-folder.ts'
import {
  fileOf,
  gatherModel,
  identityModel,
  loopedPerceptronModel,
  node,
  opset,
  perceptronModel,
  repeatModel,
  sumAndDifferenceModel,
  value,
} from '../../support/engines/onnx-models.ts'
import { io, relu } from '../../support/hostile-models/hostile.ts'

const limits = { memoryBytesMax: 2 ** 29, threads: 1, outputBytesMax: 2 ** 20 }

describe('the inspector and the runtime agree', () => {
  let folder: ModelFolder
  let engine: OnnxEngine
  beforeAll(async () => {
    folder = new ModelFolder()
    engine = await createOnnxEngine()
  })
  afterAll(async () => {
    await engine[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
  })

  const loads = async (bytes: Uint8Array): Promise<boolean> => {
    const file: ModelFile = folder.add('model', bytes)
    try {
      await using _ = await engine.open(file, limits)
      return true
    } catch (error) {
      if (isMeshError(error, 'MODEL_FILE')) return false
      throw error
    }
  }
  const passes = (bytes: Uint8Array): Promise<boolean> =>
    inspectModel({ bytes, path: 'model' }).then(
      () => true,
      (error: unknown) => {
        if (isMeshError(error, 'MODEL_REFUSED')) return false
        throw error
      },
    )

  it.each([
    [runtimeKnows.irVersionMax, true],
    [runtimeKnows.irVersionMax + 1, false],
  ])('on the IR version %i', async (version, known) => {
    const bytes = fileOf({ ...io, node: [relu] }, { irVersion: BigInt(version) })
    expect([await passes(bytes), await loads(bytes)]).toEqual([known, known])
  })

  const users = { '': 'Relu', 'ai.onnx.ml': 'Binarizer', 'com.microsoft': 'Gelu' } as const
  const newest = [...runtimeKnows.opsetMax].flatMap(([domain, version]) => [
    [domain, version, true] as const,
    [domain, version + 1, false] as const,
  ])
  it.each(newest)('on the operators "%s" of version %i', async (domain, version, known) => {
    const used = node(users[domain as keyof typeof users], ['x'], ['y'], [], domain)
    const opsets = [opset(domain, version), ...(domain === '' ? [] : [opset('', 21)])]
    const bytes = fileOf({ ...io, node: [used] }, { opsetImport: opsets })
    expect([await passes(bytes), await loads(bytes)]).toEqual([known, known])
  })

  it('on what a model takes and gives', async () => {
    const models = [
      perceptronModel(8, 2),
      sumAndDifferenceModel(),
      identityModel('string', ['n', '', 3]),
      identityModel('float16', []),
      loopedPerceptronModel(8, 3),
      gatherModel(),
      repeatModel(),
      fileOf({
        input: [
          value('x', 'uint64', [
            'a very long name of a dimension that no message carries whole, as exporters write',
            0,
          ]),
        ],
        output: [value('y', 'uint64', ['m', 0])],
        node: [node('Identity', ['x'], ['y'])],
      }),
    ]
    for (const bytes of models) {
      const { inputs, outputs } = await inspectModel({ bytes, path: 'model' })
      await using session = await engine.open(folder.add('model', bytes), limits)
      expect({ inputs: session.inputs, outputs: session.outputs }).toEqual({ inputs, outputs })
    }
  })
})
