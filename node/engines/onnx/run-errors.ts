/** What went wrong in a child, in the catalogue's words. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { ModelFile } from '../engine.ts'
import type { ChildExit } from './engine-child.ts'
import type { ReceivedFrame } from './frame-stream.ts'
import { failureKinds } from './frames.ts'
import { plainReason } from './plain-reason.ts'

export interface FailureContext {
  readonly model: ModelFile
  readonly memoryBytesMax: number
}

const decoder = new TextDecoder()

const outOfMemory = (context: FailureContext): MeshError =>
  new MeshError('ENGINE_MEMORY', { model: context.model.id, max: context.memoryBytesMax })

/** The error that a failure frame stands for. */
export function failureError(frame: ReceivedFrame, context: FailureContext): MeshError {
  if (frame.header.value === failureKinds.memory) return outOfMemory(context)
  const length = frame.header.parts[0]?.byteLength ?? 0
  const why = plainReason(decoder.decode(frame.payload.subarray(0, length)))
  return frame.header.value === failureKinds.load
    ? new MeshError('MODEL_FILE', { path: context.model.path, why })
    : new MeshError('ENGINE_FAILED', { why })
}

/** The error of the run, or of the load, that a child died of. */
export function exitError(exit: ChildExit, context: FailureContext): MeshError {
  return exit.cause === 'memory'
    ? outOfMemory(context)
    : new MeshError('ENGINE_CRASHED', { how: exit.how, model: context.model.id })
}
