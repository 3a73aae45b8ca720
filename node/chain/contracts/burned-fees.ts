/**
 * What was burned of redeemed vouchers, by payer and miner, in the blocks of the last two days: what a rater's word weighs. Read from blocks that
 * are deep enough to stay.
 */
import { decodeEvent, eventTopic } from '../../../contracts/binding/contract-codec.ts'
import { escrow } from '../../../contracts/generated/escrow.ts'
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { WINDOW_S } from '../../../protocols/rules/qos/observation.ts'
import type { BurnedFee } from '../../../protocols/rules/qos/rater-weight.ts'
import type { SettlingChain } from '../open-chain.ts'
import { RepeatedLook } from '../repeated-look.ts'
import { readLogs } from './read-logs.ts'

/** Weights change with redemptions, which come by the hour. */
const LOOK_MS = 15_000
/** 10 MB. The oldest blocks go first, and then nothing is said of them. */
const REDEMPTIONS_MAX = 65_536

interface Redemption {
  readonly block: bigint
  readonly payer: Address
  readonly miner: Address
  readonly owner: Address
  readonly fee: bigint
}

export interface BurnedFeesNeeds {
  readonly chain: Pick<SettlingChain, 'rpc' | 'periodSeconds' | 'confirmations' | 'contracts'>
  readonly clock: Clock
  /** Told once until a look succeeds. */
  readonly onFailure: (error: MeshError) => void
}

export class BurnedFees implements AsyncDisposable {
  /** Blocks of one window. */
  readonly windowBlocks: bigint
  readonly #needs: BurnedFeesNeeds
  readonly #look: RepeatedLook
  /** By block, ascending. */
  #redemptions: Redemption[] = []
  /** Everything from here on is known, up to {@link #next}. */
  #from = 0n
  #next: bigint | undefined
  #sums = new Map<Address, { inAll: bigint; readonly byOwner: Map<Address, bigint> }>()
  readonly #owners = new Map<Address, Address>()

  constructor(needs: BurnedFeesNeeds) {
    this.#needs = needs
    this.windowBlocks = BigInt(Math.ceil(WINDOW_S / Math.max(1, needs.chain.periodSeconds)))
    const { clock, onFailure } = needs
    this.#look = new RepeatedLook({ clock, pauseMs: LOOK_MS, onFailure, look: (signal) => this.#read(signal) })
  }

  /** Newest block that was read; undefined before the first look. */
  get untilBlock(): bigint | undefined {
    return this.#next === undefined || this.#next === 0n ? undefined : this.#next - 1n
  }

  /** In the last window. */
  burned(payer: Address, owner: Address): BurnedFee {
    const sums = this.#sums.get(payer)
    return { there: sums?.byOwner.get(owner) ?? 0n, inAll: sums?.inAll ?? 0n }
  }

  /** Somebody of whom anything was burned in the last window. */
  hasBurned(payer: Address): boolean {
    return this.#sums.has(payer)
  }

  /** As the chain paid it last. */
  ownerOf(miner: Address): Address | undefined {
    return this.#owners.get(miner)
  }

  /** Of one payer's vouchers to one miner in these blocks, both included; undefined where they are not all known. */
  feeAt(payer: Address, miner: Address, fromBlock: bigint, untilBlock: bigint): Credits | undefined {
    if (this.#next === undefined || fromBlock < this.#from || untilBlock >= this.#next) return undefined
    let sum = 0n
    for (const each of this.#redemptions) {
      if (each.payer !== payer || each.miner !== miner) continue
      if (each.block >= fromBlock && each.block <= untilBlock) sum += each.fee
    }
    return credits(sum)
  }

  /** For who cannot wait for the next look, as a test. */
  look(): Promise<void> {
    return this.#look.now()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#look[Symbol.asyncDispose]()
  }

  async #read(signal: AbortSignal): Promise<void> {
    const { rpc, confirmations, contracts } = this.#needs.chain
    const { blockNumber } = await rpc.head(signal)
    const deep = blockNumber - BigInt(confirmations)
    const oldest = deep - 2n * this.windowBlocks
    const fromBlock = this.#next ?? (oldest > 0n ? oldest : 0n)
    if (deep < fromBlock) {
      this.#next ??= fromBlock
      return
    }
    const topics = [eventTopic(escrow, 'Redeemed') as Hash32]
    const logs = await readLogs(rpc, { address: contracts.escrow, topics, fromBlock, toBlock: deep }, signal)
    for (const log of logs) {
      const event = decodeEvent(escrow, log)
      if (event?.name !== 'Redeemed') continue
      const { payer, miner, owner, fee } = event.values as unknown as Redemption
      this.#redemptions.push({ block: log.blockNumber, payer, miner, owner, fee })
    }
    if (this.#next === undefined) this.#from = fromBlock
    this.#next = deep + 1n
    this.#forget(oldest)
    this.#sum(deep - this.windowBlocks)
  }

  #forget(oldest: bigint): void {
    if (oldest > this.#from) this.#from = oldest
    const excess = this.#redemptions.length - REDEMPTIONS_MAX
    // Of a block that is partly gone nothing can be said.
    if (excess > 0) this.#from = this.#redemptions[excess - 1]!.block + 1n
    this.#redemptions = this.#redemptions.filter(({ block }) => block >= this.#from)
  }

  #sum(after: bigint): void {
    this.#sums = new Map()
    this.#owners.clear()
    for (const { block, payer, miner, owner, fee } of this.#redemptions) {
      this.#owners.set(miner, owner)
      if (block <= after || fee === 0n) continue
      const sums = this.#sums.get(payer) ?? { inAll: 0n, byOwner: new Map<Address, bigint>() }
      this.#sums.set(payer, sums)
      sums.inAll += fee
      sums.byOwner.set(owner, (sums.byOwner.get(owner) ?? 0n) + fee)
    }
  }
}
