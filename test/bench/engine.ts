/**
 * What an engine child costs per run, above the runtime called in this process: `node test/bench/engine.ts`.
 * Both are measured in turn, so that whatever else the machine does falls on both.
 */
import { createOnnxEngine } from '../../node/engines/onnx/onnx-engine.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import { ModelFolder } from '../support/engines/model-folder.ts'
import { identityModel, loopedPerceptronModel, perceptronModel, repeatModel } from '../support/engines/onnx-models.ts'
import { int64Of, tensorOf } from '../support/engines/tensor-of.ts'
import { percentile } from './support/distribution.ts'
import { msText, tell, tellMachine } from './support/figures.ts'

process.env.ORT_DISABLE_TELEMETRY = '1'
const runtime = await import('onnxruntime-node')

const MIB = 1_048_576
const limits = { memoryBytesMax: 2_048 * MIB, threads: 1, outputBytesMax: 512 * MIB }
const IN_FLIGHT = 32
const WARM_UP = 200

/** @param samples in microseconds */
function report(asks: string, samples: readonly number[], base?: readonly number[]): void {
  const at = (of: readonly number[], share: number): number =>
    percentile(
      of.toSorted((a, b) => a - b),
      share,
    ) / 1_000
  tell({
    asks,
    found: `${msText(at(samples, 0.5))} at p50, ${msText(at(samples, 0.99))} at p99`,
    ...(base === undefined
      ? {}
      : {
          baseline: `${msText(at(base, 0.5))} for session.run in this process`,
          ratio: at(samples, 0.5) / at(base, 0.5),
        }),
  })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return (performance.now() - startedMs) * 1_000
}

tellMachine(`onnxruntime ${runtime.env.versions.node}`)
using folder = new ModelFolder()
await using engine = await createOnnxEngine()

async function perRun(name: string, bytes: Uint8Array, runs: number): Promise<void> {
  const model = folder.add(name, bytes)
  const inProcess = await runtime.InferenceSession.create(model.path, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
  await using session = await engine.open(model, limits)
  const values = new Float32Array(784).fill(0.5)
  const x = tensorOf('x', 'float32', [1, 784], values)
  const local = (): Promise<unknown> => inProcess.run({ x: new runtime.Tensor('float32', values, [1, 784]) })
  const remote = (): Promise<unknown> => session.run([x])
  for (let i = 0; i < WARM_UP; i++) await Promise.all([local(), remote()])
  const [here, there, computed, together]: number[][] = [[], [], [], []]
  for (let i = 0; i < runs; i++) {
    here!.push(await timed(local))
    let inside = 0
    there!.push(await timed(async () => (inside = (await session.run([x])).computedUs)))
    computed!.push(inside)
  }
  for (let i = 0; i < runs / IN_FLIGHT; i++) {
    const all = await timed(() => Promise.all(Array.from({ length: IN_FLIGHT }, remote)))
    together!.push(all / IN_FLIGHT)
  }
  report(`a run of a ${name}, 3 KB in and out, inside the child`, computed!, here)
  report(`the same through the engine, 1 in flight`, there!, here)
  report(`the same, ${IN_FLIGHT} in flight, each`, together!, here)
  await inProcess.release()
}

async function bulk(): Promise<void> {
  await using echo = await engine.open(folder.add('echo', identityModel('uint8', ['n'])), limits)
  const sized = async (bytes: number, runs: number): Promise<void> => {
    const x: Tensor = tensorOf('x', 'uint8', [bytes], new Uint8Array(bytes).fill(1))
    const samples: number[] = []
    for (let i = 0; i < runs; i++) {
      const result = await echo.run([x])
      const total = await timed(async () => echo.run([x]))
      samples.push(total - result.computedUs)
    }
    report(`${bytes / 1_024} KiB to the child and back, without the run`, samples)
  }
  await sized(3 * 1_024, 2_000)
  await sized(128 * 1_024, 500)
  await sized(16 * MIB, 10)
  await using repeat = await engine.open(folder.add('repeat', repeatModel()), limits)
  const one = tensorOf('x', 'uint8', [1], Uint8Array.of(1))
  const tookMs: number[] = []
  for (let i = 0; i < 4; i++) {
    let computedUs = 0
    const total = await timed(async () => {
      computedUs = (await repeat.run([one, int64Of('count', [1], 256 * MIB)])).computedUs
    })
    tookMs.push((total - computedUs) / 1_000)
  }
  const ms = percentile(
    tookMs.sort((a, b) => a - b),
    0.5,
  )
  tell({ asks: 'an output of 256 MiB, after the run', found: `${msText(ms)}, ${(256 / 1.024 / ms).toFixed(2)} GiB/s` })
}

await perRun('model of 0.1 ms', perceptronModel(784, 1), 4_000)
await perRun('model of 10 ms', loopedPerceptronModel(784, 290), 200)
await bulk()
