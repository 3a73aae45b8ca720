/** How a job is made to fit the memory of a model's engine: as it is, or in pieces where its rows know nothing of each other. */
import { adaptJob, jobPrecisions } from '../../protocols/rules/scheduling/adapt-job.ts'
import type { TensorHeader } from '../../protocols/wire/job/tensor.ts'
import { totalBytes } from '../../protocols/wire/job/tensor-frames.ts'
import type { ModelSeat } from './model-seat.ts'
import type { ServedModel } from './served-models.ts'

export type JobFit =
  /** `rows` of one run; `undefined` where it runs whole. */
  | { readonly kind: 'fits'; readonly rows?: number }
  | { readonly kind: 'too-large'; readonly needBytes: number; readonly bytesMax: number }

const WHOLE: JobFit = { kind: 'fits' }
const ANY = new Set(jobPrecisions)

/** On the seat where most of it fits. Where nothing is known it is taken as it is: the engine's own limit stands behind it. */
export function fitJob(model: ServedModel, inputs: readonly TensorHeader[]): JobFit {
  const inputBytes = totalBytes(inputs)
  let best: JobFit | undefined
  for (const seat of model.seats) {
    const fit = fitOn(seat, model.sharesRuns, inputs, inputBytes)
    if (fit === WHOLE) return WHOLE
    if (best === undefined || roomOf(fit) > roomOf(best)) best = fit
  }
  return best ?? WHOLE
}

const roomOf = (fit: JobFit): number => (fit.kind === 'fits' ? (fit.rows ?? Number.POSITIVE_INFINITY) : 0)

function fitOn(seat: ModelSeat, mayShare: boolean, inputs: readonly TensorHeader[], inputBytes: number): JobFit {
  const need = seat.memoryNeed(inputBytes)
  const { readyBytes, bytesMax } = seat.session.memory ?? {}
  if (need === undefined || readyBytes === undefined || bytesMax === undefined || need.bytes <= bytesMax) return WHOLE
  const rows = inputs[0]?.dims[0] ?? 1
  const splits = mayShare && rows > 1 && inputs.every(({ dims }) => dims[0] === rows)
  const batch = splits ? rows : 1
  const fitted = adaptJob(
    { batch, splits, rowBytes: (need.bytes - readyBytes) / batch, weights: [{ precision: 'fp32', bytes: readyBytes }] },
    { freeBytes: bytesMax, computes: ANY, isMobile: false, onBattery: false, processorFreeBytes: 0 },
  )
  return fitted.kind === 'fits'
    ? { kind: 'fits', rows: fitted.rows }
    : { kind: 'too-large', needBytes: need.bytes, bytesMax }
}
