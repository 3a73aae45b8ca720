/**
 * Breaks the journal of a running miner, so that it signs against itself: for `aitbc demo slash` and for tests. Nothing of a
 * node leads here; what a broken disk or a copied folder could do is done to its journal from outside.
 */
import type { RunningNode } from '../../node/roles/start-node.ts'
import type { FoundBatch } from '../../node/work/miner-journal.ts'
import { assert } from '../../protocols/kernel/errors.ts'
import { ZERO_HASH } from '../../protocols/kernel/ids.ts'
import { credits } from '../../protocols/kernel/money.ts'
import { type Receipt, receiptStatus } from '../../protocols/statements/struct-types.ts'

export interface BrokenJournal {
  /**
   * It takes every attempt that ended for one that was lost with the last run: asked for its receipt again, the miner signs
   * another. A client asks when its line to the miner opens anew.
   */
  forgetEnds(): void
  /** It hands out the number of the last offer once more: the next one that is published contradicts it. */
  forgetSequences(): void
}

/** @throws MeshError BUG where the node is no miner that has offered itself */
export function breakJournal({ journal, miner }: RunningNode): BrokenJournal {
  assert(miner !== undefined, 'a miner has a journal that can be broken')
  const records = journal.miner
  const [batchesOf, nextSequence] = [records.batchesOf.bind(records), records.nextSequence.bind(records)]
  return {
    forgetEnds() {
      records.batchesOf = (attempts, counter) => batchesOf(attempts, counter).map(endedAsLost)
    },
    forgetSequences() {
      records.nextSequence = async (kind, nowMs) => {
        const last = miner.board.current
        return kind === 'offer' && last !== undefined ? last.head.sequence : nextSequence(kind, nowMs)
      }
    },
  }
}

/** The batch that a journal would give that knows the attempts as begun and not as ended. */
const endedAsLost = ({ sequence, receipts, asked }: FoundBatch): FoundBatch => ({
  sequence: sequence + 1n,
  receipts: receipts.filter(({ agreement }) => asked.includes(agreement)).map(lost),
  asked,
})

const lost = (receipt: Receipt): Receipt => ({
  ...receipt,
  status: receiptStatus.abortedRestart,
  outputRoot: ZERO_HASH,
  usage: 0n,
  price: credits(0),
})
