/** Inputs of several jobs as those of one run, and its outputs as theirs: rows one after the other along the first axis. */
import { concat } from '../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Tensor } from '../../../protocols/wire/job/tensor.ts'

/** @param each inputs of jobs that have one key (rules/scheduling/micro-batch.ts): same names, in one order */
export function joinTensors(each: readonly (readonly Tensor[])[]): readonly Tensor[] {
  return each[0]!.map(({ name, type, dims }, place) => {
    const parts = each.map((tensors) => tensors[place]!)
    const rows = parts.reduce((sum, part) => sum + part.dims[0]!, 0)
    const data = concat(...parts.map((part) => part.data))
    return { name, type, dims: [rows, ...dims.slice(1)], byteLength: data.length, data }
  })
}

/**
 * Each part's outputs, of memory of its own: what one client keeps waiting keeps nobody else's answer alive.
 * @param rows of the parts, in order
 * @throws MeshError ENGINE_FAILED where an output does not have as many rows as went in
 */
export function splitTensors(outputs: readonly Tensor[], rows: readonly number[]): readonly (readonly Tensor[])[] {
  const total = rows.reduce((sum, count) => sum + count, 0)
  for (const { name, dims, byteLength } of outputs) {
    if (dims[0] !== total || byteLength % total !== 0)
      throw new MeshError('ENGINE_FAILED', { why: `${name} has not the rows that went in` })
  }
  let from = 0
  return rows.map((count) => {
    const part = outputs.map(({ name, type, dims, data }) => {
      const rowBytes = data.length / total
      const own = data.slice(from * rowBytes, (from + count) * rowBytes)
      return { name, type, dims: [count, ...dims.slice(1)], byteLength: own.length, data: own }
    })
    from += count
    return part
  })
}
