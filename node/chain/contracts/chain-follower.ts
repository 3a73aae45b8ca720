/** Logs of one contract as they come, from the head on: again and again the blocks since the last look. */
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import type { SettlingChain } from '../open-chain.ts'
import { RepeatedLook } from '../repeated-look.ts'
import type { ChainLog } from '../rpc/chain-rpc.ts'
import { readLogs } from './read-logs.ts'

/** As often as blocks come, and no more often than this. */
const LOOK_MS_MIN = 1_000
const LOOK_MS_MAX = 15_000

export interface ChainFollowerNeeds {
  readonly chain: Pick<SettlingChain, 'rpc' | 'periodSeconds' | 'confirmations'>
  readonly clock: Clock
  readonly address: Address
  readonly topics: readonly (Hash32 | undefined)[]
  /** Those of a block that is exchanged come again: what is made of them must bear that. */
  readonly onLogs: (logs: readonly ChainLog[]) => void
  /** A look failed; told once until one succeeds. The next one reads what this one did not. */
  readonly onFailure: (error: MeshError) => void
}

export class ChainFollower implements AsyncDisposable {
  readonly #needs: ChainFollowerNeeds
  readonly #look: RepeatedLook
  #next: bigint | undefined

  constructor(needs: ChainFollowerNeeds) {
    this.#needs = needs
    const { chain, clock, onFailure } = needs
    const pauseMs = Math.min(LOOK_MS_MAX, Math.max(LOOK_MS_MIN, chain.periodSeconds * 1_000))
    this.#look = new RepeatedLook({ clock, pauseMs, onFailure, look: (signal) => this.#read(signal) })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#look[Symbol.asyncDispose]()
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { chain, address, topics, onLogs } = this.#needs
    const { blockNumber } = await chain.rpc.head(signal)
    // From the first head on: who was there before is asked for by itself.
    const fromBlock = this.#next ?? blockNumber
    if (fromBlock <= blockNumber) {
      const logs = await readLogs(chain.rpc, { address, topics, fromBlock, toBlock: blockNumber }, signal)
      if (logs.length > 0) onLogs(logs)
    }
    // The last blocks are read again: they may be exchanged.
    const again = BigInt(chain.confirmations)
    this.#next = blockNumber + 1n > again ? blockNumber + 1n - again : 0n
  }
}
