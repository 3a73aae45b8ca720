/**
 * How a job is made to fit the memory of a model's engine, and a machine that may not run for long at once: as it is, or in pieces where
 * its rows know nothing of each other.
 */
import type { CareVerdict } from '../../../protocols/rules/care/care-verdict.ts'
import {
  adaptJob,
  type DeviceState,
  deviceLimits,
  jobPrecisions,
} from '../../../protocols/rules/scheduling/adapt-job.ts'
import type { TensorHeader } from '../../../protocols/wire/job/tensor.ts'
import { totalBytes } from '../../../protocols/wire/job/tensor-frames.ts'
import type { ServedModel } from '../served-models.ts'
import type { ModelSeat } from './model-seat.ts'

export type JobFit =
  /** `rows` of one run; `undefined` where it runs whole. */
  | { readonly kind: 'fits'; readonly rows?: number }
  | { readonly kind: 'too-large'; readonly needBytes: number; readonly bytesMax: number }

const WHOLE: JobFit = { kind: 'fits' }
const ANY = new Set(jobPrecisions)
const NOTHING = [0, 0, 0] as const
const ON_A_DESK: DeviceState = { isMobile: false, onBattery: false }

/** Seats that take new work now; all of them where none does, for what is here already ends in order. */
export function openSeats(
  { seats }: Pick<ServedModel, 'seats'>,
  careOf: ((card: string) => CareVerdict) | undefined,
): readonly ModelSeat[] {
  if (seats.length === 1 || careOf === undefined) return seats
  const open = seats.filter(({ card, session }) => session.state !== 'closed' && careOf(card).admits)
  return open.length > 0 ? open : seats
}

/**
 * On the seat where most of it fits. Where nothing is known it is taken as it is: the engine's own limit stands behind it.
 * @param deviceOf what the card of a seat sits in
 * @param seats those that count
 */
export function fitJob(
  model: ServedModel,
  inputs: readonly TensorHeader[],
  deviceOf: (card: string) => DeviceState = () => ON_A_DESK,
  seats: readonly ModelSeat[] = model.seats,
): JobFit {
  const inputBytes = totalBytes(inputs)
  let best: JobFit | undefined
  for (const seat of seats) {
    const fit = fitOn(seat, model.sharesRuns, inputs, inputBytes, deviceOf(seat.card))
    if (fit === WHOLE) return WHOLE
    if (best === undefined || roomOf(fit) > roomOf(best)) best = fit
  }
  return best ?? WHOLE
}

const roomOf = (fit: JobFit): number => (fit.kind === 'fits' ? (fit.rows ?? Number.POSITIVE_INFINITY) : 0)

function fitOn(
  seat: ModelSeat,
  mayShare: boolean,
  inputs: readonly TensorHeader[],
  inputBytes: number,
  device: DeviceState,
): JobFit {
  const need = seat.memoryNeed(inputBytes)
  const memory = seat.session.memory
  const rows = inputs[0]?.dims[0] ?? 1
  const splits = mayShare && rows > 1 && inputs.every(({ dims }) => dims[0] === rows)
  const isLong = splits && rows > deviceLimits(device).rowsMax
  const isLarge = need !== undefined && memory !== undefined && need.bytes > memory.bytesMax
  if (!isLong && !isLarge) return WHOLE
  const batch = splits ? rows : 1
  // What has room, or is not known to have none, is bounded by the device alone.
  const [needBytes, readyBytes, bytesMax] = isLarge ? [need.bytes, memory.readyBytes ?? 0, memory.bytesMax] : NOTHING
  const fitted = adaptJob(
    { batch, splits, rowBytes: (needBytes - readyBytes) / batch, weights: [{ precision: 'fp32', bytes: readyBytes }] },
    { freeBytes: bytesMax, computes: ANY, ...device, processorFreeBytes: 0 },
  )
  return fitted.kind === 'fits' ? { kind: 'fits', rows: fitted.rows } : { kind: 'too-large', needBytes, bytesMax }
}
