/** What any engine for ONNX models must do; each engine's own test runs it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine, EngineLimits, EngineSession, ModelFile } from '../../../node/engines/engine.ts'
import { parseKernelClass } from '../../../node/engines/kernel-class.ts'
import type { ErrorCode } from '../../../protocols/kernel/error-catalogue.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { elementBits, elementCount, type Tensor, type TensorType } from '../../../protocols/wire/job/tensor.ts'
import { ModelFolder } from '../../support/engines/model-folder.ts'
import {
  fileOf,
  gatherModel,
  identityModel,
  memoryModel,
  node,
  perceptronModel,
  repeatModel,
  slowModel,
  sumAndDifferenceModel,
  value,
} from '../../support/engines/onnx-models.ts'
import { floats, floatsIn, int64Of, tensorOf, textsOf } from '../../support/engines/tensor-of.ts'

const MIB = 1_048_576
const limits: EngineLimits = { memoryBytesMax: 512 * MIB, threads: 1, outputBytesMax: 64 * MIB }

/** Types that cross as raw bytes in every engine; 4-bit elements exist in weights only. */
const numericTypes = [
  'float32',
  'float64',
  'float16',
  'int8',
  'int16',
  'int32',
  'int64',
  'uint8',
  'uint16',
  'uint32',
  'uint64',
] as const satisfies readonly TensorType[]

/** Every byte different from its neighbours, so that a wrong offset shows. */
function pattern(name: string, type: TensorType, dims: readonly number[]): Tensor {
  const bytes = (elementCount(dims)! * elementBits[type]) / 8
  return tensorOf(
    name,
    type,
    dims,
    Uint8Array.from({ length: bytes }, (_, i) => (i * 37 + 11) % 251),
  )
}

const codeOf = (error: unknown): ErrorCode | string => (error instanceof MeshError ? error.code : String(error))
const failure = (run: Promise<unknown>): Promise<string> => run.then(() => 'no error', codeOf)

export function engineCompliance(name: string, makeEngine: () => Promise<Engine>): void {
  describe(`${name} as an engine`, () => {
    let folder: ModelFolder
    let engine: Engine
    const opened = new Map<string, Promise<EngineSession>>()
    /** One session per model for the whole suite: what one test did to it must not show in the next. */
    const session = (key: string, bytes: () => Uint8Array): Promise<EngineSession> => {
      const made = opened.get(key) ?? engine.open(folder.add(key, bytes()), limits)
      opened.set(key, made)
      return made
    }
    const slow = (): Promise<EngineSession> => session('slow', () => slowModel(256))
    const rounds = (count: number): readonly Tensor[] => [int64Of('rounds', [], count)]
    /** Minutes of work: it ends by being stopped, or the test fails. */
    const FOR_EVER = 10_000_000

    beforeAll(async () => {
      folder = new ModelFolder()
      engine = await makeEngine()
    })
    afterAll(async () => {
      await engine[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    })

    it('carries numbers of every type unchanged, a few or none', async () => {
      const all = await session('every-type', () => {
        const graph = numericTypes.map((type) => ({
          input: value(`in-${type}`, type, ['rows', 3]),
          output: value(`out-${type}`, type, ['rows', 3]),
          node: node('Identity', [`in-${type}`], [`out-${type}`]),
        }))
        return fileOf({
          input: graph.map((part) => part.input),
          output: graph.map((part) => part.output),
          node: graph.map((part) => part.node),
        })
      })
      for (const dims of [
        [1, 3],
        [5, 3],
        [0, 3],
      ]) {
        const { outputs } = await all.run(numericTypes.map((type) => pattern(`in-${type}`, type, dims)))
        expect(outputs).toEqual(numericTypes.map((type) => pattern(`out-${type}`, type, dims)))
      }
    })

    it('carries a scalar', async () => {
      const scalar = await session('scalar', () => identityModel('float64', []))
      const x = tensorOf('x', 'float64', [], Float64Array.of(Math.PI))
      expect((await scalar.run([x])).outputs).toEqual([{ ...x, name: 'y' }])
    })

    it('carries booleans, and takes every byte but 0 for true', async () => {
      const identity = await session('bool', () => identityModel('bool', ['n']))
      const { outputs } = await identity.run([tensorOf('x', 'bool', [4], Uint8Array.of(0, 1, 7, 255))])
      expect([...outputs[0]!.data]).toEqual([0, 1, 1, 1])
    })

    it('carries texts of any language, empty ones and none', async () => {
      const identity = await session('string', () => identityModel('string', ['n']))
      for (const texts of [['grün', '', '漢字', '👍🏽'], []]) {
        const x = textsOf('x', [texts.length], texts)
        expect((await identity.run([x])).outputs).toEqual([{ ...x, name: 'y' }])
      }
    })

    it('refuses texts that do not add up, are no UTF-8 or would be cut at a zero byte', async () => {
      const identity = await session('string', () => identityModel('string', ['n']))
      const short = tensorOf('x', 'string', [2], Uint8Array.of(1, 0, 0, 0, 65, 9, 0, 0, 0, 66))
      expect(await failure(identity.run([short]))).toBe('INPUT_SIZE')
      const latin = tensorOf('x', 'string', [1], Uint8Array.of(1, 0, 0, 0, 0xe4))
      expect(await failure(identity.run([latin]))).toBe('ENGINE_FAILED')
      expect(await failure(identity.run([textsOf('x', [1], ['a\0b'])]))).toBe('ENGINE_FAILED')
      expect(await failure(identity.run([textsOf('x', [1], ['ab'])]))).toBe('no error')
    })

    it('says what the model takes and gives', async () => {
      const two = await session('two', sumAndDifferenceModel)
      expect(two.inputs).toEqual([
        { name: 'a', type: 'float32', dims: ['n', 3] },
        { name: 'b', type: 'float32', dims: [3] },
      ])
      expect(two.outputs.map((output) => output.name)).toEqual(['sum', 'difference'])
      expect(parseKernelClass(two.kernelClass)?.precision).toBe('fp32')
      expect(two.state).toBe('ready')
    })

    it('takes several inputs in any order and gives several outputs in its own', async () => {
      const two = await session('two', sumAndDifferenceModel)
      const a = floats('a', [2, 3], [1, 2, 3, 4, 5, 6])
      const b = floats('b', [3], [10, 20, 30])
      const { outputs } = await two.run([b, a])
      expect(outputs.map((output) => [output.name, output.dims, floatsIn(output)])).toEqual([
        ['sum', [2, 3], [11, 22, 33, 14, 25, 36]],
        ['difference', [2, 3], [-9, -18, -27, -6, -15, -24]],
      ])
    })

    it('refuses inputs that do not fit the model, and goes on', async () => {
      const two = await session('two', sumAndDifferenceModel)
      const a = floats('a', [1, 3], [1, 2, 3])
      const b = floats('b', [3], [1, 1, 1])
      expect(await failure(two.run([a]))).toBe('INPUT_MISSING')
      expect(await failure(two.run([a, { ...b, name: 'c' }]))).toBe('INPUT_NAME')
      expect(await failure(two.run([a, b, b]))).toBe('INPUT_NAME')
      expect(await failure(two.run([a, tensorOf('b', 'float64', [3], new Float64Array(3))]))).toBe('INPUT_TYPE')
      expect(await failure(two.run([a, floats('b', [4], [1, 1, 1, 1])]))).toBe('INPUT_SHAPE')
      expect(await failure(two.run([a, { ...b, byteLength: 16 }]))).toBe('INPUT_SIZE')
      expect(await failure(two.run([a, { ...b, data: b.data.subarray(4) }]))).toBe('INPUT_SIZE')
      expect(await failure(two.run([a, b]))).toBe('no error')
    })

    it('names values that the model cannot work with, without places in its own source', async () => {
      const gather = await session('gather', gatherModel)
      const error = await gather.run([int64Of('index', [1], 99)]).catch((thrown: unknown) => thrown)
      expect(codeOf(error)).toBe('ENGINE_FAILED')
      expect((error as MeshError).facts.why).toMatch(/^indices element out of data bounds, idx=99/)
      expect((await gather.run([int64Of('index', [1], 0)])).outputs[0]!.dims).toEqual([1])
    })

    it('answers every one of many runs at once with its own result', async () => {
      const two = await session('two', sumAndDifferenceModel)
      const b = floats('b', [3], [0, 0, 0])
      const sums = await Promise.all(
        Array.from({ length: 300 }, async (_, i) => {
          const { outputs } = await two.run([floats('a', [1, 3], [i, i + 1, i + 2]), b])
          return floatsIn(outputs[0]!)
        }),
      )
      expect(sums).toEqual(Array.from({ length: 300 }, (_, i) => [i, i + 1, i + 2]))
    })

    it('takes inputs and gives outputs of many megabytes, of odd length too', async () => {
      const identity = await session('identity-uint8-any', () => identityModel('uint8', ['n']))
      const x = tensorOf('x', 'uint8', [33 * MIB + 5], new Uint8Array(33 * MIB + 5).fill(3))
      x.data[x.data.length - 1] = 7
      x.data[262_144] = 9
      const [large, small] = await Promise.all([
        identity.run([x]),
        identity.run([tensorOf('x', 'uint8', [1], Uint8Array.of(5))]),
      ])
      expect(Buffer.compare(large.outputs[0]!.data, x.data)).toBe(0)
      expect([...small.outputs[0]!.data]).toEqual([5])
    })

    it('does not hand over more output than the limit', async () => {
      const repeat = await session('repeat', repeatModel)
      const x = tensorOf('x', 'uint8', [1], Uint8Array.of(1))
      expect(await failure(repeat.run([x, int64Of('count', [1], 65 * MIB)]))).toBe('ENGINE_FAILED')
      expect((await repeat.run([x, int64Of('count', [1], 3)])).outputs[0]!.data).toEqual(Uint8Array.of(1, 1, 1))
    })

    it('counts waiting and computing apart', async () => {
      const model = await slow()
      const [before, after] = await Promise.all([model.run(rounds(40)), model.run(rounds(1))])
      expect(before.waitedUs).toBeLessThan(before.computedUs)
      expect(after.waitedUs).toBeGreaterThanOrEqual(before.computedUs * 0.9)
      expect(after.computedUs).toBeLessThan(before.computedUs)
    })

    it('stops a run that is cancelled, and answers those behind it', async () => {
      const model = await slow()
      const cancel = new AbortController()
      const running = model.run(rounds(FOR_EVER), { signal: cancel.signal })
      const behind = [model.run(rounds(1)), model.run(rounds(2))]
      await model.run(rounds(1), { deadlineMs: 30 }).catch(() => undefined)
      cancel.abort()
      expect(await failure(running)).toBe('CANCELLED')
      for (const { outputs } of await Promise.all(behind)) expect(outputs[0]!.dims).toEqual([256, 256])
    })

    it('forgets a run that is cancelled while it waits', async () => {
      const model = await slow()
      const running = model.run(rounds(30))
      const cancel = new AbortController()
      const waiting = model.run(rounds(FOR_EVER), { signal: cancel.signal })
      cancel.abort(new MeshError('TIMEOUT', { what: 'the job', ms: 1 }))
      expect(await failure(waiting)).toBe('TIMEOUT')
      expect((await running).outputs).toHaveLength(1)
      expect(await failure(model.run(rounds(1), { signal: cancel.signal }))).toBe('TIMEOUT')
    })

    it('stops a run at its deadline, and is ready again', async () => {
      const model = await slow()
      const startedMs = performance.now()
      expect(await failure(model.run(rounds(FOR_EVER), { deadlineMs: 150 }))).toBe('ENGINE_DEADLINE')
      expect(performance.now() - startedMs).toBeGreaterThanOrEqual(149)
      expect((await model.run(rounds(1))).outputs).toHaveLength(1)
    })

    it('counts waiting into the deadline', async () => {
      const model = await slow()
      const cancel = new AbortController()
      const running = failure(model.run(rounds(FOR_EVER), { signal: cancel.signal }))
      expect(await failure(model.run(rounds(1), { deadlineMs: 60 }))).toBe('ENGINE_DEADLINE')
      cancel.abort()
      expect(await running).toBe('CANCELLED')
    })

    it('refuses more runs than it lets wait', async () => {
      const model = await slow()
      const cancel = new AbortController()
      const ends = Array.from({ length: 1_100 }, () => failure(model.run(rounds(FOR_EVER), { signal: cancel.signal })))
      expect(await ends.at(-1)).toBe('LIMIT')
      cancel.abort()
      const counted = Map.groupBy(await Promise.all(ends), (end) => end)
      expect([...counted.keys()].sort()).toEqual(['CANCELLED', 'LIMIT'])
      expect(counted.get('CANCELLED')!.length).toBeGreaterThanOrEqual(256)
    })

    it('ends a run that needs more memory than the limit, and is ready again', async () => {
      const hungry = await session('memory', memoryModel)
      for (const count of [150_000_000, 1_000_000_000]) {
        const error = await hungry.run([int64Of('count', [1], count)]).catch((thrown: unknown) => thrown)
        expect(codeOf(error)).toBe('ENGINE_MEMORY')
        expect((error as MeshError).facts.max).toBe(limits.memoryBytesMax)
        expect(floatsIn((await hungry.run([int64Of('count', [1], 2)])).outputs[0]!)[0]).toBeCloseTo(2 * Math.E, 4)
      }
    })

    it('ends what runs and waits when it is disposed', async () => {
      const model = await engine.open(folder.add('disposed', slowModel(64)), limits)
      const ends = [failure(model.run(rounds(FOR_EVER))), failure(model.run(rounds(1)))]
      await model[Symbol.asyncDispose]()
      expect(await Promise.all(ends)).toEqual(['CANCELLED', 'CANCELLED'])
      expect(model.state).toBe('closed')
      expect(await failure(model.run(rounds(1)))).toBe('CANCELLED')
    })

    it('refuses files that are no model', async () => {
      const missing: ModelFile = { ...folder.add('x', new Uint8Array()), path: `${folder.path}/nowhere.onnx` }
      expect(await failure(engine.open(missing, limits))).toBe('MODEL_FILE')
      const text = folder.add('text', new TextEncoder().encode('<html>not found</html>'))
      expect(await failure(engine.open(text, limits))).toBe('MODEL_FILE')
      const cut = folder.add('cut', perceptronModel(64, 2).subarray(0, 9_000))
      expect(await failure(engine.open(cut, limits))).toBe('MODEL_FILE')
    })

    it('gives up loading when it is cancelled', async () => {
      const cancel = new AbortController()
      const opening = failure(engine.open(folder.add('cancelled', perceptronModel(64, 2)), limits, cancel.signal))
      cancel.abort()
      expect(await opening).toBe('CANCELLED')
      expect(await failure(engine.open(folder.add('late', new Uint8Array()), limits, cancel.signal))).toBe('CANCELLED')
    })
  })
}
