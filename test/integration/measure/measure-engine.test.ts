import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine, EngineSession } from '../../../node/engines/engine.ts'
import { createOnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import { measureEngine } from '../../../node/measure/measure-engine.ts'
import { figureNames, figuresOf } from '../../../node/measure/measurement.ts'
import { smokeInference } from '../../../node/measure/smoke-inference.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { failing } from '../../support/failing-calls.ts'
import { crypto } from '../../support/statement-vectors/cast.ts'

const limits = { memoryBytesMax: 2 ** 31, threads: 2, outputBytesMax: 2 ** 26 }

describe('a benchmark of the engine that runs jobs', () => {
  let engine: Engine

  beforeAll(async () => {
    engine = await createOnnxEngine()
  })
  afterAll(() => engine[Symbol.asyncDispose]())

  it('measures products in three forms, memory and a model, says whose kernels they were, and how far it is', async () => {
    const steps: unknown[] = []
    const needs = { engine, limits, clock: systemClock, hasher: crypto }
    const measured = await measureEngine({
      ...needs,
      onProgress: (done, total, next) => steps.push([done, total, next]),
    })
    expect(measured.engine).toBe(`onnxruntime/${engine.version}/cpu`)
    expect(steps).toEqual([...figureNames.map((name, i) => [i, 5, name]), [5, 5, undefined]])
    // Any machine that runs these tests: above what one lane of one core does, below what no machine of today does.
    const bounds = {
      fp32Gflops: [0.5, 1e6],
      fp16Gflops: [0.1, 1e6],
      int8Gops: [0.5, 1e7],
      memoryMBps: [200, 1e7],
      modelLatencyMs: [0.005, 1e3],
    }
    for (const name of figureNames) {
      const finding = measured.findings[name]
      expect(finding, name).toMatchObject({ kind: 'measured' })
      if (finding.kind !== 'measured') continue
      expect(finding.value, name).toBeGreaterThan(bounds[name][0]!)
      expect(finding.value, name).toBeLessThan(bounds[name][1]!)
    }
    const { fp32Gflops, ...claims } = figuresOf(measured)
    expect(measured.findings.fp32Gflops).toMatchObject({ value: fp32Gflops })
    expect(Object.keys(claims).sort()).toEqual(['engine', 'fp16Gflops', 'int8Gops', 'measuredAtMs', 'memoryMBps'])
  }, 60_000)

  it('ends at once where it is cancelled', async () => {
    const cancel = new AbortController()
    const needs = { engine, limits, clock: systemClock, hasher: crypto, onProgress: () => cancel.abort() }
    await expect(measureEngine(needs, cancel.signal)).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('leaves out what the engine does not run, and says why', async () => {
    const partial: Engine = {
      ...engine,
      open: (model, ...rest) =>
        model.precision === 'int8' || model.precision === 'fp16'
          ? Promise.reject(new MeshError('MODEL_FILE', { path: model.path, why: 'no kernel for it' }))
          : engine.open(model, ...rest),
    }
    const measured = await measureEngine({ engine: partial, limits, clock: systemClock, hasher: crypto })
    expect(measured.findings.int8Gops).toMatchObject({
      kind: 'absent',
      why: expect.stringContaining('no kernel for it'),
    })
    expect(figuresOf(measured)).not.toHaveProperty('int8Gops')
    expect(figuresOf(measured)).toHaveProperty('fp32Gflops')
  }, 60_000)

  it('has no figure of a card for what the engine left to the processor', async () => {
    const mixed: Engine = {
      ...engine,
      async open(model, ...rest) {
        const session = await engine.open(model, ...rest)
        const kernelClass =
          model.precision === 'int8' ? session.kernelClass : session.kernelClass.replace('/cpu/', '/webgpu/')
        return {
          inputs: session.inputs,
          outputs: session.outputs,
          state: 'ready',
          kernelClass,
          run: session.run.bind(session),
          [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
        }
      },
    }
    const measured = await measureEngine({ engine: mixed, limits, clock: systemClock, hasher: crypto })
    expect(measured.engine).toMatch(/\/webgpu$/)
    expect(measured.findings.int8Gops).toMatchObject({ kind: 'absent', why: expect.stringContaining('left it to cpu') })
    expect(measured.findings.fp32Gflops.kind).toBe('measured')
  }, 60_000)

  it('does not take a fault of this program for something that the engine does not run', async () => {
    const faulty: Engine = { ...engine, open: () => Promise.reject(new TypeError('x is undefined')) }
    const needs = { engine: faulty, limits, clock: systemClock, hasher: crypto }
    await expect(measureEngine(needs)).rejects.toThrow(TypeError)
  })

  it('is none where the engine opens nothing', async () => {
    const broken: Engine = {
      ...engine,
      open: () => Promise.reject(new MeshError('ENGINE_CRASHED', { how: 'SIGSEGV', model: 'x' })),
    }
    const needs = { engine: broken, limits, clock: systemClock, hasher: crypto }
    await expect(measureEngine(needs)).rejects.toMatchObject({ code: 'ENGINE_WRONG' })
  })
})

describe('a smoke inference', () => {
  it('passes on the engine that runs jobs', async () => {
    await using engine = await createOnnxEngine()
    expect((await smokeInference(engine, limits, crypto)).kernelClass).toContain('onnxruntime/')
  })

  it('on a machine whose folder for temporary files is full says so', async () => {
    await using engine = await createOnnxEngine()
    using _ = failing('writeFile', 'ENOSPC')
    await expect(smokeInference(engine, limits, crypto)).rejects.toMatchObject({ code: 'DISK_FULL' })
  })

  it.each([
    ['one number is off', (data: Uint8Array) => data.set([0, 0, 0, 65], 40)],
    ['it answers with zeros', (data: Uint8Array) => data.fill(0)],
  ])('fails where %s', async (_, spoil) => {
    await using engine = await createOnnxEngine()
    const spoilt: Engine = {
      ...engine,
      async open(...given) {
        const session = await engine.open(...given)
        const wrapped: EngineSession = {
          inputs: session.inputs,
          outputs: session.outputs,
          kernelClass: session.kernelClass,
          state: 'ready',
          async run(...of) {
            const result = await session.run(...of)
            const outputs = result.outputs.map((each) => ({ ...each, data: each.data.slice() }))
            spoil(outputs[0]!.data)
            return { ...result, outputs }
          },
          [Symbol.asyncDispose]: () => session[Symbol.asyncDispose](),
        }
        return wrapped
      },
    }
    await expect(smokeInference(spoilt, limits, crypto)).rejects.toMatchObject({ code: 'ENGINE_WRONG' })
  })
})
