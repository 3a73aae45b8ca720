/** The engine of a node that runs models: on the processor, or on a card that its owner named and that passed a trial. */
import { isMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import { cardFamily, cardFor } from '../engines/card-family.ts'
import type { Engine } from '../engines/engine.ts'
import { hasKernels, type KernelSet } from '../engines/kernels.ts'
import type { OnnxEngine, OnnxEngineOptions } from '../engines/onnx/onnx-engine.ts'
import type { EventBus } from '../events/event-bus.ts'
import type { Foundation } from './foundation.ts'
import type { Parts } from './parts.ts'

/** Loaded only where models run: a light peer need not have the runtime at all. */
export async function startEngine(parts: Parts, { settings, bus }: Foundation): Promise<Engine> {
  const { createOnnxEngine } = await import('../engines/onnx/onnx-engine.ts')
  const report = reporter(bus)
  const { engineProvider } = settings
  const engine = await parts.start('engine', async (signal) => {
    if (engineProvider === 'cpu') return createOnnxEngine({ report })
    const card = await familyOrNone(engineProvider, bus, signal)
    return createOnnxEngine({ report, ...(card !== undefined && { kernels: engineProvider, card }) })
  })
  bus.emit({ kind: 'engine:ready', name: engine.name, version: engine.version, loose: looseOf(engine) })
  return engine
}

/** The card's family where its kernels passed the trial; else `undefined`, with an event that says why. */
async function familyOrNone(
  kernels: KernelSet,
  bus: EventBus,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  try {
    return await triedCard(kernels, signal)
  } catch (error) {
    if (!isMeshError(error, 'ENGINE_KERNELS')) throw error
    bus.emit({ kind: 'engine:on-processor', kernels, error })
    return undefined
  }
}

/** @throws MeshError ENGINE_KERNELS, CANCELLED */
export async function triedCard(kernels: KernelSet, signal: AbortSignal | undefined): Promise<string> {
  const refused = (why: string): MeshError => new MeshError('ENGINE_KERNELS', { kernels, why })
  if (!hasKernels(kernels, process.platform, process.arch))
    throw refused(`the package of ONNX Runtime has none for ${process.platform} on ${process.arch}`)
  const [{ cardsHere }, { createOnnxEngine }, { tryKernels }] = await Promise.all([
    import('./cards-here.ts'),
    import('../engines/onnx/onnx-engine.ts'),
    import('../engines/onnx/try-kernels.ts'),
  ])
  const card = cardFor(kernels, await cardsHere(signal))
  if (card === undefined) throw refused('no card that has them was found')
  const family = cardFamily(card)
  await using engine = await createOnnxEngine({ kernels, card: family })
  await tryKernels(kernels, engine.openWith, signal)
  return family
}

/** What of a child this machine, or a card, leaves unconfined. */
function looseOf({ confinement }: OnnxEngine): readonly string[] {
  const { network, memory, files, privileges } = confinement
  return [
    ...(network === 'none' ? ['network'] : []),
    ...(memory === 'watch' ? ['memory'] : []),
    ...(files === 'permission' ? ['files'] : []),
    ...(privileges === 'kept' ? ['privileges'] : []),
  ]
}

const reporter =
  (bus: EventBus): NonNullable<OnnxEngineOptions['report']> =>
  (event) => {
    const model = event.model.id
    if (event.kind === 'engine:stopped') bus.emit({ kind: event.kind, model, error: event.error })
    else if (event.kind === 'engine:on-processor')
      bus.emit({ kind: event.kind, kernels: event.kernels, model, error: event.error })
    else bus.emit({ kind: event.kind, model, how: event.how, tookMs: event.tookMs })
  }
