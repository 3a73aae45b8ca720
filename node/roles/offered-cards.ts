/**
 * What a miner tells others of its cards. All of them stand in its profile; offered is only what its engines run models on, which is
 * the processor's share of the work where all kernels are the processor's, however large the cards beside it.
 */
import { join } from 'node:path'
import { usedCards } from '../../protocols/rules/cards/used-cards.ts'
import type { CapabilityFacts } from '../../protocols/wire/profile/capability-key.ts'
import type { ProfileGpu } from '../../protocols/wire/profile/profile-body.ts'
import { parseKernelClass } from '../engines/kernel-class.ts'
import { enginesOf, measuredBy } from '../market/measured-of.ts'
import { architectureOf, profileCards } from '../market/profile-cards.ts'
import { MeasuredFile } from '../measure/measured-file.ts'
import { folderFiles } from '../storage/data-folder.ts'
import type { ServedModels } from '../work/served-models.ts'
import type { NodeCards } from './cards.ts'
import type { Foundation } from './foundation.ts'

export interface OfferedCards {
  /** For capability keys. */
  used(): Pick<CapabilityFacts, 'gpus' | 'architectures'>
  inProfile(): readonly ProfileGpu[]
}

interface OfferedNeeds {
  readonly base: Pick<Foundation, 'clock' | 'folder'>
  readonly cards: Pick<NodeCards, 'facts'>
  readonly models: Pick<ServedModels, 'table'>
}

export function offeredCards({ base, cards, models }: OfferedNeeds): OfferedCards {
  const file = new MeasuredFile(join(base.folder.path, folderFiles.measured))
  const kernelClasses = (): readonly string[] => models.table().map(({ kernelClass }) => kernelClass)
  return {
    used() {
      const kernels = kernelClasses().flatMap((text) => parseKernelClass(text)?.kernels ?? [])
      const used = usedCards(cards.facts(), kernels)
      return {
        gpus: used.map(({ memoryBytes }) => (memoryBytes === undefined ? {} : { memoryBytes })),
        architectures: used.flatMap((facts) => architectureOf(facts) ?? []),
      }
    },
    inProfile: () => profileCards(cards.facts(), measuredBy(file, enginesOf(kernelClasses()), base.clock.nowMs())),
  }
}
