/**
 * What a miner tells others of its cards. All of them stand in its profile; offered is only what its engines run models on, which is
 * the processor where all kernels are the processor's, however large the cards beside it.
 */
import { join } from 'node:path'
import { matchCard } from '../../protocols/catalogue/index.ts'
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import { classOfMachine } from '../../protocols/rules/classification/card-class.ts'
import { classifyCard } from '../../protocols/rules/classification/classify-card.ts'
import type { CapabilityFacts } from '../../protocols/wire/profile/capability-key.ts'
import type { ProfileGpu } from '../../protocols/wire/profile/profile-body.ts'
import { parseKernelClass } from '../engines/kernel-class.ts'
import { usedCards } from '../engines/used-cards.ts'
import { PROCESSOR_KEY } from '../gpu/cpu/processor-backend.ts'
import { enginesOf, measuredBy } from '../market/measured-of.ts'
import { architectureWordOf, profileCards } from '../market/profile-cards.ts'
import { MeasuredFile } from '../measure/measured-file.ts'
import { folderFiles } from '../storage/data-folder.ts'
import type { ServedModels } from '../work/served-models.ts'
import type { NodeCards } from './cards.ts'
import type { Foundation } from './foundation.ts'

export interface OfferedCards {
  /** Of offers and profile: that of the largest card that is used. */
  readonly gpuClass: string
  /** For capability keys. */
  used(): Pick<CapabilityFacts, 'gpus' | 'architectures'>
  inProfile(): readonly ProfileGpu[]
  /** Keys of the cards that models run on, those that are gone included; none while that is not one card for sure. */
  seats(): readonly string[]
}

interface OfferedNeeds {
  readonly base: Pick<Foundation, 'clock' | 'folder'>
  readonly cards: Pick<NodeCards, 'cards' | 'facts' | 'ready'>
  readonly models: Pick<ServedModels, 'table'>
}

/** Waits for the cards where models run on one: the class of the offers, and the topic with it, stay for the run. */
export async function offeredCards({ base, cards, models }: OfferedNeeds): Promise<OfferedCards> {
  const file = new MeasuredFile(join(base.folder.path, folderFiles.measured))
  const kernelClasses = (): readonly string[] => models.table().map(({ kernelClass }) => kernelClass)
  const kernels = (): readonly string[] => kernelClasses().flatMap((text) => parseKernelClass(text)?.kernels ?? [])
  const used = (): readonly CardFacts[] => usedCards(cards.facts(), kernels())
  if (kernels().some((word) => word !== 'cpu')) await cards.ready()
  return {
    gpuClass: classOfMachine(used().map((facts) => classifyCard({ facts, match: matchCard(facts) }))),
    used: () => ({
      gpus: used().map(({ memoryBytes }) => (memoryBytes === undefined ? {} : { memoryBytes })),
      architectures: used().flatMap((facts) => architectureWordOf(facts) ?? []),
    }),
    seats: () => {
      const known = cards.cards().map(({ facts }) => facts)
      // Simulated cards all warm up by what the processor computes, and a model that its card cannot run runs there too.
      if (known.some(({ simulated }) => simulated === true)) return []
      const words = [...new Set(kernels())]
      const seats = words.every((word) => word === 'cpu')
        ? known.filter(({ key }) => key === PROCESSOR_KEY)
        : usedCards(known, words)
      return words.length > 1 ? [] : seats.map(({ key }) => key)
    },
    inProfile: () => profileCards(cards.facts(), measuredBy(file, enginesOf(kernelClasses()), base.clock.nowMs())),
  }
}
