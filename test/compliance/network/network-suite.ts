/** What any adapter of the Network port must do; each adapter's own test runs it. */
import { describe } from 'vitest'
import { callBoundsCompliance } from './call-bounds-suite.ts'
import { callsCompliance } from './calls-suite.ts'
import { connectionsCompliance } from './connections-suite.ts'
import type { NetworkLab } from './network-lab.ts'
import { recordsCompliance } from './records-suite.ts'
import { topicsCompliance } from './topics-suite.ts'

export function networkCompliance(name: string, makeLab: () => NetworkLab): void {
  describe(`the ${name} network`, () => {
    callsCompliance(makeLab)
    callBoundsCompliance(makeLab)
    topicsCompliance(makeLab)
    recordsCompliance(makeLab)
    connectionsCompliance(makeLab)
  })
}
