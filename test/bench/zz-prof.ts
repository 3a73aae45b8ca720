import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { modelId } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { ModelFolder } from '../support/model-folder.ts'
import { perceptronModel } from '../support/onnx-models.ts'
import { tensorOf } from '../support/tensor-of.ts'
import { startMeshSide } from './support/mesh-side.ts'

using folder = new ModelFolder()
const model = folder.add('m', perceptronModel(784, 1))
await using mesh = await startMeshSide(model.path, 1)
const input = tensorOf('x', 'float32', [1, 784], new Float32Array(784).fill(0.5))
const client = mesh.client.client!
const counts: Record<string, number> = {}
mesh.client.bus.listen(({ event }) => {
  counts[event.kind] = (counts[event.kind] ?? 0) + 1
})
const run = async (jobs: number, inFlight: number) => {
  let left = jobs
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (left-- > 0) await client.infer({ model: modelId(model.id), inputs: [input], priceMax: credits(1_000_000) })
    }),
  )
}
await run(1000, 32)
for (const k of Object.keys(counts)) delete counts[k]
const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.setSamplingInterval', { interval: 200 })
await session.post('Profiler.start')
const t = performance.now()
const cpu = process.cpuUsage()
await run(Number(process.argv[2] ?? 3000), Number(process.argv[3] ?? 32))
const used = process.cpuUsage(cpu)
const { profile } = await session.post('Profiler.stop')
writeFileSync('/tmp/h/caller.cpuprofile', JSON.stringify(profile))
console.log((performance.now() - t).toFixed(0), 'ms', used, counts)
