/** Whether models run here: the engine starts confined, and every model that is to be served opens. */
import type { Settings } from '../config/settings.ts'
import { createOnnxEngine } from '../engines/onnx/onnx-engine.ts'
import { createCrypto } from '../keys/node-crypto.ts'
import { smokeInference } from '../measure/smoke-inference.ts'
import { openModelFile } from '../models/open-model-file.ts'
import { shippedModels } from '../models/shipped/index.ts'
import { type Check, ok, warn } from './check.ts'

export const engineCheck: Check = {
  name: 'engine',
  async run(signal) {
    await using engine = await createOnnxEngine()
    const [smallest] = shippedModels()
    const model = await openModelFile(smallest!.name, signal)
    const startedMs = performance.now()
    const limits = { memoryBytesMax: 2 ** 31, threads: 1, outputBytesMax: 2 ** 26 }
    await using session = await engine.open(model, limits, signal)
    const tookMs = Math.round(performance.now() - startedMs)
    await smokeInference(engine, limits, await createCrypto(), signal)
    const found = `${engine.name} ${engine.version} opens ${model.name} in ${tookMs} ms and computes right, as ${session.kernelClass}`
    const { network, memory, files, privileges } = engine.confinement
    const loose = [
      ...(network === 'none' ? ['network'] : []),
      ...(memory === 'watch' ? ['memory'] : []),
      ...(files === 'permission' ? ['files'] : []),
      ...(privileges === 'kept' ? ['privileges'] : []),
    ]
    if (loose.length === 0) return ok(`${found}, confined`)
    return warn(
      `${found}; this machine does not confine its ${loose.join(', ')}`,
      'Serve only models that you trust here, or install util-linux (unshare, prlimit, setpriv) and permit user namespaces.',
    )
  },
}

export const modelsCheck = ({ models, roles }: Pick<Settings, 'models' | 'roles'>): Check => ({
  name: 'models',
  async run(signal) {
    if (!roles.includes('miner')) return ok('this node serves none: it has no miner role')
    if (models.length === 0) return warn('no model is set to be served', 'aitbc config set models characters,languages')
    const opened: string[] = []
    for (const name of models) {
      const model = await openModelFile(name, signal)
      opened.push(`${model.name} (${(model.bytes / 1_048_576).toFixed(1)} MiB)`)
    }
    return ok(opened.join(', '))
  },
})
