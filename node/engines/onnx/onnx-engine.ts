/** ONNX Runtime as an engine: one confined child process per open model. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Engine, EngineLimits, ModelFile } from '../engine.ts'
import { kernelClassText } from '../kernel-class.ts'
import { type Confinement, probeConfinement } from './confinement.ts'
import type { ChildSettings } from './engine-child.ts'
import { loadChild } from './load-child.ts'
import { OnnxSession, type SessionEvent } from './onnx-session.ts'

export interface OnnxEngine extends Engine {
  /** What holds the children on this machine. */
  readonly confinement: Confinement
  open(model: ModelFile, limits: EngineLimits, signal?: AbortSignal): Promise<OnnxSession>
}

export interface OnnxEngineOptions {
  /** Instead of what this machine permits. */
  readonly confinement?: Confinement
  readonly report?: (event: SessionEvent) => void
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
  const confinement = options.confinement ?? (await probeConfinement())
  const version = runtimeVersion()
  const report = options.report ?? (() => {})
  const sessions = new Set<OnnxSession>()
  const closing = new AbortController()
  return {
    name: NAME,
    version,
    confinement,
    async open(model, limits, signal) {
      throwIfAborted(closing.signal)
      const child: ChildSettings = { modelPath: resolve(model.path), ...limits, confinement }
      const kernelClass = kernelClassText({
        engine: NAME,
        version,
        kernels: 'cpu',
        precision: model.precision,
        card: process.arch,
      })
      const context = { model, memoryBytesMax: limits.memoryBytesMax }
      const loaded = await withEither(closing.signal, signal, (either) => loadChild(child, context, either))
      const released = (): void => {
        sessions.delete(session)
      }
      const session: OnnxSession = new OnnxSession({ model, child, kernelClass, report, released }, loaded)
      sessions.add(session)
      return session
    },
    async [Symbol.asyncDispose]() {
      closing.abort()
      await Promise.all([...sessions].map((session) => session[Symbol.asyncDispose]()))
    },
  }
}

/** Runs `work` under a signal that follows two; nothing is left on either when it ends. */
async function withEither<T>(
  one: AbortSignal,
  other: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const either = new AbortController()
  const follow = (): void => either.abort(one.aborted ? one.reason : other?.reason)
  const signals = other === undefined ? [one] : [one, other]
  for (const signal of signals) signal.addEventListener('abort', follow, { once: true })
  if (signals.some((signal) => signal.aborted)) follow()
  try {
    return await work(either.signal)
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', follow)
  }
}
