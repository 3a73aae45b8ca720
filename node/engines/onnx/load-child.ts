/** From a model's path to a child that is ready to run it. */
import { abortError, MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import { type ChildSettings, EngineChild } from './engine-child.ts'
import { frameKinds } from './frames.ts'
import { decodeReady, type Ready } from './ready.ts'
import { exitError, type FailureContext, failureError } from './run-errors.ts'

export interface LoadedChild {
  readonly child: EngineChild
  readonly ready: Ready
  readonly tookMs: number
}

/** Reading and optimising the largest model that fits a desktop takes tens of seconds; constants that are folded may take for ever. */
const LOAD_MS_MAX = 180_000
const WATCH_MS = 50

/** @throws MeshError MODEL_FILE, ENGINE_MEMORY, ENGINE_CRASHED, ENGINE_DEADLINE, CANCELLED; the child is gone then */
export async function loadChild(
  settings: ChildSettings,
  context: FailureContext,
  signal?: AbortSignal,
): Promise<LoadedChild> {
  throwIfAborted(signal)
  const child = EngineChild.start(settings)
  const startedMs = performance.now()
  const giveUpAtMs = startedMs + LOAD_MS_MAX
  let onAbort = (): void => {}
  const watch = setInterval(() => {
    if (performance.now() > giveUpAtMs) child.kill('killed')
    else void child.watchMemory()
  }, WATCH_MS)
  try {
    const ready = await new Promise<Ready>((resolve, reject) => {
      child.onFrame = (frame) => {
        if (frame.kind === frameKinds.ready)
          resolve(decodeReady(frame.payload.subarray(0, frame.header.parts[0]?.byteLength)))
        else reject(failureError(frame, context))
      }
      onAbort = () => {
        child.kill('killed')
        reject(abortError(signal!))
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      child.exited.then((exit) => {
        reject(
          exit.cause === 'killed' ? new MeshError('ENGINE_DEADLINE', { max: LOAD_MS_MAX }) : exitError(exit, context),
        )
      })
    })
    return { child, ready, tookMs: performance.now() - startedMs }
  } catch (error) {
    await child[Symbol.asyncDispose]()
    throw error
  } finally {
    clearInterval(watch)
    signal?.removeEventListener('abort', onAbort)
  }
}
