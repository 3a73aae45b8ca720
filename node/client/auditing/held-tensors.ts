/** What is kept of finished jobs until it is known whether they are audited: no more than there is room for. */
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'

/** Larger ones are not audited: their re-execution would be the most of a miner's line. */
export const JOB_BYTES_MAX: number = 32 * 2 ** 20
/** All together, those that wait for their audit included. */
export const HELD_BYTES_MAX: number = 128 * 2 ** 20

export class HeldTensors {
  #bytes = 0

  get bytes(): number {
    return this.#bytes
  }

  hasRoom(tensors: readonly Tensor[]): boolean {
    const bytes = bytesOf(tensors)
    return bytes <= JOB_BYTES_MAX && this.#bytes + bytes <= HELD_BYTES_MAX
  }

  /** A copy, as the application may change its own; undefined where there is no room. Given back by {@link release}. */
  hold(tensors: readonly Tensor[]): readonly Tensor[] | undefined {
    if (!this.hasRoom(tensors)) return undefined
    this.#bytes += bytesOf(tensors)
    return tensors.map((tensor) => ({ ...tensor, data: tensor.data.slice() }))
  }

  release(tensors: readonly Tensor[]): void {
    this.#bytes -= bytesOf(tensors)
  }
}

const bytesOf = (tensors: readonly Tensor[]): number => tensors.reduce((sum, { data }) => sum + data.length, 0)
