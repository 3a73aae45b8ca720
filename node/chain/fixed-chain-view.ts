/** A table of the network file in place of a chain: everybody reads the same, nothing settles. */
import { toHex } from '../../protocols/kernel/bytes.ts'
import type { Address, Hash32 } from '../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../protocols/kernel/money.ts'
import type {
  Assurance,
  ChainHead,
  ChainView,
  Clock,
  CounterKey,
  Hasher,
  Standing,
} from '../../protocols/kernel/ports.ts'
import type { ChainTable } from '../config/network-file.ts'

export interface FixedChainNeeds {
  readonly networkId: string
  readonly clock: Clock
  readonly hasher: Pick<Hasher, 'keccak256'>
}

export class FixedChainView implements ChainView {
  readonly settles = false
  readonly #needs: FixedChainNeeds
  readonly #table: ChainTable
  readonly #escrows: ReadonlyMap<string, Credits>
  readonly #stakes: ReadonlyMap<string, Credits>
  readonly #owners: ReadonlyMap<string, Address>

  constructor(needs: FixedChainNeeds, table: ChainTable) {
    this.#needs = needs
    this.#table = table
    this.#escrows = new Map(table.escrows.map(({ payer, balance }) => [payer, balance]))
    this.#stakes = new Map(table.stakes.map(({ owner, amount }) => [owner, amount]))
    this.#owners = new Map(table.operators.map(({ operator, owner }) => [operator, owner]))
  }

  /** Blocks come by the clock: two nodes whose clocks agree within 48 s name blocks within the 60 s that both sides allow. */
  async head(): Promise<ChainHead> {
    const { number, time, periodSeconds } = this.#table.head
    const seconds = Math.floor(this.#needs.clock.nowMs() / 1_000)
    // A clock before the first block is wrong; block 0 and below do not exist.
    const passed = Math.max(0, Math.floor((seconds - time) / periodSeconds))
    const blockNumber = BigInt(number + passed)
    return { blockNumber, blockTime: BigInt(time + passed * periodSeconds), blockHash: this.#hashOf(blockNumber) }
  }

  /** Nothing is ever redeemed, so all that a table gives a payer stands behind each of its counters. */
  async assuranceOf({ payer }: CounterKey): Promise<Assurance> {
    const assured = this.#escrows.get(payer) ?? this.#table.everyone?.escrow ?? NOTHING
    return { assured, claimed: NOTHING, spent: NOTHING, payer: 'good' }
  }

  async spentBy(): Promise<Credits> {
    return NOTHING
  }

  async standingOf(operator: Address): Promise<Standing> {
    const owner = this.#owners.get(operator) ?? (this.#table.everyone === undefined ? undefined : operator)
    if (owner === undefined) return { owner, isActive: false, stake: NOTHING }
    return { owner, isActive: true, stake: this.#stakes.get(owner) ?? this.#table.everyone?.stake ?? NOTHING }
  }

  #hashOf(blockNumber: bigint): Hash32 {
    const text = `${this.#needs.networkId}/${blockNumber}`
    return toHex(this.#needs.hasher.keccak256(new TextEncoder().encode(text))) as Hash32
  }
}

const NOTHING = credits(0)
