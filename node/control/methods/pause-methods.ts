/** `pause` and `resume`: the owner's word for the whole miner, or for one of its cards. */
import { z } from 'zod'
import { type ShownReason, shownReason } from '../../care/shown-holds.ts'
import { findCard, type NameableCard, type NumberedCard } from '../../gpu/find-card.ts'
import type { Miner } from '../../roles/miner/miner.ts'
import type { RunningNode } from '../../roles/start-node.ts'
import { PAUSE_MS_MAX, type Pause, type PauseSwitch } from '../../work/pause-switch.ts'
import type { ControlMethod } from '../control-method.ts'
import { parseParams } from './parse-params.ts'
import { plainJson } from './plain-json.ts'

export interface PauseAnswer extends Pause {
  readonly paused: boolean
  /** Absent where it was the whole miner. */
  readonly card?: NumberedCard
  /** Models run on that card: else its pause changes nothing. */
  readonly runsModels?: boolean
  /** Jobs of this miner that run or wait. */
  readonly running: number
  /** What holds the miner, or that card, besides. */
  readonly holds: readonly ShownReason[]
}

/** A part of a name; longer ones are mistakes. */
const cardWord = z.string().trim().min(1).max(100).optional()

/** @param miner @throws MeshError ROLE_MISSING */
export function pauseMethods(
  node: RunningNode,
  miner: () => Miner,
): Readonly<Record<'pause' | 'resume', ControlMethod>> {
  const known = (): readonly NameableCard[] => node.cards.cards().map(({ facts }) => facts)
  const found = async (word: string | undefined, signal: AbortSignal): Promise<NumberedCard | undefined> => {
    if (word === undefined) return undefined
    await node.cards.ready(signal)
    return findCard(known(), word)
  }
  const answer = (card: NumberedCard | undefined): PauseAnswer => {
    const { desk, care } = miner()
    const own = switchOf(miner(), card)
    const { admits, reasons } = card === undefined ? care.caretaker.verdict : care.caretaker.verdictOf(card.key)
    const isOwn = (reason: { readonly cause: string; readonly card?: string }): boolean =>
      reason.cause === 'owner' && reason.card === card?.key
    return {
      paused: own.pause !== undefined,
      ...own.pause,
      ...(card === undefined ? {} : { card, runsModels: runsModels(care.caretaker.seats, card) }),
      running: desk.jobs,
      holds: admits ? [] : reasons.filter((reason) => !isOwn(reason)).map((reason) => shownReason(reason, known())),
    }
  }
  return {
    pause: async (params, { signal }) => {
      const schema = z.strictObject({ forMs: z.int().min(1).max(PAUSE_MS_MAX).optional(), card: cardWord })
      const { forMs, card: word } = parseParams(schema, params)
      miner()
      const card = await found(word, signal)
      await switchOf(miner(), card).stop(forMs)
      return plainJson(answer(card))
    },
    resume: async (params, { signal }) => {
      const { card: word } = parseParams(z.strictObject({ card: cardWord }), params)
      miner()
      const card = await found(word, signal)
      const { pause, cardPauses } = miner()
      // Who brings the miner back wants all of it.
      if (card === undefined) await Promise.all([pause.resume(), cardPauses.resume()])
      else await cardPauses.of(card.key).resume()
      return plainJson(answer(card))
    },
  }
}

const switchOf = ({ pause, cardPauses }: Miner, card: NumberedCard | undefined): PauseSwitch =>
  card === undefined ? pause : cardPauses.of(card.key)

/** Where that is not known, a hold of any card is the miner's. */
const runsModels = (seats: readonly string[], { key }: NumberedCard): boolean =>
  seats.length === 0 || seats.includes(key)
