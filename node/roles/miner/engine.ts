/** The seats of a node that runs models: the processor's, or those of cards whose kernels its owner named and that passed a trial. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import { type BoundCard, bindCards } from '../../engines/bound-cards.ts'
import { cardFamily, cardsFor } from '../../engines/card-family.ts'
import type { Engine } from '../../engines/engine.ts'
import { hasKernels, type KernelSet } from '../../engines/kernels.ts'
import { onEachSeat } from '../../engines/on-each-seat.ts'
import type { OnnxEngine, OnnxEngineOptions } from '../../engines/onnx/onnx-engine.ts'
import { type EngineSeat, seatName } from '../../engines/seat.ts'
import type { EventBus } from '../../events/event-bus.ts'
import { PROCESSOR_KEY } from '../../gpu/processor/processor.ts'
import type { Foundation } from '../foundation.ts'
import type { Parts } from '../parts.ts'
import type { NodeCards } from './cards.ts'

/** No common machine has room for more cards; each is a process for every model. */
const SEATS_MAX = 16
/** Of a variable of the owner's shell in a message. */
const SHOWN_CHARS_MAX = 200

interface SeatNeeds {
  readonly cards: Pick<NodeCards, 'facts' | 'found'>
  /** The cards are others than this machine's: those of them that are simulated are seats. */
  readonly maySimulate: boolean
  /** Instead of ONNX Runtime in child processes; not disposed here. */
  readonly engine?: Engine
}

/** At least one. ONNX Runtime is loaded only where models run: a light peer need not have it at all. */
export async function startSeats(
  parts: Parts,
  { settings, bus }: Foundation,
  { cards, maySimulate, engine: given }: SeatNeeds,
): Promise<readonly EngineSeat[]> {
  const { engineProvider } = settings
  if (given !== undefined) return processorSeats(given, cards, maySimulate)
  const { createOnnxEngine } = await import('../../engines/onnx/onnx-engine.ts')
  const report = reporter(bus)
  const onCards =
    engineProvider === 'cpu'
      ? []
      : await parts.start('engine', async (signal) => {
          const found = await seatsOrNone(engineProvider, cards, bus, report, signal)
          return Object.assign(found, { [Symbol.asyncDispose]: () => disposeAll(found) })
        })
  if (onCards.length > 0) {
    tellReady(bus, onCards[0]!.engine as OnnxEngine)
    return onCards
  }
  const engine = await parts.start('engine', () => createOnnxEngine({ report }))
  tellReady(bus, engine)
  return processorSeats(engine, cards, maySimulate)
}

function tellReady(bus: EventBus, engine: OnnxEngine): void {
  bus.emit({ kind: 'engine:ready', name: engine.name, version: engine.version, loose: looseOf(engine) })
}

const disposeAll = async (seats: readonly EngineSeat[]): Promise<void> => {
  await Promise.all(seats.map(({ engine }) => engine[Symbol.asyncDispose]()))
}

/** One for the processor, or one for each card that is simulated: they are warmed by what the processor computes in their place. */
async function processorSeats(
  engine: Engine,
  cards: SeatNeeds['cards'],
  maySimulate: boolean,
): Promise<readonly EngineSeat[]> {
  const simulated = maySimulate ? (await cards.found()).filter(({ simulated }) => simulated === true) : []
  if (simulated.length > 0) return simulated.slice(0, SEATS_MAX).map((facts) => ({ card: facts.key, facts, engine }))
  return [
    {
      card: PROCESSOR_KEY,
      get facts() {
        return cards.facts().find(({ key }) => key === PROCESSOR_KEY) ?? processorUnseen
      },
      engine,
    },
  ]
}

/** Before it was looked at. */
const processorUnseen: CardFacts = {
  key: PROCESSOR_KEY,
  seenBy: [],
  vendor: 'cpu',
  form: 'cpu',
  platforms: { CPU: true },
  limits: {},
}

/** None where no card of this machine can do it, with an event that says why; an event too for each card of several that cannot. */
async function seatsOrNone(
  kernels: KernelSet,
  cards: SeatNeeds['cards'],
  bus: EventBus,
  report: OnnxEngineOptions['report'],
  signal: AbortSignal | undefined,
): Promise<EngineSeat[]> {
  const { seats, refused } = await triedSeats(kernels, () => cards.found(signal), report, signal)
  for (const { facts, error } of refused) {
    if (seats.length === 0) bus.emit({ kind: 'engine:on-processor', kernels, ...cardIn(facts), error })
    else bus.emit({ kind: 'seat:out', card: facts === undefined ? kernels : seatName({ facts }), error })
  }
  return [...seats]
}

const cardIn = (facts: CardFacts | undefined): { readonly card?: string } =>
  facts === undefined ? {} : { card: seatName({ facts }) }

export interface TriedSeats {
  /** Whoever asked disposes of their engines. */
  readonly seats: readonly EngineSeat[]
  /** Of a card, or of all of them where none is named. */
  readonly refused: readonly { readonly facts?: CardFacts; readonly error: MeshError }[]
}

/**
 * @param cardsOf looked for only where the package has such kernels at all
 * @param isWanted of those that could be tried, by their place; all of them where absent
 * @throws MeshError CANCELLED
 */
export async function triedSeats(
  kernels: KernelSet,
  cardsOf: () => Promise<readonly CardFacts[]>,
  report: OnnxEngineOptions['report'],
  signal: AbortSignal | undefined,
  isWanted: (facts: CardFacts, place: number) => boolean = () => true,
): Promise<TriedSeats> {
  const refusal = (why: string): MeshError => new MeshError('ENGINE_KERNELS', { kernels, why })
  if (!hasKernels(kernels, process.platform, process.arch)) {
    const why = `the package of ONNX Runtime has none for ${process.platform} on ${process.arch}`
    return { seats: [], refused: [{ error: refusal(why) }] }
  }
  const visible = process.env.CUDA_VISIBLE_DEVICES
  const cards = await cardsOf()
  const { bound, untold } = bindCards(kernels, cards, visible)
  const unnamed = untold.map((facts) => ({
    facts,
    error: refusal('neither UUID nor place on the bus tells it from its neighbours'),
  }))
  if (bound.length === 0 && unnamed.length === 0) {
    const isHidden = kernels === 'cuda' && visible !== undefined && cardsFor(kernels, cards).length > 0
    const why = isHidden
      ? `CUDA_VISIBLE_DEVICES is "${visible.slice(0, SHOWN_CHARS_MAX)}", which names no card that is here`
      : 'no card that has them was found'
    return { seats: [], refused: [{ error: refusal(why) }] }
  }
  const seatOf = (card: BoundCard): Promise<EngineSeat> => triedSeat(kernels, card, report, signal)
  const { done, failed } = await onEachSeat(
    bound.filter(({ facts }, place) => isWanted(facts, place)).slice(0, SEATS_MAX),
    seatOf,
  )
  const seats = done.map(({ value }) => value)
  const broken = failed.find(({ error }) => error.code !== 'ENGINE_KERNELS')
  if (broken !== undefined) {
    await disposeAll(seats)
    throw broken.error
  }
  return { seats, refused: [...failed.map(({ seat: { facts }, error }) => ({ facts, error })), ...unnamed] }
}

/** @throws MeshError ENGINE_KERNELS, CANCELLED; nothing runs then */
async function triedSeat(
  kernels: KernelSet,
  { facts, environment }: BoundCard,
  report: OnnxEngineOptions['report'],
  signal: AbortSignal | undefined,
): Promise<EngineSeat> {
  const [{ createOnnxEngine }, { tryKernels }] = await Promise.all([
    import('../../engines/onnx/onnx-engine.ts'),
    import('../../engines/onnx/try-kernels.ts'),
  ])
  const reporting = report === undefined ? {} : { report }
  const engine = await createOnnxEngine({ ...reporting, kernels, card: cardFamily(facts), environment })
  try {
    await tryKernels(kernels, engine.openWith, signal)
    return { card: facts.key, facts, engine }
  } catch (error) {
    await engine[Symbol.asyncDispose]()
    throw error
  }
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
