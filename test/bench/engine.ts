/**
 * What an engine child costs per run, above the runtime called in this process: `node test/bench/engine.ts`.
 * Both are measured in turn, so that whatever else the machine does falls on both.
 */
import { createOnnxEngine } from '../../node/engines/onnx/onnx-engine.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import { ModelFolder } from '../support/model-folder.ts'
import { identityModel, loopedPerceptronModel, perceptronModel, repeatModel } from '../support/onnx-models.ts'
import { int64Of, tensorOf } from '../support/tensor-of.ts'
import { percentile } from './support/distribution.ts'
import { machineLine } from './support/machine.ts'

process.env.ORT_DISABLE_TELEMETRY = '1'
const runtime = await import('onnxruntime-node')

const MIB = 1_048_576
const limits = { memoryBytesMax: 2_048 * MIB, threads: 1, outputBytesMax: 512 * MIB }
const IN_FLIGHT = 32
const WARM_UP = 200

const us = (value: number): string => value.toFixed(1).padStart(10)

function row(name: string, samples: number[], base?: readonly number[]): void {
  samples.sort((a, b) => a - b)
  const [p50, p90, p99] = [0.5, 0.9, 0.99].map((share) => percentile(samples, share)) as [number, number, number]
  const ratio = base === undefined ? '' : `${(p50 / percentile(base, 0.5)).toFixed(2).padStart(8)} x`
  const above = base === undefined ? '' : `${us(p50 - percentile(base, 0.5))} us above at p50`
  console.log(`${name.padEnd(34)}${us(p50)}${us(p90)}${us(p99)}${ratio}${above}`)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now()
  await work()
  return (performance.now() - startedMs) * 1_000
}

console.log(machineLine(`onnxruntime ${runtime.env.versions.node}`))
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
  console.log(`\n${name}, 3 KB in and out; us${' '.repeat(14)}p50       p90       p99`)
  row('session.run in this process', here!)
  row('the same inside the child', computed!, here!)
  row('engine, 1 in flight', there!, here!)
  row(`engine, ${IN_FLIGHT} in flight, per run`, together!, here!)
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
    row(`echo of ${bytes / 1_024} KiB, without run`, samples)
  }
  console.log(`\nround trips; us${' '.repeat(33)}p50       p90       p99`)
  await sized(3 * 1_024, 2_000)
  await sized(128 * 1_024, 500)
  await sized(16 * MIB, 10)
  await using repeat = await engine.open(folder.add('repeat', repeatModel()), limits)
  const one = tensorOf('x', 'uint8', [1], Uint8Array.of(1))
  for (let i = 0; i < 4; i++) {
    let computedUs = 0
    const total = await timed(async () => {
      computedUs = (await repeat.run([one, int64Of('count', [1], 256 * MIB)])).computedUs
    })
    const ms = (total - computedUs) / 1_000
    console.log(`output of 256 MiB: ${ms.toFixed(0)} ms after the run, ${(256 / 1.024 / ms).toFixed(2)} GiB/s`)
  }
}

await perRun('0.1 ms model', perceptronModel(784, 1), 4_000)
await perRun('10 ms model', loopedPerceptronModel(784, 290), 200)
await bulk()
