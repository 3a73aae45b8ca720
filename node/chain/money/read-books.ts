/** What the contracts hold for the keys of a node, all at one block. */

import { eventTopic } from '../../../contracts/binding/contract-codec.ts'
import { type EscrowTypes, escrow } from '../../../contracts/generated/escrow.ts'
import { type IdentityRegistryTypes, identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { type MeshTokenTypes, meshToken } from '../../../contracts/generated/mesh-token.ts'
import { type StakeVaultTypes, stakeVault } from '../../../contracts/generated/stake-vault.ts'
import { type Address, address, type Hash32 } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { ChainHead } from '../../../protocols/kernel/ports.ts'
import { type KeyKind, keyKinds } from '../../keys/keystore.ts'
import { ContractReader } from '../contracts/contract-reader.ts'
import type { ContractSet } from '../contracts/contract-set.ts'
import { readLogs } from '../contracts/read-logs.ts'
import {
  type ChannelBook,
  type EarningsBook,
  type EscrowBook,
  type MoneyBooks,
  type OlderBook,
  STRANGERS,
  type StakeBook,
  type Thaw,
  type Wallet,
} from '../money-desk.ts'
import type { ChainRpc } from '../rpc/chain-rpc.ts'

/** Channels that are shown: a client works with eight miners at a time. */
const CHANNELS_MAX = 256
/** An endpoint is asked so many things at once and no more. */
const CHANNELS_AT_ONCE = 16

export interface BooksNeeds {
  readonly rpc: ChainRpc
  readonly set: ContractSet
  /** Of the deployment: no channel is older. */
  readonly fromBlock: bigint
  addressOf(kind: KeyKind): Address | undefined
  /** Held by this node, payable by this escrow. */
  unredeemed(escrow: Address): EarningsBook['unredeemed']
}

/** @throws MeshError CHAIN_UNREACHABLE, CHAIN_WRONG, CHAIN_STALE, CONTRACT_CODE; the signal's reason */
export async function readBooks(needs: BooksNeeds, head: ChainHead, signal?: AbortSignal): Promise<MoneyBooks> {
  const at = new BooksAt(needs, head, signal)
  const owner = needs.addressOf('owner')
  const payer = needs.addressOf('payer')
  const [wallets, stake, earnings, book] = await Promise.all([
    at.wallets(),
    owner === undefined ? undefined : at.stake(owner),
    owner === undefined ? undefined : at.earnings(owner),
    payer === undefined ? undefined : at.escrow(payer),
  ])
  return {
    blockNumber: head.blockNumber,
    blockTimeS: Number(head.blockTime),
    wallets,
    ...(stake === undefined ? {} : { stake }),
    ...(earnings === undefined ? {} : { earnings }),
    ...(book === undefined ? {} : { escrow: book }),
  }
}

/** Stake and earnings alone, of a set that nothing new goes to. */
export async function readOlderBook(
  needs: BooksNeeds,
  owner: Address,
  head: ChainHead,
  signal?: AbortSignal,
): Promise<Omit<OlderBook, 'set'>> {
  const at = new BooksAt(needs, head, signal)
  const [stake, earnings] = await Promise.all([at.stake(owner), at.earnings(owner)])
  return { stake, earnings }
}

export const hasSomething = ({ stake, earnings }: Omit<OlderBook, 'set'>): boolean =>
  stake.total > 0n || earnings.withdrawable > 0n || earnings.locked.length > 0 || earnings.unredeemed.vouchers > 0

class BooksAt {
  readonly #needs: BooksNeeds
  readonly #block: bigint
  readonly #timeS: number
  readonly #signal: AbortSignal | undefined
  readonly #token: ContractReader<MeshTokenTypes>
  readonly #vault: ContractReader<StakeVaultTypes>
  readonly #registry: ContractReader<IdentityRegistryTypes>
  readonly #escrow: ContractReader<EscrowTypes>

  constructor(needs: BooksNeeds, { blockNumber, blockTime }: ChainHead, signal: AbortSignal | undefined) {
    const { rpc, set } = needs
    this.#needs = needs
    this.#block = blockNumber
    this.#timeS = Number(blockTime)
    this.#signal = signal
    this.#token = new ContractReader(rpc, meshToken, set.token)
    this.#vault = new ContractReader(rpc, stakeVault, set.stakeVault)
    this.#registry = new ContractReader(rpc, identityRegistry, set.identityRegistry)
    this.#escrow = new ContractReader(rpc, escrow, set.escrow)
  }

  async wallets(): Promise<MoneyBooks['wallets']> {
    const known = keyKinds.flatMap((kind) => {
      const of = this.#needs.addressOf(kind)
      return of === undefined || kind === 'session' ? [] : [[kind, of] as const]
    })
    const found = await Promise.all(
      known.map(async ([kind, of]): Promise<readonly [KeyKind, Wallet]> => {
        const [coinWei, tokens] = await Promise.all([
          this.#needs.rpc.balance(of, this.#signal),
          this.#token.read('balanceOf', [of], this.#signal, this.#block),
        ])
        return [kind, { address: of, coinWei, tokens: credits(tokens) }]
      }),
    )
    return Object.fromEntries(found)
  }

  async stake(owner: Address): Promise<StakeBook> {
    const [account, tombstonedAt] = await Promise.all([
      this.#vault.read('accountOf', [owner], this.#signal, this.#block),
      this.#registry.read('tombstonedAt', [owner], this.#signal, this.#block),
    ])
    return {
      owner,
      total: credits(account.total),
      thaw: thawOf(account.thawing, account.thawEnd),
      locked: credits(account.locked),
      isTombstoned: tombstonedAt > 0n,
    }
  }

  async earnings(owner: Address): Promise<EarningsBook> {
    const [{ withdrawable }, { amounts, from }] = await Promise.all([
      this.#vault.read('earningsOf', [owner], this.#signal, this.#block),
      this.#vault.read('lockedEarningsOf', [owner], this.#signal, this.#block),
    ])
    const locked = amounts
      .map((amount, i) => ({ amount: credits(amount), untilS: Number(from[i] ?? 0n) }))
      .filter(({ amount, untilS }) => amount > 0n && untilS > this.#timeS)
      .sort((a, b) => a.untilS - b.untilS)
    return {
      owner,
      withdrawable: credits(withdrawable),
      locked,
      unredeemed: this.#needs.unredeemed(this.#escrow.address),
    }
  }

  async escrow(payer: Address): Promise<EscrowBook> {
    const [account, reserve, share, channels] = await Promise.all([
      this.#escrow.read('accountOf', [payer], this.#signal, this.#block),
      this.#escrow.read('channelOf', [payer, STRANGERS], this.#signal, this.#block),
      this.#escrow.read('reserveOf', [payer], this.#signal, this.#block),
      this.#channels(payer),
    ])
    return {
      payer,
      balance: credits(account.balance),
      thaw: thawOf(account.thawing, account.thawEnd),
      owed: credits(account.owed),
      reserve: {
        deposit: credits(reserve.deposit),
        thaw: thawOf(reserve.thawing, reserve.thawEnd),
        share: credits(share.share),
        drawers: Number(share.drawers),
      },
      channels,
    }
  }

  /** Of the miners that were ever funded, the latest first, those with a deposit. */
  async #channels(payer: Address): Promise<readonly ChannelBook[]> {
    const { rpc, set, fromBlock } = this.#needs
    const topics = [eventTopic(escrow, 'Funded') as Hash32, `0x${payer.slice(2).padStart(64, '0')}` as Hash32]
    const logs = await readLogs(rpc, { address: set.escrow, topics, fromBlock, toBlock: this.#block }, this.#signal)
    const miners = new Set(logs.toReversed().map((log) => address(`0x${log.topics[2]!.slice(26)}`)))
    miners.delete(STRANGERS)
    const shown = [...miners].slice(0, CHANNELS_MAX)
    const books: ChannelBook[] = []
    for (let i = 0; i < shown.length; i += CHANNELS_AT_ONCE) {
      const some = shown.slice(i, i + CHANNELS_AT_ONCE)
      books.push(...(await Promise.all(some.map((miner) => this.#channel(payer, miner)))))
    }
    return books.filter(({ deposit }) => deposit > 0n)
  }

  async #channel(payer: Address, miner: Address): Promise<ChannelBook> {
    const channel = await this.#escrow.read('channelOf', [payer, miner], this.#signal, this.#block)
    return { miner, deposit: credits(channel.deposit), thaw: thawOf(channel.thawing, channel.thawEnd) }
  }
}

const thawOf = (amount: bigint, endsAt: bigint): Thaw => ({
  amount: credits(amount),
  endsAtS: amount === 0n ? 0 : Number(endsAt),
})
