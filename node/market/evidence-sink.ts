/** Where evidence goes to be judged: the contracts of the network implement it, where a chain settles. */
import type { Hash32 } from '../../protocols/kernel/ids.ts'
import type { KeptEvidence } from './evidence-store.ts'

export interface EvidenceSink {
  /**
   * Takes evidence that is kept on this node's disk: once when it is found, and again after every start, so what is under way
   * need not be remembered for it. Whether and when it is submitted is the sink's to decide; it answers at once.
   */
  take(evidence: KeptEvidence): void
  /** One sentence on how it stands with the court, for people; `undefined` where there is nothing to say. */
  standing(nullifier: Hash32): string | undefined
}

/** A network that no chain settles: peers that heard of it give the operator no work, and that is all. */
export const noCourt: EvidenceSink = { take: () => undefined, standing: () => undefined }
