/** ONNX Runtime as an engine: one confined child process per open model. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { isMeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Engine, EngineLimits, ModelFile } from '../engine.ts'
import { kernelClassText } from '../kernel-class.ts'
import type { KernelSet } from '../kernels.ts'
import { type Confinement, confinementHere } from './confinement.ts'
import { confinementForDevice } from './device-confinement.ts'
import type { ChildSettings } from './engine-child.ts'
import { loadChild } from './load-child.ts'
import { OnnxSession, type SessionEvent } from './onnx-session.ts'

export interface OnnxEngine extends Engine {
  /** What holds the children on this machine. */
  readonly confinement: Confinement
  /** What computes, where a model can run on it whole. */
  readonly kernels: KernelSet
  /** On the processor where the card cannot run the model whole: the session's kernel class says which. */
  open(model: ModelFile, limits: EngineLimits, signal?: AbortSignal): Promise<OnnxSession>
  /** By these kernels, or not at all. */
  openWith(kernels: KernelSet, model: ModelFile, limits: EngineLimits, signal?: AbortSignal): Promise<OnnxSession>
}

export interface OnnxEngineOptions {
  /** Instead of what this machine permits. */
  readonly confinement?: Confinement
  readonly report?: (event: SessionEvent) => void
  /** The processor's unless said. Whoever says another has tried them ({@link tryKernels}). */
  readonly kernels?: KernelSet
  /** Family of the card that they compute on, as the kernel class names it. */
  readonly card?: string
  /** What holds children to that card (node/engines/bound-cards.ts). */
  readonly environment?: Readonly<Record<string, string>>
}

const NAME = 'onnxruntime'

/** Of the installed package; it is not loaded into this process. */
function runtimeVersion(): string {
  const path = createRequire(import.meta.url).resolve('onnxruntime-node/package.json')
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string }).version
}

/**
 * @example
 * await using engine = await createOnnxEngine()
 * await using session = await engine.open(model, { memoryBytesMax: 2 ** 31, threads: 4, outputBytesMax: 2 ** 28 })
 * const { outputs } = await session.run(inputs, { deadlineMs: 10_000 })
 */
export async function createOnnxEngine(options: OnnxEngineOptions = {}): Promise<OnnxEngine> {
  const confinement = options.confinement ?? (await confinementHere())
  const version = runtimeVersion()
  const report = options.report ?? (() => {})
  const sessions = new Set<OnnxSession>()
  const closing = new AbortController()
  const kernels = options.kernels ?? 'cpu'

  const openWith: OnnxEngine['openWith'] = async (which, model, limits, signal) => {
    throwIfAborted(closing.signal)
    const onDevice = which === 'cpu' ? confinement : confinementForDevice(confinement)
    const { environment } = options
    const child: ChildSettings = {
      modelPath: resolve(model.path),
      ...limits,
      kernels: which,
      confinement: onDevice,
      ...(environment === undefined ? {} : { environment }),
    }
    const kernelClass = kernelClassText({
      engine: NAME,
      version,
      kernels: which,
      precision: model.precision,
      card: which === 'cpu' ? process.arch : (options.card ?? 'card'),
    })
    const context = { model, memoryBytesMax: limits.memoryBytesMax }
    const either = signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal])
    const loaded = await loadChild(child, context, either)
    const released = (): void => {
      sessions.delete(session)
    }
    const session: OnnxSession = new OnnxSession({ model, child, kernelClass, report, released }, loaded)
    sessions.add(session)
    return session
  }

  return {
    name: NAME,
    version,
    confinement: kernels === 'cpu' ? confinement : confinementForDevice(confinement),
    kernels,
    async open(model, limits, signal) {
      throwIfAborted(closing.signal)
      if (kernels === 'cpu') return openWith('cpu', model, limits, signal)
      try {
        return await openWith(kernels, model, limits, signal)
      } catch (error) {
        // A model that the card cannot run whole, or a card that is gone. Memory and cancelling are no reason to try again.
        if (!isMeshError(error, 'MODEL_FILE') && !isMeshError(error, 'ENGINE_CRASHED')) throw error
        const session = await openWith('cpu', model, limits, signal)
        report({ kind: 'engine:on-processor', model, kernels, error })
        return session
      }
    },
    openWith,
    async [Symbol.asyncDispose]() {
      closing.abort()
      await Promise.all([...sessions].map((session) => session[Symbol.asyncDispose]()))
    },
  }
}
