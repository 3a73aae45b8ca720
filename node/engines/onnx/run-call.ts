/** One call of a session's run: what was asked, since when, and how it ends, which it does once. */
import { abortError, type MeshError } from '../../../protocols/kernel/errors.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { RunResult } from '../engine.ts'
import type { TensorPart } from './frames.ts'

export type CallEnd = { readonly result: RunResult } | { readonly error: MeshError }

export interface Settle {
  resolve(result: RunResult): void
  reject(error: MeshError): void
}

export class Call {
  readonly id: number
  readonly inputs: readonly Tensor[]
  readonly parts: readonly TensorPart[]
  readonly deadlineMs: number
  /** Of all inputs. */
  readonly bytes: number
  readonly #settle: Settle
  readonly #calledAtMs = performance.now()
  #startedAtMs: number | undefined
  #settledAtMs: number | undefined
  #signal: AbortSignal | undefined
  #onAbort: (() => void) | undefined

  constructor(id: number, inputs: readonly Tensor[], parts: readonly TensorPart[], deadlineMs: number, settle: Settle) {
    this.id = id
    this.inputs = inputs
    this.parts = parts
    this.deadlineMs = deadlineMs
    this.#settle = settle
    let bytes = 0
    for (const part of parts) bytes += part.byteLength
    this.bytes = bytes
  }

  /** Until it is settled. */
  listen(signal: AbortSignal, abort: (error: MeshError) => void): void {
    this.#signal = signal
    this.#onAbort = () => abort(abortError(signal))
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  /** The child begins with it, as far as this side can know. */
  started(): void {
    this.#startedAtMs = performance.now()
  }

  get waitedUs(): number {
    return ((this.#startedAtMs ?? performance.now()) - this.#calledAtMs) * 1_000
  }

  get settled(): boolean {
    return this.#settledAtMs !== undefined
  }

  late(nowMs: number): boolean {
    return this.#settledAtMs === undefined && nowMs >= this.#calledAtMs + this.deadlineMs
  }

  /** How long it computes although nobody waits for it any more; 0 where somebody does. */
  abandonedForMs(nowMs: number): number {
    return this.#settledAtMs === undefined ? 0 : nowMs - Math.max(this.#settledAtMs, this.#startedAtMs ?? nowMs)
  }

  settle(end: CallEnd): void {
    if (this.#settledAtMs !== undefined) return
    this.#settledAtMs = performance.now()
    if (this.#onAbort !== undefined) this.#signal?.removeEventListener('abort', this.#onAbort)
    if ('result' in end) this.#settle.resolve(end.result)
    else this.#settle.reject(end.error)
  }
}
