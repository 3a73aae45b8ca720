process.env.ORT_DISABLE_TELEMETRY = '1'
import { createOnnxEngine } from '../../node/engines/onnx/onnx-engine.ts'
import { ModelFolder } from './model-folder.ts'
import { perceptronModel, identityModel } from './onnx-models.ts'
import { tensorOf } from './tensor-of.ts'
using folder = new ModelFolder()
await using engine = await createOnnxEngine()
const x = tensorOf('x', 'float32', [1, 784], new Float32Array(784).fill(.5))
const pc = (a: number[], p: number) => a.sort((x, y) => x - y)[Math.floor(a.length * p)]!.toFixed(1)
for (const [name, m] of [['identity', identityModel('float32', ['n', 784])], ['0.1ms', perceptronModel(784, 1)]] as const) {
await using s = await engine.open(folder.add('m', m), { memoryBytesMax: 2 ** 30, threads: 1, outputBytesMax: 2 ** 20 })
for (let k = 0; k < 3; k++) {
  const over: number[] = []
  for (let i = 0; i < 5000; i++) {
    const a = performance.now(); const r = await s.run([x]); over.push((performance.now() - a) * 1000 - r.computedUs)
  }
  const a = performance.now(); let c = 0
  await Promise.all(Array.from({ length: 32 }, async () => { for (let i = 0; i < 150; i++) { const r = await s.run([x]); c += r.computedUs } }))
  const per = (performance.now() - a) * 1000 / 4800
  console.log(name, 'over', pc(over, .1), pc(over, .5), pc(over, .9), '32: per run', per.toFixed(1), 'above computed', (per - c / 4800).toFixed(1))
}}
