/** Which transaction took a number: found in the blocks themselves, for the lack of a receipt proves nothing. */
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import type { ChainRpc } from '../rpc/chain-rpc.ts'

/** Blocks that are read in one round, each with all its transactions. */
const BLOCKS_MAX = 32
/** It may lie a little before the head at which ours was signed, where the chain has reorganised since. */
const BEFORE_BLOCKS = 16n

export interface Taken {
  readonly hash: Hash32
  readonly blockNumber: bigint
}

/** One search at a time for each transaction; it goes on where it stopped. */
export class NonceSearch {
  readonly #chain: Pick<ChainRpc, 'transactionIn'>
  readonly #sender: Address
  readonly #nextBlock = new Map<bigint, bigint>()

  constructor(chain: Pick<ChainRpc, 'transactionIn'>, sender: Address) {
    this.#chain = chain
    this.#sender = sender
  }

  /**
   * @param from the head when the number was still free
   * @returns undefined where it is not found yet
   */
  async find(nonce: bigint, from: bigint, head: bigint, signal: AbortSignal): Promise<Taken | undefined> {
    const start = from > BEFORE_BLOCKS ? from - BEFORE_BLOCKS : 0n
    let block = this.#nextBlock.get(nonce) ?? start
    for (let read = 0; read < BLOCKS_MAX && block <= head; read++, block++) {
      const hash = await this.#chain.transactionIn(block, this.#sender, nonce, signal)
      if (hash === undefined) continue
      // Found again next time: its block may be given up meanwhile.
      this.#nextBlock.delete(nonce)
      return { hash, blockNumber: block }
    }
    // At the end of the chain without a find: blocks were exchanged while they were read.
    if (block > head) this.#nextBlock.delete(nonce)
    else this.#nextBlock.set(nonce, block)
    return undefined
  }

  forget(nonce: bigint): void {
    this.#nextBlock.delete(nonce)
  }
}
