/** Logs of many blocks, in pages that endpoints give. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { ChainLog, ChainRpc, LogFilter } from '../rpc/chain-rpc.ts'

/** What public endpoints take at least. */
const PAGE_BLOCKS = 10_000n
/** A million blocks: more than four months of a chain with a block every twelve seconds. */
const PAGES_MAX = 100

/**
 * From the newest page backwards until `fromBlock`, or until there were enough pages; oldest first.
 * @throws MeshError CHAIN_REFUSED; CHAIN_*; the signal's reason
 */
export async function readLogs(rpc: ChainRpc, filter: LogFilter, signal?: AbortSignal): Promise<readonly ChainLog[]> {
  const pages: (readonly ChainLog[])[] = []
  let toBlock = filter.toBlock
  while (toBlock >= filter.fromBlock && pages.length < PAGES_MAX) {
    const start = toBlock - PAGE_BLOCKS + 1n
    const fromBlock = start > filter.fromBlock ? start : filter.fromBlock
    const page = await rpc.logs({ ...filter, fromBlock, toBlock }, signal)
    if (page.kind === 'refused') throw new MeshError('CHAIN_REFUSED', { what: 'logs', why: page.refusal.message })
    pages.unshift(page.value)
    toBlock = fromBlock - 1n
  }
  return pages.flat()
}
