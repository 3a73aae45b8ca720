/** An engine session that a test ends run by run: for the order in which a miner hands work over. */
import type { EngineSession, RunOptions, RunResult, SessionMemory, SessionState } from '../../../node/engines/engine.ts'
import { abortError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'

export interface ScriptedRun {
  readonly inputs: readonly Tensor[]
  readonly deadlineMs: number | undefined
  readonly ended: boolean
  /** Answers with its inputs, named `y`. */
  finish(computedUs?: number): void
  fail(error: MeshError): void
}

export class ScriptedSession implements EngineSession {
  readonly inputs = [{ name: 'x', type: 'uint8' as const, dims: ['n', 2] }]
  readonly outputs = [{ name: 'y', type: 'uint8' as const, dims: ['n', 2] }]
  readonly kernelClass: string
  state: SessionState = 'ready'
  readonly backMs = 100
  memory: SessionMemory = { readyBytes: undefined, perInputByte: undefined, bytesMax: 0 }
  /** All that were handed over, in order. */
  readonly runs: ScriptedRun[] = []

  constructor(kernelClass = 'scripted/1/none/int8/none') {
    this.kernelClass = kernelClass
  }

  run(inputs: readonly Tensor[], { signal, deadlineMs }: RunOptions = {}): Promise<RunResult> {
    return new Promise((resolve, reject) => {
      const run = {
        inputs,
        deadlineMs,
        ended: false,
        finish(computedUs = 1_000) {
          run.ended = true
          resolve({ outputs: inputs.map((each) => ({ ...each, name: 'y' })), computedUs, waitedUs: 5 })
        },
        fail(error: MeshError) {
          run.ended = true
          reject(error)
        },
      }
      this.runs.push(run)
      if (signal?.aborted) run.fail(abortError(signal))
      signal?.addEventListener('abort', () => run.fail(abortError(signal)), { once: true })
    })
  }

  /** Ends the run that computes. */
  next(computedUs?: number): void {
    this.runs.find(({ ended }) => !ended)!.finish(computedUs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const run of this.runs) if (!run.ended) run.fail(new MeshError('CANCELLED'))
  }
}
