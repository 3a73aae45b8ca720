/**
 * Jobs of several clients in one run of the engine. Only where it changes nobody's answer: along a batch axis, of a model that was
 * tried (node/engines/batching), never for private jobs; and only while nobody waits for it longer than it brings.
 */
import { elementBits, elementCount, type TensorHeader, type TensorType } from '../../wire/job/tensor.ts'

export interface BatchLimits {
  /** Rows of one run. Beyond 32 little is gained, and what a failed run costs grows. */
  readonly rowsMax: number
  /** Inputs of one run: they are copied once. */
  readonly bytesMax: number
  /** How long the engine may stand still for others to come. */
  readonly waitMsMax: number
}

export const batchLimits: BatchLimits = { rowsMax: 32, bytesMax: 1_048_576, waitMsMax: 2 }

export interface BatchShape {
  /** Along the first axis, the same of all inputs. */
  readonly rows: number
  readonly bytes: number
  /** Jobs of one key may run together: all that is not the batch axis is the same. */
  readonly key: string
}

/**
 * How the inputs of a job, in the model's order, take part in a batch; `undefined` where they cannot: without a first axis, with axes
 * that differ, empty, or too large. Strings have no rows of equal size.
 */
export function batchShape(
  headers: readonly TensorHeader[],
  limits: BatchLimits = batchLimits,
): BatchShape | undefined {
  const rows = headers[0]?.dims[0]
  if (rows === undefined || rows < 1 || rows > limits.rowsMax) return undefined
  let bytes = 0
  let key = ''
  for (const { name, type, dims, byteLength } of headers) {
    // Elements of 4 bits share bytes, and rows of them could too.
    if (dims[0] !== rows || type === 'string' || !isWhole(type, dims)) return undefined
    bytes += byteLength
    key += `${name}:${type}:${dims.slice(1).join('x')};`
  }
  return bytes > limits.bytesMax ? undefined : { rows, bytes, key }
}

const isWhole = (type: TensorType, dims: readonly number[]): boolean =>
  (elementBits[type] * (elementCount(dims.slice(1)) ?? Number.NaN)) % 8 === 0

/** Whether a further job still fits beside what was gathered. */
export const fitsBatch = (
  gathered: Pick<BatchShape, 'rows' | 'bytes'>,
  next: Pick<BatchShape, 'rows' | 'bytes'>,
  limits: BatchLimits = batchLimits,
): boolean => gathered.rows + next.rows <= limits.rowsMax && gathered.bytes + next.bytes <= limits.bytesMax

/**
 * How long to wait for others before a run begins, in milliseconds. Nobody waits who would be alone anyway: only where the last run
 * held several jobs and fewer than half of as many are here, for they answer their clients at one moment and are followed by the next.
 * @param sinceMs how long the engine has stood still already
 */
export function gatherMs(
  waiting: number,
  lastRun: number,
  sinceMs: number,
  leastSlackMs: number,
  limits: BatchLimits = batchLimits,
): number {
  if (lastRun < 4 || waiting === 0 || waiting * 2 >= lastRun) return 0
  return Math.max(0, Math.min(limits.waitMsMax - sinceMs, leastSlackMs))
}
