/** A job whose batch does not fit is run in pieces of it, one after the other, and answered as one. */
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'
import type { OrderResult, RunOrder } from './run-order.ts'
import type { RunQueue } from './run-queue.ts'
import { joinTensors } from './shared-tensors.ts'

/** Views, for the pieces are read while the whole is kept anyway. */
function rowsOf({ name, type, dims, data }: Tensor, from: number, to: number): Tensor {
  const rowBytes = data.length / dims[0]!
  const part = data.subarray(from * rowBytes, to * rowBytes)
  return { name, type, dims: [to - from, ...dims.slice(1)], byteLength: part.length, data: part }
}

/**
 * Each piece waits for its turn by itself: others come in between.
 * @param rows of a piece
 * @throws MeshError what {@link RunQueue.run} throws for the first piece that fails
 */
export async function runInPieces(queue: RunQueue, order: RunOrder, rows: number, clock: Clock): Promise<OrderResult> {
  const total = order.inputs[0]!.dims[0]!
  const startedMs = clock.monotonicMs()
  const results: OrderResult[] = []
  for (let from = 0; from < total; from += rows) {
    const inputs = order.inputs.map((input) => rowsOf(input, from, Math.min(total, from + rows)))
    const spentMs = clock.monotonicMs() - startedMs
    const deadlineMs = Math.max(1, order.deadlineMs - spentMs)
    // One receipt names one class.
    const like = results.length === 0 ? {} : { kernelClass: results[0]!.seat.kernelClass }
    results.push(await queue.run({ ...order, ...like, inputs, deadlineMs }))
  }
  return {
    seat: results[0]!.seat,
    outputs: joinTensors(results.map(({ outputs }) => outputs)),
    computedUs: results.reduce((sum, { computedUs }) => sum + computedUs, 0),
    waitedUs: results.reduce((sum, { waitedUs }) => sum + waitedUs, 0),
    notes: { pieces: results.length },
  }
}
