/**
 * What a miner tells others of its cards. All of them stand in its profile; offered is only what its engines run models on, which is
 * the processor where all kernels are the processor's, however large the cards beside it.
 */
import { join } from 'node:path'
import { matchCard } from '../../../protocols/catalogue/index.ts'
import type { CardFacts } from '../../../protocols/rules/cards/card-facts.ts'
import { classOfMachine } from '../../../protocols/rules/classification/card-class.ts'
import { classifyCard } from '../../../protocols/rules/classification/classify-card.ts'
import type { CapabilityFacts } from '../../../protocols/wire/profile/capability-key.ts'
import type { ProfileGpu } from '../../../protocols/wire/profile/profile-body.ts'
import { parseKernelClass } from '../../engines/kernel-class.ts'
import type { EngineSeat } from '../../engines/seat.ts'
import { usedCards } from '../../engines/used-cards.ts'
import { PROCESSOR_KEY } from '../../gpu/processor/processor.ts'
import { enginesOf, measuredBy } from '../../market/measured-of.ts'
import { architectureWordOf, listedCards, profileCards } from '../../market/profile-cards.ts'
import { seatOf } from '../../measure/claimed-seat.ts'
import { MeasuredFile } from '../../measure/measured-file.ts'
import { seatEngine } from '../../measure/measured-target.ts'
import { folderFiles } from '../../storage/data-folder.ts'
import type { ServedModels } from '../../work/served-models.ts'
import type { Foundation } from '../foundation.ts'
import type { NodeCards } from './cards.ts'

export interface OfferedCards {
  /** Of offers and profile: that of the largest card that is used. */
  readonly gpuClass: string
  /** For capability keys. */
  used(): Pick<CapabilityFacts, 'gpus' | 'architectures'>
  inProfile(): readonly ProfileGpu[]
  /** Keys of the seats at their places in it; `undefined` for a card that is none, of which it claims no figure. */
  seatsInProfile(): readonly (string | undefined)[]
  /** Keys of the cards that models run on, those that are gone included; none where a seat leaves models to another card. */
  seats(): readonly string[]
}

interface OfferedNeeds {
  readonly base: Pick<Foundation, 'clock' | 'folder'>
  readonly cards: Pick<NodeCards, 'facts' | 'ready'>
  readonly models: Pick<ServedModels, 'all'>
  readonly seats: readonly EngineSeat[]
}

/** Waits for the cards where models run on one: the class of the offers, and the topic with it, stay for the run. */
export async function offeredCards({ base, cards, models, seats }: OfferedNeeds): Promise<OfferedCards> {
  const file = new MeasuredFile(join(base.folder.path, folderFiles.measured))
  const classesOn = (card?: string): readonly string[] =>
    [...models.all()].flatMap((model) =>
      model.seats.flatMap(({ card: its, session }) =>
        card === undefined || its === card ? [session.kernelClass] : [],
      ),
    )
  const kernelsOn = (card: string): readonly string[] =>
    classesOn(card).flatMap((text) => parseKernelClass(text)?.kernels ?? [])
  const used = (): readonly CardFacts[] => {
    const there = new Set(cards.facts().map(({ key }) => key))
    const present = seats.filter(({ card }) => there.has(card))
    return usedCards(present.map(({ card, facts }) => ({ facts, kernels: kernelsOn(card) })))
  }
  if (seats.some(({ card }) => card !== PROCESSOR_KEY)) await cards.ready()
  return {
    gpuClass: classOfMachine(used().map((facts) => classifyCard({ facts, match: matchCard(facts) }))),
    used: () => ({
      gpus: used().map(({ memoryBytes }) => (memoryBytes === undefined ? {} : { memoryBytes })),
      architectures: used().flatMap((facts) => architectureWordOf(facts) ?? []),
    }),
    seats: () => {
      // A model that its card cannot run whole runs on the processor, whose heat is everybody's then.
      const leaves = ({ card, facts }: EngineSeat): boolean =>
        facts.simulated !== true && card !== PROCESSOR_KEY && kernelsOn(card).includes('cpu')
      return seats.some(leaves) ? [] : seats.map(({ card }) => card)
    },
    // A figure is what a seat does, for others probe it there: what some engine once did on another card is no claim.
    inProfile: () => {
      const serving = enginesOf(classesOn())
      return profileCards(cards.facts(), (facts) => {
        const seat = seatOf(seats, facts)
        const engines = seat === undefined ? [] : serving.filter((engine) => engine === seatEngine(seat))
        return measuredBy(file, engines, base.clock.nowMs())(facts)
      })
    },
    seatsInProfile: () => listedCards(cards.facts()).map((facts) => seatOf(seats, facts)?.card),
  }
}
