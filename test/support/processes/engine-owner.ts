/** Opens a model as a node does, says what holds the child, then runs it once or for ever. Arguments: model, rounds, orphans. */
import { confinementOf, probeConfinement } from '../../../node/engines/onnx/confinement.ts'
import { createOnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import { modelId } from '../../../protocols/kernel/ids.ts'
import { int64Of } from '../engines/tensor-of.ts'

const [path, rounds, orphans] = process.argv.slice(2)
const say = (message: object): void => {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

const confinement = orphans === 'thread' ? confinementOf([], false, []) : await probeConfinement()
await using engine = await createOnnxEngine({ confinement })
const model = { id: modelId('slow'), path: path!, bytes: 0, precision: 'fp32' } as const
await using session = await engine.open(model, { memoryBytesMax: 2 ** 29, threads: 1, outputBytesMax: 2 ** 24 })
const { wrappers: _, ...means } = confinement
say({ ...means, pid: session.pid, uid: process.getuid?.() })
const { outputs } = await session.run([int64Of('rounds', [], Number(rounds))])
say({ outputBytes: outputs[0]!.byteLength })
