/**
 * How a job is made to fit a card: in smaller batches, in another precision, beside the card. What is changed is listed, for the client
 * is told; what it did not allow is not changed.
 */

/** As a kernel class names them. */
export const jobPrecisions = ['fp32', 'fp16', 'int8', 'int4'] as const
export type JobPrecision = (typeof jobPrecisions)[number]

export interface JobDemand {
  /** Rows that are to be computed. */
  readonly batch: number
  /** Rows do not depend on each other: they may be computed in pieces. */
  readonly splits: boolean
  /** Inputs, outputs and intermediate values of one row. */
  readonly rowBytes: number
  /** What the client accepts, the one that it asked for first, with the bytes that the weights take in each. */
  readonly weights: readonly { readonly precision: JobPrecision; readonly bytes: number }[]
}

export interface CardSituation {
  /** `undefined`: unknown, and then nothing is promised and nothing changed. */
  readonly freeBytes: number | undefined
  /** Precisions that it computes in hardware; in others it would be slower than the processor. */
  readonly computes: ReadonlySet<JobPrecision>
  /** A phone, a handheld or a board: memory is the machine's, heat and battery are short. */
  readonly isMobile: boolean
  readonly onBattery: boolean
  /** What the machine could give a run beside the card; 0 where there is no such way. */
  readonly processorFreeBytes: number
}

export type Adaptation =
  | { readonly kind: 'chunking'; readonly chunks: number; readonly rows: number }
  | { readonly kind: 'precision'; readonly from: JobPrecision; readonly to: JobPrecision }
  | { readonly kind: 'offload'; readonly to: 'processor' }
  | { readonly kind: 'concurrency'; readonly jobs: number }

export interface FittedJob {
  readonly kind: 'fits'
  readonly precision: JobPrecision
  /** Rows of one run, and runs. */
  readonly rows: number
  readonly chunks: number
  readonly place: 'card' | 'processor'
  readonly adaptations: readonly Adaptation[]
}

export type Fitting =
  | FittedJob
  /** Nothing that the client allows makes it fit; the least that it would need. */
  | { readonly kind: 'too-large'; readonly needBytes: number; readonly freeBytes: number }
  | { readonly kind: 'unknown' }

/** What bounds a run beside memory. */
export type DeviceState = Pick<CardSituation, 'isMobile' | 'onBattery'>

export interface DeviceLimits {
  /** Rows of one run. */
  readonly rowsMax: number
  /** Jobs side by side. */
  readonly jobsMax: number
  /** The smallest form that the client accepts is taken first. */
  readonly prefersSmall: boolean
}

/** A mobile card shares its memory with the screen: a long run stops it, and a hot one slows everything. */
export function deviceLimits({ isMobile, onBattery }: DeviceState): DeviceLimits {
  if (onBattery) return { rowsMax: isMobile ? 2 : 8, jobsMax: 1, prefersSmall: true }
  return isMobile
    ? { rowsMax: 4, jobsMax: 1, prefersSmall: true }
    : { rowsMax: Number.POSITIVE_INFINITY, jobsMax: Number.POSITIVE_INFINITY, prefersSmall: false }
}

/** Weights and rows are estimates, and allocators round up. */
const SAFETY = 1.1

const needBytes = (weightsBytes: number, rowBytes: number, rows: number): number =>
  Math.ceil(SAFETY * (weightsBytes + rowBytes * rows))

/** The most rows, up to `most`, that leave the need within `freeBytes`; 0 where not one does. */
function rowsThatFit(weightsBytes: number, rowBytes: number, most: number, freeBytes: number): number {
  if (needBytes(weightsBytes, rowBytes, most) <= freeBytes) return most
  const rows = rowBytes > 0 ? Math.floor((freeBytes / SAFETY - weightsBytes) / rowBytes) : 0
  return Math.max(0, Math.min(most, rows))
}

/**
 * In the order of what it costs the client: as it is, in pieces, in another precision, on the processor.
 * @throws RangeError for a demand that is none: no rows, sizes below 0, no precision
 */
export function adaptJob(demand: JobDemand, card: CardSituation): Fitting {
  const { batch, splits, rowBytes, weights } = demand
  const asked = weights[0]
  if (asked === undefined || !Number.isSafeInteger(batch) || batch < 1)
    throw new RangeError('a job has rows and weights')
  if (!(rowBytes >= 0) || weights.some(({ bytes }) => !(bytes >= 0))) throw new RangeError('a size is 0 or more')
  if (card.freeBytes === undefined) return { kind: 'unknown' }
  const limits = deviceLimits(card)
  const forms = limits.prefersSmall ? [...weights].sort((a, b) => a.bytes - b.bytes) : weights
  const places = [
    { place: 'card', freeBytes: card.freeBytes, may: (form: JobPrecision) => card.computes.has(form) },
    { place: 'processor', freeBytes: card.processorFreeBytes, may: () => true },
  ] as const
  for (const { place, freeBytes, may } of places) {
    for (const { precision, bytes } of forms) {
      if (!may(precision)) continue
      const most = splits ? Math.min(batch, limits.rowsMax) : batch
      const rows = rowsThatFit(bytes, rowBytes, most, freeBytes)
      if (rows < 1 || (!splits && rows < batch)) continue
      return fitted(batch, rows, asked.precision, precision, place, limits)
    }
  }
  const least = Math.min(...weights.map(({ bytes }) => needBytes(bytes, rowBytes, splits ? 1 : batch)))
  return { kind: 'too-large', needBytes: least, freeBytes: Math.max(card.freeBytes, card.processorFreeBytes) }
}

function fitted(
  batch: number,
  most: number,
  from: JobPrecision,
  precision: JobPrecision,
  place: FittedJob['place'],
  { jobsMax }: DeviceLimits,
): FittedJob {
  const chunks = Math.ceil(batch / most)
  // Pieces of one size: the last of 7, 7, 7 and 1 would cost a run for a row.
  const rows = Math.ceil(batch / chunks)
  const adaptations: Adaptation[] = []
  if (chunks > 1) adaptations.push({ kind: 'chunking', chunks, rows })
  if (precision !== from) adaptations.push({ kind: 'precision', from, to: precision })
  if (place === 'processor') adaptations.push({ kind: 'offload', to: 'processor' })
  if (Number.isFinite(jobsMax)) adaptations.push({ kind: 'concurrency', jobs: jobsMax })
  return { kind: 'fits', precision, rows, chunks, place, adaptations }
}
