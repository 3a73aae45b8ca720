/**
 * The benchmark of one engine on this machine: what its kernels do with products of matrices in three forms, how fast they move
 * memory, and how long a small model takes. Time is taken inside the engine; what goes to it and comes back does not count.
 */
import { asMeshError, MeshError, throwIfAborted } from '../../protocols/kernel/errors.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import type { Tensor } from '../../protocols/wire/job/tensor.ts'
import type { EngineSession } from '../engines/engine.ts'
import { parseKernelClass } from '../engines/kernel-class.ts'
import { openModelFile } from '../models/open-model-file.ts'
import { type FigureName, type Finding, figureNames, type Measurement } from './measurement.ts'
import {
  COPIES_OF_BUFFER,
  memoryModel,
  PRODUCTS,
  type ProductForm,
  productForms,
  productModel,
} from './measuring-graphs.ts'
import { type MadeModelNeeds, openMadeModel } from './open-made-model.ts'
import { plainInputs } from './plain-inputs.ts'
import { type Best, steadyBest } from './steady-best.ts'

export interface MeasureNeeds extends MadeModelNeeds {
  readonly clock: Clock
  /** Steps of {@link figureNames}, done and in all. */
  readonly onProgress?: (done: number, total: number, next?: FigureName) => void
}

/** Of each figure, beside the start of its engine: five figures are measured within six seconds. */
const FIGURE_MS_MAX = 800
/** A run shorter than this is mostly the engine's own preparation; a larger matrix says more of the card. */
const RUN_US_MIN = 30_000
const SIDES: readonly number[] = [256, 512, 1_024, 2_048, 4_096]
/** Eight times the largest cache of common processors and cards: what is read was not there. */
const BUFFER_BYTES = 268_435_456
const BUFFER_BYTES_MIN = 16_777_216
/** Of the engine's memory: input and output of a pass may both be there, beside what the engine keeps. */
const BUFFER_SHARE = 4
const LATENCY_MODEL = 'characters'

const PRODUCT_FIGURES: Readonly<Record<ProductForm, FigureName>> = {
  fp32: 'fp32Gflops',
  fp16: 'fp16Gflops',
  int8: 'int8Gops',
}

/**
 * Takes about six seconds. A form that the engine does not run is a finding, no failure.
 * @throws MeshError CANCELLED; ENGINE_WRONG where the engine opens nothing at all
 */
export async function measureEngine(needs: MeasureNeeds, signal?: AbortSignal): Promise<Measurement> {
  const bench = new Bench(needs, signal)
  const findings: Partial<Record<FigureName, Finding>> = {}
  const step = async (name: FigureName, measure: () => Promise<Finding>): Promise<void> => {
    needs.onProgress?.(Object.keys(findings).length, figureNames.length, name)
    findings[name] = await measure().catch((error: unknown) => absentFor(error))
  }
  for (const form of productForms) await step(PRODUCT_FIGURES[form], () => bench.products(form))
  await step('memoryMBps', () => bench.memory())
  await step('modelLatencyMs', () => bench.latency())
  needs.onProgress?.(figureNames.length, figureNames.length)
  if (bench.kernels === undefined)
    throw new MeshError('ENGINE_WRONG', { engine: needs.engine.name, why: firstWhy(findings) })
  const { engine, clock } = needs
  return {
    measuredAtMs: clock.nowMs(),
    engine: `${engine.name}/${engine.version}/${bench.kernels}`,
    findings: findings as Record<FigureName, Finding>,
  }
}

const firstWhy = (findings: Partial<Record<FigureName, Finding>>): string =>
  Object.values(findings).find((each) => each.kind === 'absent')?.why ?? 'it ran nothing of the benchmark'

function absentFor(error: unknown): Finding {
  const { code, fault, message } = asMeshError(error)
  if (code === 'CANCELLED' || fault === 'bug') throw error
  return { kind: 'absent', why: message }
}

class Bench {
  /** Whose kernels computed, once any did. */
  kernels: string | undefined
  readonly #needs: MeasureNeeds
  readonly #signal: AbortSignal | undefined

  constructor(needs: MeasureNeeds, signal: AbortSignal | undefined) {
    this.#needs = needs
    this.#signal = signal
  }

  async products(form: ProductForm): Promise<Finding> {
    await using session = await this.#open(productModel(form), form)
    let side = SIDES[0]!
    let inputs = productInputs(side)
    for (const larger of SIDES) {
      side = larger
      inputs = productInputs(side)
      await this.#run(session, inputs)
      if ((await this.#run(session, inputs)) >= RUN_US_MIN) break
    }
    const best = await this.#best(session, inputs)
    return measured((PRODUCTS * 2 * side ** 3) / best.us / 1_000, best)
  }

  async memory(): Promise<Finding> {
    const { memoryBytesMax } = this.#needs.limits
    const bytes = Math.min(BUFFER_BYTES, Math.floor(memoryBytesMax / BUFFER_SHARE / 4) * 4)
    if (bytes < BUFFER_BYTES_MIN) return { kind: 'absent', why: 'the engine has too little memory to leave the caches' }
    await using session = await this.#open(memoryModel(), 'fp32')
    const count = tensor('count', 'int64', [1], BigInt64Array.of(BigInt(bytes / 4)))
    const inputs = [count, tensor('scale', 'float32', [1], Float32Array.of(1))]
    await this.#run(session, inputs)
    const best = await this.#best(session, inputs)
    return measured((COPIES_OF_BUFFER * bytes) / best.us, best)
  }

  async latency(): Promise<Finding> {
    const { engine, limits } = this.#needs
    const opened = await engine.open(await openModelFile(LATENCY_MODEL, this.#signal), limits, this.#signal)
    await using session = await this.#require(opened)
    const inputs = plainInputs(session.inputs)
    await this.#run(session, inputs)
    const best = await this.#best(session, inputs)
    return measured(best.us / 1_000, best)
  }

  async #open(bytes: Uint8Array, precision: ProductForm): Promise<EngineSession> {
    return this.#require(await openMadeModel(this.#needs, bytes, precision, this.#signal))
  }

  /** By the same kernels as what was measured before: what a card leaves to the processor says nothing of the card. */
  async #require(session: EngineSession): Promise<EngineSession> {
    const kernels = parseKernelClass(session.kernelClass)?.kernels ?? 'unknown'
    this.kernels ??= kernels
    if (kernels === this.kernels) return session
    await session[Symbol.asyncDispose]()
    throw new MeshError('ENGINE_KERNELS', { kernels: this.kernels, why: `the engine left it to ${kernels}` })
  }

  /** µs inside the engine. */
  async #run(session: EngineSession, inputs: readonly Tensor[]): Promise<number> {
    throwIfAborted(this.#signal)
    return (await session.run(inputs, this.#signal === undefined ? {} : { signal: this.#signal })).computedUs
  }

  #best(session: EngineSession, inputs: readonly Tensor[]): Promise<Best> {
    return steadyBest(() => this.#run(session, inputs), this.#needs.clock, FIGURE_MS_MAX, this.#signal)
  }
}

const measured = (value: number, { spread, runs }: Best): Finding => ({
  kind: 'measured',
  value,
  runs,
  ...(spread === undefined ? {} : { spread }),
})

function productInputs(side: number): readonly Tensor[] {
  // About 1 and all different: zeros or equal numbers would draw less power than weights do, and keep a card cooler.
  const wave = Float32Array.from({ length: side }, (_, i) => 1 + 0.5 * Math.sin(i))
  const scale = Float32Array.of(1 / side)
  return [
    tensor('u', 'float32', [side, 1], wave),
    tensor('v', 'float32', [1, side], wave),
    tensor('scale', 'float32', [1], scale),
  ]
}

function tensor(name: string, type: 'float32' | 'int64', dims: readonly number[], values: ArrayBufferView): Tensor {
  const data = new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength)
  return { name, type, dims, byteLength: data.length, data }
}
