/**
 * Whether a model's answers are the same alone and in company, tried on the model itself before anybody shares a run: what the graph
 * seems to promise (node/models/inspector/independent-rows.ts) a kernel may not keep.
 */
import { isMeshError } from '../../../protocols/kernel/errors.ts'
import { bytesNeeded, type Tensor, type TensorSpec, type TensorType } from '../../../protocols/wire/job/tensor.ts'
import type { EngineSession, ModelFile } from '../../engines/engine.ts'
import { joinTensors, splitTensors } from './shared-tensors.ts'

/** Enough for a kernel to go another way than for one row. */
const ROWS = 5
/** A dimension that is chosen per call, other than the batch. */
const OPEN_DIM = 4
/** A model that takes longer for one row is served alone: there is little to gain, and the miner waits for its start. */
const RUN_MS_MAX = 1_000
/** Results of one kernel class differ by less (tol32): root mean square of the difference against that of the values. */
const TOLERANCE = 1e-4

/** True where every row is answered as if it were alone: of integer models to the bit, of floats within the tolerance of their class. */
export async function sharesRuns(
  model: Pick<ModelFile, 'independentRows' | 'precision'>,
  session: EngineSession,
  signal?: AbortSignal,
): Promise<boolean> {
  if (model.independentRows !== true || !session.inputs.every(isTried)) return false
  const options = { deadlineMs: RUN_MS_MAX, ...(signal === undefined ? {} : { signal }) }
  try {
    const inputs = Array.from({ length: ROWS }, (_, row) => session.inputs.map((spec) => rowOf(spec, row)))
    const alone: (readonly Tensor[])[] = []
    for (const each of inputs) alone.push((await session.run(each, options)).outputs)
    // All of them, and the first beside the one that stands out: a scale over the batch shows.
    for (const company of [inputs.map((_, row) => row), [0, ROWS - 1]]) {
      const joined = joinTensors(company.map((row) => inputs[row]!))
      const { outputs } = await session.run(joined, options)
      const each = splitTensors(
        outputs,
        company.map(() => 1),
      )
      const isExact = model.precision === 'int8'
      if (!company.every((row, place) => areSame(alone[row]!, each[place]!, isExact))) return false
    }
    return true
  } catch (error) {
    if (!isMeshError(error) || error.code === 'CANCELLED' || signal?.aborted) throw error
    // It does not like what it was tried with: nothing is known, so it is not shared.
    return false
  }
}

const isTried = ({ type, dims }: TensorSpec): boolean =>
  typeof dims[0] === 'string' && type !== 'string' && type !== 'int4' && type !== 'uint4'

/** One row of made-up values, the same in every run; the last row stands out by its size. */
function rowOf({ name, type, dims: spec }: TensorSpec, row: number): Tensor {
  const dims = spec.map((dim, axis) => (axis === 0 ? 1 : typeof dim === 'number' ? dim : OPEN_DIM))
  const byteLength = bytesNeeded(type, dims) ?? 0
  const data = new Uint8Array(byteLength)
  const count = dims.reduce((product, dim) => product * dim, 1)
  let state = (row + 1) * 2_654_435_761
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    write(new DataView(data.buffer), type, i, state / 2 ** 32, row === ROWS - 1 ? 50 : 1)
  }
  return { name, type, dims, byteLength, data }
}

/** @param drawn 0 to 1 */
function write(view: DataView, type: TensorType, place: number, drawn: number, size: number): void {
  const real = (drawn * 2 - 1) * size
  // Whole numbers may be indices, and most tables have two rows.
  const whole = Math.floor(drawn * 2)
  if (type === 'float32') view.setFloat32(place * 4, real, true)
  else if (type === 'float64') view.setFloat64(place * 8, real, true)
  else if (type === 'float16')
    view.setUint16(place * 2, 0x3800 + Math.floor(drawn * 0x400) + (size > 1 ? 0x1400 : 0), true)
  else if (type === 'int64' || type === 'uint64') view.setBigInt64(place * 8, BigInt(whole), true)
  else if (type === 'int32' || type === 'uint32') view.setInt32(place * 4, whole, true)
  else if (type === 'int16' || type === 'uint16') view.setInt16(place * 2, whole, true)
  else if (type === 'bool') view.setUint8(place, whole)
  // Pixels: the whole range of a byte.
  else view.setUint8(place, Math.floor(drawn * (type === 'int8' ? 128 : 256)))
}

function areSame(alone: readonly Tensor[], shared: readonly Tensor[], isExact: boolean): boolean {
  return alone.every((one, place) => {
    const other = shared[place]
    if (other === undefined || one.dims.join() !== other.dims.join()) return false
    if (Buffer.compare(one.data, other.data) === 0) return true
    return !isExact && one.type === 'float32' && distance(floats(one), floats(other)) <= TOLERANCE
  })
}

/** Copied, for a view of a frame may begin anywhere. */
const floats = ({ data }: Tensor): Float32Array => new Float32Array(data.slice().buffer)

/** Root mean square of the difference against that of the first; infinite where one has a value that is no number. */
function distance(one: Float32Array, other: Float32Array): number {
  let apart = 0
  let size = 0
  for (let i = 0; i < one.length; i++) {
    apart += (one[i]! - other[i]!) ** 2
    size += one[i]! ** 2
  }
  if (apart === 0) return 0
  const ratio = Math.sqrt(apart / size)
  return Number.isFinite(ratio) ? ratio : Number.POSITIVE_INFINITY
}
