/** The engine on a card's kernels, really run where this machine has a software Vulkan to run them on. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseKernelClass } from '../../../node/engines/kernel-class.ts'
import { createOnnxEngine, type OnnxEngine } from '../../../node/engines/onnx/onnx-engine.ts'
import type { SessionEvent } from '../../../node/engines/onnx/onnx-session.ts'
import { RELATIVE_ERROR_MAX, relativeError, tryKernels } from '../../../node/engines/onnx/try-kernels.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { measureEngine } from '../../../node/measure/measure-engine.ts'
import { systemClock } from '../../../node/roles/system-clock.ts'
import { ModelFolder } from '../../support/engines/model-folder.ts'
import { identityModel, perceptronModel } from '../../support/engines/onnx-models.ts'
import { needsVulkan, softwareVulkan, softwareVulkanOnly } from '../../support/engines/software-vulkan.ts'
import { floats, floatsIn } from '../../support/engines/tensor-of.ts'

const MIB = 1_048_576
const limits = { memoryBytesMax: 2_048 * MIB, threads: 1, outputBytesMax: 16 * MIB }
const canRun = softwareVulkan !== undefined && process.platform === 'linux' && process.arch === 'x64'

describe.skipIf(!canRun)(`ONNX Runtime on WebGPU${needsVulkan}`, () => {
  const events: SessionEvent[] = []
  let folder: ModelFolder
  let engine: OnnxEngine
  const before = { ...process.env }

  beforeAll(async () => {
    Object.assign(process.env, softwareVulkanOnly)
    folder = new ModelFolder()
    engine = await createOnnxEngine({ kernels: 'webgpu', card: 'llvmpipe', report: (event) => events.push(event) })
  })
  afterAll(async () => {
    await engine[Symbol.asyncDispose]()
    folder[Symbol.dispose]()
    for (const name of Object.keys(softwareVulkanOnly)) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  })

  it('computes what the processor computes, in a class of its own', { timeout: 120_000 }, async () => {
    const model = folder.add('perceptron', perceptronModel(16, 3))
    await using here = await engine.openWith('cpu', model, limits)
    await using there = await engine.open(model, limits)
    expect(parseKernelClass(there.kernelClass)).toMatchObject({ kernels: 'webgpu', card: 'llvmpipe' })
    expect(parseKernelClass(here.kernelClass)).toMatchObject({ kernels: 'cpu', card: process.arch })
    const input = [
      floats(
        here.inputs[0]!.name,
        [1, 16],
        Array.from({ length: 16 }, (_, i) => Math.sin(i)),
      ),
    ]
    const expected = Float32Array.from(floatsIn((await here.run(input)).outputs[0]!))
    const found = Float32Array.from(floatsIn((await there.run(input)).outputs[0]!))
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0)
    expect(relativeError(expected, found)).toBeLessThanOrEqual(RELATIVE_ERROR_MAX)
  })

  it('passes the trial that a node makes before it serves by a card', { timeout: 240_000 }, async () => {
    await tryKernels('webgpu', engine.openWith)
  })

  it('leaves a model that it cannot run whole to the processor, under the processor’s class, and says why', async () => {
    const model = folder.add('texts', identityModel('string', ['n']))
    await using session = await engine.open(model, limits)
    expect(parseKernelClass(session.kernelClass)).toMatchObject({ kernels: 'cpu' })
    expect(events).toContainEqual({
      kind: 'engine:on-processor',
      model,
      kernels: 'webgpu',
      error: expect.objectContaining({ code: 'MODEL_FILE' }),
    })
  })

  it('is measured by what the card ran, and what it could not is left out', { timeout: 240_000 }, async () => {
    const hasher = await createCrypto()
    const { engine: measured, findings } = await measureEngine({ engine, limits, clock: systemClock, hasher })
    expect(measured).toBe(`onnxruntime/${engine.version}/webgpu`)
    expect(findings.fp32Gflops).toMatchObject({ kind: 'measured' })
    expect(findings.int8Gops).toMatchObject({ kind: 'absent', why: expect.stringContaining('left it to cpu') })
  })

  it('says of its children that writes and memory are not held by the kernel, and holds network and rights as before', async () => {
    await using plain = await createOnnxEngine()
    expect(engine.confinement).toMatchObject({
      network: plain.confinement.network,
      privileges: plain.confinement.privileges,
      memory: 'watch',
      files: 'permission',
    })
  })
})

describe('kernels that are not there', () => {
  it.skipIf(process.platform === 'darwin')('fail the trial with a reason', { timeout: 60_000 }, async () => {
    await using engine = await createOnnxEngine({ kernels: 'coreml', card: 'none' })
    await expect(tryKernels('coreml', engine.openWith)).rejects.toMatchObject({ code: 'ENGINE_KERNELS' })
  })

  it.skipIf(process.platform !== 'linux')('fail where no driver is found', { timeout: 60_000 }, async () => {
    const { VK_DRIVER_FILES, VK_ICD_FILENAMES } = process.env
    Object.assign(process.env, { VK_DRIVER_FILES: '/nonexistent.json', VK_ICD_FILENAMES: '/nonexistent.json' })
    try {
      await using engine = await createOnnxEngine({ kernels: 'webgpu', card: 'none' })
      await expect(tryKernels('webgpu', engine.openWith)).rejects.toMatchObject({ code: 'ENGINE_KERNELS' })
    } finally {
      for (const [name, value] of Object.entries({ VK_DRIVER_FILES, VK_ICD_FILENAMES })) {
        if (value === undefined) delete process.env[name]
        else process.env[name] = value
      }
    }
  })
})
