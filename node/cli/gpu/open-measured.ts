/** The engine that `aitbc gpu measure` measures: the one that would run jobs, on the card that is meant. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import type { Engine } from '../../engines/engine.ts'
import type { KernelSet } from '../../engines/kernels.ts'
import { cardLabel, findCard } from '../../gpu/find-card.ts'

export interface MeasuredEngine extends AsyncDisposable {
  readonly engine: Engine
  /** Of the card that it computes on; absent for the processor. */
  readonly facts?: CardFacts
}

/**
 * @param card as its owner names it; the likeliest of those that fit where absent
 * @throws MeshError ENGINE_KERNELS where it does not compute, or not right; CARD_NOT_HERE, CARD_AMBIGUOUS, CANCELLED
 */
export async function openMeasured(
  kernels: KernelSet,
  card: string | undefined,
  signal: AbortSignal,
): Promise<MeasuredEngine> {
  const { cardsHere } = await import('../../roles/miner/cards-here.ts')
  const here = card === undefined ? undefined : await cardsHere(signal)
  const wanted = here === undefined || card === undefined ? undefined : findCard(here, card)
  if (kernels === 'cpu') {
    if (wanted !== undefined && here![wanted.number - 1]!.form !== 'cpu')
      throw new MeshError('ENGINE_KERNELS', { kernels, why: `${cardLabel(wanted)} is not the processor` })
    const { createOnnxEngine } = await import('../../engines/onnx/onnx-engine.ts')
    const engine = await createOnnxEngine()
    return { engine, [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose]() }
  }
  const { triedSeats } = await import('../../roles/miner/engine.ts')
  const cards = async (): Promise<readonly CardFacts[]> => here ?? (await cardsHere(signal))
  const { seats, refused } = await triedSeats(kernels, cards, undefined, signal, (facts, place) =>
    wanted === undefined ? place === 0 : facts.key === wanted.key,
  )
  const [seat] = seats
  if (seat !== undefined)
    return { engine: seat.engine, facts: seat.facts, [Symbol.asyncDispose]: () => seat.engine[Symbol.asyncDispose]() }
  throw (
    refused.find(({ facts }) => wanted === undefined || facts === undefined || facts.key === wanted.key)?.error ??
    new MeshError('ENGINE_KERNELS', {
      kernels,
      why: `${wanted === undefined ? 'the card' : cardLabel(wanted)} has none`,
    })
  )
}
