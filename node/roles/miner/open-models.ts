/** The miner's models, opened on its seats, and the small inference that each seat has to compute right before it serves any. */
import { asMeshError, type MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import { namedPriceIs } from '../../../protocols/rules/pricing/price-strategies.ts'
import { OTHER_CLASSES_MAX, type TableModel } from '../../../protocols/wire/offer/offer-table.ts'
import type { Settings } from '../../config/settings.ts'
import type { EngineLimits, EngineSession, ModelFile } from '../../engines/engine.ts'
import { onEachSeat } from '../../engines/on-each-seat.ts'
import { type EngineSeat, seatName } from '../../engines/seat.ts'
import { smokeInference } from '../../measure/smoke-inference.ts'
import type { NamedModelFile } from '../../models/open-model-file.ts'
import { namedPrice, priceWish } from '../../pricing/price-wish.ts'
import { trialRun } from '../../pricing/trial-run.ts'
import { sharesRuns } from '../../work/queue/batch-trial.ts'
import { ModelSeat } from '../../work/queue/model-seat.ts'
import { ServedModel, ServedModels } from '../../work/served-models.ts'
import type { Foundation } from '../foundation.ts'
import type { Content } from '../network/content.ts'
import type { Parts } from '../parts.ts'
import { openNamedModel } from './open-named-model.ts'

/** Outputs of one inference: with the inputs a part of the engine's memory. */
const OUTPUT_SHARE = 4

export const limitsOf = (settings: Settings): EngineLimits => ({
  memoryBytesMax: settings.engineMemoryMax,
  threads: settings.engineThreads,
  outputBytesMax: Math.floor(settings.engineMemoryMax / OUTPUT_SHARE),
})

/**
 * @param isTried a small inference decides first whether a seat's models may be offered: none are where all seats compute nonsense
 * @throws MeshError MODEL_FILE, MODEL_REFUSED, ENGINE_* where no seat can load a model; CANCELLED
 */
export async function openModels(
  parts: Parts,
  base: Foundation,
  content: Content,
  seats: readonly EngineSeat[],
  isTried: boolean,
): Promise<ServedModels> {
  const models = new ServedModels()
  // Beside the loading, which takes longer.
  const sound = isTried ? soundSeats(base, seats, parts.signal) : Promise.resolve(new Set(seats))
  // Heard where it is awaited; what loads may fail before.
  sound.catch(() => undefined)
  for (const nameOrPath of base.settings.models) await openModel(parts, base, content, seats, sound, models, nameOrPath)
  await sound
  return models
}

interface OpenSeat {
  readonly seat: EngineSeat
  readonly value: EngineSession
}

async function openModel(
  parts: Parts,
  { settings, crypto, bus, clock }: Foundation,
  content: Content,
  seats: readonly EngineSeat[],
  sound: Promise<ReadonlySet<EngineSeat>>,
  models: ServedModels,
  nameOrPath: string,
): Promise<void> {
  const startedMs = clock.monotonicMs()
  const { file } = await parts.start(`file of ${nameOrPath}`, (signal) => openNamedModel(content, nameOrPath, signal))
  await parts.start(`model ${nameOrPath}`, async (signal) => {
    const { opened, failed } = await openOnSeats(seats, file, limitsOf(settings), signal)
    try {
      for (const { seat, error } of failed) bus.emit({ kind: 'seat:out', card: seatName(seat), model: file.id, error })
      const right = await sound
      const serving = opened.filter(({ seat }) => right.has(seat))
      if (serving.length > 0) {
        const shares = settings.sharedRuns === 'on' && (await shareRuns(file, serving, signal))
        const onSeats = serving.map(({ seat, value }) => new ModelSeat(crypto, seat.card, value))
        // Who named a price need not know what the work is worth.
        if (namedPriceIs[priceWish(settings).strategy] !== 'asked')
          for (const each of onSeats) each.trialMs = await trialRun(each.session, signal)
        models.add(new ServedModel(tableOf(file, serving, namedPrice(settings)), onSeats, shares))
        bus.emit({ kind: 'model:ready', model: file.id, name: file.name, tookMs: clock.monotonicMs() - startedMs })
      }
      return { [Symbol.asyncDispose]: () => closeAll(opened) }
    } catch (error) {
      await closeAll(opened)
      throw error
    }
  })
}

function tableOf({ id, name, bytes }: NamedModelFile, serving: readonly OpenSeat[], base: Credits): TableModel {
  const [kernelClass, ...others] = classesOf(serving)
  const { inputs, outputs } = serving[0]!.value
  const more = others.length === 0 ? {} : { otherClasses: others.slice(0, OTHER_CLASSES_MAX) }
  return { id, name, bytes, base, kernelClass: kernelClass!, ...more, inputs, outputs }
}

/** @throws MeshError what the first seat says where none can load it; CANCELLED. Nothing is open then */
async function openOnSeats(
  seats: readonly EngineSeat[],
  file: ModelFile,
  limits: EngineLimits,
  signal: AbortSignal | undefined,
): Promise<{
  readonly opened: readonly OpenSeat[]
  readonly failed: readonly { readonly seat: EngineSeat; readonly error: MeshError }[]
}> {
  const { done, failed } = await onEachSeat(seats, ({ engine }) => engine.open(file, limits, signal))
  if (done.length > 0 && signal?.aborted !== true) return { opened: done, failed }
  await closeAll(done)
  throw failed[0]?.error ?? asMeshError(signal?.reason)
}

const closeAll = async (opened: readonly OpenSeat[]): Promise<void> => {
  await Promise.all(opened.map(({ value }) => value[Symbol.asyncDispose]()))
}

const classesOf = (opened: readonly OpenSeat[]): readonly string[] => [
  ...new Set(opened.map(({ value }) => value.kernelClass)),
]

/** Only where each class of kernels keeps rows apart: a run may go to any seat. */
async function shareRuns(
  file: ModelFile,
  opened: readonly OpenSeat[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  for (const kernelClass of classesOf(opened)) {
    const { value } = opened.find((each) => each.value.kernelClass === kernelClass)!
    if (!(await sharesRuns(file, value, signal))) return false
  }
  return true
}

/** What computes nonsense offers nothing: told once, and seen by who looks for its models. */
async function soundSeats(
  { settings, crypto, bus }: Foundation,
  seats: readonly EngineSeat[],
  signal: AbortSignal | undefined,
): Promise<ReadonlySet<EngineSeat>> {
  const engines = [...new Set(seats.map(({ engine }) => engine))]
  const { failed } = await onEachSeat(engines, (engine) => smokeInference(engine, limitsOf(settings), crypto, signal))
  throwIfAborted(signal)
  const errors = new Map(failed.map(({ seat, error }) => [seat, error]))
  const sound = new Set(seats.filter(({ engine }) => !errors.has(engine)))
  if (sound.size === 0) bus.emit({ kind: 'engine:wrong', error: failed[0]!.error })
  else
    for (const seat of seats) {
      const error = errors.get(seat.engine)
      if (error !== undefined) bus.emit({ kind: 'seat:out', card: seatName(seat), error })
    }
  return sound
}
