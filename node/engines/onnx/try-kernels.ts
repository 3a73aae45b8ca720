/** Whether kernels of a card compute what the processor's compute: tried on a shipped model before anything is served by them. */
import { asMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import { openModelFile } from '../../models/open-model-file.ts'
import type { EngineLimits, ModelFile } from '../engine.ts'
import type { KernelSet } from '../kernels.ts'
import type { OnnxSession } from './onnx-session.ts'

/** Smallest of the shipped with convolutions, pools and products in it. */
const MODEL = 'characters'
/** Drivers compile kernels at the first run: a second on a card, half a minute on a software driver of a busy machine. */
const RUN_MS_MAX = 120_000
/** Of 32-bit results by different kernels: rounding differs in the last bits, 1e-6 of the whole; a wrong kernel is off by more. */
export const RELATIVE_ERROR_MAX = 1e-4

const limits: EngineLimits = { memoryBytesMax: 4 * 2 ** 30, threads: 1, outputBytesMax: 2 ** 20 }

type Open = (kernels: KernelSet, model: ModelFile, limits: EngineLimits, signal?: AbortSignal) => Promise<OnnxSession>

/** @throws MeshError ENGINE_KERNELS where they cannot be used, CANCELLED */
export async function tryKernels(kernels: KernelSet, open: Open, signal?: AbortSignal): Promise<void> {
  const model = await openModelFile(MODEL, signal)
  const reference = await outputOf('cpu')
  const refused = (why: string, cause?: unknown): MeshError => new MeshError('ENGINE_KERNELS', { kernels, why }, cause)
  let tried: Float32Array
  try {
    tried = await outputOf(kernels)
  } catch (error) {
    const failed = asMeshError(error)
    if (failed.code === 'CANCELLED' || failed.fault === 'bug') throw failed
    throw refused(failed.message, failed)
  }
  const off = relativeError(reference, tried)
  if (!(off <= RELATIVE_ERROR_MAX))
    throw refused(
      `on ${MODEL} they are ${off.toExponential(1)} away from the processor, and ${RELATIVE_ERROR_MAX} is allowed`,
    )

  async function outputOf(which: KernelSet): Promise<Float32Array> {
    await using session = await open(which, model, limits, signal)
    const { outputs } = await session.run([inputOf(session)], {
      deadlineMs: RUN_MS_MAX,
      ...(signal !== undefined && { signal }),
    })
    const { data } = outputs[0]!
    return new Float32Array(data.slice().buffer)
  }
}

/** A picture of nothing in particular, the same each time: every pixel lit differently. */
function inputOf({ inputs }: OnnxSession): Tensor {
  const { name } = inputs[0]!
  const pixels = Float32Array.from({ length: 784 }, (_, i) => ((i * 37 + 11) % 251) / 251)
  const data = new Uint8Array(pixels.buffer)
  return { name, type: 'float32', dims: [1, 1, 28, 28], byteLength: data.length, data }
}

/** Root mean square of the differences by that of the first; NaN where anything is no number. */
export function relativeError(expected: Float32Array, found: Float32Array): number {
  if (expected.length !== found.length) return Number.POSITIVE_INFINITY
  let squares = 0
  let differences = 0
  for (let i = 0; i < expected.length; i++) {
    squares += expected[i]! ** 2
    differences += (expected[i]! - found[i]!) ** 2
  }
  return Math.sqrt(differences / squares)
}
