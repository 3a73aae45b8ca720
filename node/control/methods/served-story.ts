/** What a miner can say of an attempt that it ran: the receipt in its journal. */
import type { AttemptId } from '../../../protocols/kernel/ids.ts'
import { receiptStatus } from '../../../protocols/statements/struct-types.ts'
import type { RunningNode } from '../../roles/start-node.ts'

const names = Object.fromEntries(Object.entries(receiptStatus).map(([name, status]) => [status, name]))

export interface ServedStory {
  readonly attempt: AttemptId
  readonly status: string
  readonly price: bigint
  readonly usage: bigint
  readonly waitedMs: number
  readonly computedMs: number
  readonly outputRoot: string
  readonly batchSequence: bigint
}

/** `undefined` where no final of it is in the journal. */
export function servedStory(node: RunningNode, attempt: AttemptId): ServedStory | undefined {
  if (node.miner === undefined) return undefined
  for (const { sequence, receipts } of node.journal.miner.batchesOf([attempt])) {
    const receipt = receipts.find(({ agreement }) => agreement === attempt)
    if (receipt === undefined) continue
    const { price, usage, waitedUs, computedUs, outputRoot } = receipt
    return {
      attempt,
      status: names[receipt.status] ?? String(receipt.status),
      price,
      usage,
      waitedMs: Number(waitedUs) / 1_000,
      computedMs: Number(computedUs) / 1_000,
      outputRoot,
      batchSequence: sequence,
    }
  }
  return undefined
}
