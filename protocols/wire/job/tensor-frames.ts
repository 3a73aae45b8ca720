/** Cuts tensors into data frames. Frame k is the same whenever it is asked for, so a lost call resumes at any k. */
import type { AttemptId } from '../../kernel/ids.ts'
import { SLICE_BYTES_MAX } from '../../kernel/limits.ts'
import type { DataFrame } from './job-messages.ts'
import { INLINE_BYTES_MAX } from './job-messages.ts'
import { TENSOR_HEADER_BYTES_MAX, type Tensor, type TensorHeader } from './tensor.ts'

/** Headers and inline bytes of one message together; the 4 KiB below a frame hold the rest of a run: terms, voucher, grant. */
const HEADERS_AND_INLINE_BYTES_MAX = 60 * 1024

export const totalBytes = (tensors: readonly TensorHeader[]): number =>
  tensors.reduce((sum, tensor) => sum + tensor.byteLength, 0)

/**
 * Whether the tensors ride inside the first or last message. Both sides ask it of the headers alone, so each header counts as
 * the longest: a model with more than 34 tensors has a little less room.
 */
export function fitsInline(tensors: readonly TensorHeader[]): boolean {
  const room = HEADERS_AND_INLINE_BYTES_MAX - tensors.length * TENSOR_HEADER_BYTES_MAX
  return totalBytes(tensors) <= Math.min(INLINE_BYTES_MAX, room)
}

export class TensorFrames {
  readonly #tensors: readonly Tensor[]
  /** First frame number of each tensor, and the count of all frames at the end. */
  readonly #starts: readonly number[]

  constructor(tensors: readonly Tensor[]) {
    this.#tensors = tensors
    const starts = [0]
    for (const tensor of tensors) starts.push(starts.at(-1)! + Math.ceil(tensor.data.length / SLICE_BYTES_MAX))
    this.#starts = starts
  }

  get count(): number {
    return this.#starts.at(-1)!
  }

  /** Views, not copies. `sequence` is in 0..count-1. */
  frame(attempt: AttemptId, sequence: number): DataFrame {
    let stream = 0
    while (sequence >= this.#starts[stream + 1]!) stream++
    const offset = (sequence - this.#starts[stream]!) * SLICE_BYTES_MAX
    const bytes = this.#tensors[stream]!.data.subarray(offset, offset + SLICE_BYTES_MAX)
    return { attempt, stream, sequence, offset, bytes }
  }
}
