/** Engines: what runs a model. One port for ONNX Runtime here, servers of language models and others elsewhere. */
import type { ModelId } from '../../protocols/kernel/ids.ts'
import type { Tensor, TensorSpec } from '../../protocols/wire/job/tensor.ts'
import type { Precision } from './kernel-class.ts'
import type { KernelSet } from './kernels.ts'

/** A model on this disk that was inspected (node/models/inspector): engines trust that no rule of it is broken. */
export interface ModelFile {
  readonly id: ModelId
  readonly path: string
  readonly bytes: number
  /** As the inspection found it; part of the kernel class. */
  readonly precision: Precision
  /** By its graph, rows of its batch axis do not depend on each other; unknown where absent. */
  readonly independentRows?: boolean
}

export interface EngineLimits {
  /** Memory that the model, its inputs, intermediate values and outputs may hold together. */
  readonly memoryBytesMax: number
  /** Threads that compute one run. */
  readonly threads: number
  /** Outputs of one run, all tensors together. */
  readonly outputBytesMax: number
}

export interface Engine extends AsyncDisposable {
  readonly name: string
  readonly version: string
  /** Whose kernels compute what they can run whole; a session's kernel class says which did. The processor's where absent. */
  readonly kernels?: KernelSet
  /**
   * Loads a model and keeps it ready until the session is disposed.
   * @throws MeshError MODEL_FILE (the engine cannot load it), ENGINE_MEMORY, ENGINE_CRASHED, ENGINE_DEADLINE, CANCELLED
   */
  open(model: ModelFile, limits: EngineLimits, signal?: AbortSignal): Promise<EngineSession>
}

export interface RunOptions {
  readonly signal?: AbortSignal
  /** From the call, waiting included. */
  readonly deadlineMs?: number
}

export interface RunResult {
  /** In the order of {@link EngineSession.outputs}. */
  readonly outputs: readonly Tensor[]
  /** Inside the engine. */
  readonly computedUs: number
  /** From the call until the engine began with it. */
  readonly waitedUs: number
}

export interface SessionMemory {
  /** Loaded, before any run; `undefined` until it was looked at. */
  readonly readyBytes: number | undefined
  /** Seen above that for each byte of input, in runs of large inputs; `undefined` before one. */
  readonly perInputByte: number | undefined
  /** Beyond, the engine is ended. */
  readonly bytesMax: number
}

/** ready: the next run begins at once or after those before it. respawning: it waits until the engine is back. */
export type SessionState = 'ready' | 'respawning' | 'closed'

export interface EngineSession extends AsyncDisposable {
  readonly inputs: readonly TensorSpec[]
  readonly outputs: readonly TensorSpec[]
  /** Canonical text (kernel-class.ts); what a receipt carries is its hash. */
  readonly kernelClass: string
  readonly state: SessionState
  /** What it holds and may hold; absent where the engine cannot say. */
  readonly memory?: SessionMemory
  /** How long it was away when it was last loaded; absent where the engine cannot say. */
  readonly backMs?: number
  /**
   * Runs the model once. Runs of one session come one after the other, in the order of the calls. The inputs' bytes must not
   * change until the promise settles.
   * @throws MeshError INPUT_NAME, INPUT_MISSING, INPUT_TYPE, INPUT_SHAPE, INPUT_SIZE, INPUT_TOO_LARGE before anything is run;
   *   LIMIT (too many wait), CANCELLED, ENGINE_DEADLINE, ENGINE_MEMORY, ENGINE_CRASHED, ENGINE_FAILED
   */
  run(inputs: readonly Tensor[], options?: RunOptions): Promise<RunResult>
}
