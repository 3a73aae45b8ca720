/**
 * The port between the money commands and the chain: what stands in the contracts for the keys of this node, and a closed list of
 * things to do with it. An action is a value: it is checked, priced, shown and confirmed before anything is signed.
 */
import type { Address } from '../../protocols/kernel/ids.ts'
import { ZERO_ADDRESS } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Signer } from '../../protocols/kernel/ports.ts'
import type { SignedKeyCert } from '../../protocols/statements/key-cert.ts'
import type { NamedContractSet, NetworkFile } from '../config/network-file.ts'
import type { KeyKind } from '../keys/keystore.ts'

/** In place of a miner: the reserve, which assures a 64th to each miner without a channel. */
export const STRANGERS: Address = ZERO_ADDRESS

/** Credits of a payer's channel with one miner, or of its reserve. */
export interface ChannelPart {
  /** An operator, or {@link STRANGERS}. */
  readonly miner: Address
  readonly amount: Credits
}

export type MoneyAction =
  /** Tokens of the owner become stake. What has to be approved first is a part of it. */
  | { readonly kind: 'stake'; readonly amount: Credits }
  /** Starts the thaw of stake. There is one thaw: what thaws already starts anew with it. */
  | { readonly kind: 'unstake'; readonly amount: Credits }
  /** Pays thawed stake to the owner. */
  | { readonly kind: 'withdraw-stake' }
  /** Pays earnings that nothing can be held against any more to the owner or its beneficiary. */
  | { readonly kind: 'withdraw-earnings' }
  /** Binds the operator to its owner on the chain. Relayed by the operator. */
  | { readonly kind: 'register'; readonly certificate: SignedKeyCert }
  /** Tokens of the payer become its balance in the escrow. */
  | { readonly kind: 'deposit'; readonly amount: Credits }
  /** Sets credits of the balance aside. One transaction for all. */
  | { readonly kind: 'fund'; readonly parts: readonly ChannelPart[] }
  /** Starts the thaw of a part of the balance; what thaws already starts anew with it. */
  | { readonly kind: 'thaw-balance'; readonly amount: Credits }
  | { readonly kind: 'thaw-channels'; readonly parts: readonly ChannelPart[] }
  /** Pays to the payer what has thawed in the balance and in channels. */
  | { readonly kind: 'withdraw-escrow' }

export type MoneyActionKind = MoneyAction['kind']

/** Whose key signs the transactions, and pays their gas. */
export const actorOf: Readonly<Record<MoneyActionKind, KeyKind>> = {
  stake: 'owner',
  unstake: 'owner',
  'withdraw-stake': 'owner',
  'withdraw-earnings': 'owner',
  register: 'operator',
  deposit: 'payer',
  fund: 'payer',
  'thaw-balance': 'payer',
  'thaw-channels': 'payer',
  'withdraw-escrow': 'payer',
}

/** What an account holds outside of the contracts. */
export interface Wallet {
  readonly address: Address
  /** Of the coin that pays for gas, in its smallest unit. */
  readonly coinWei: bigint
  readonly tokens: Credits
}

/** What is on its way out: withdrawable from `endsAtS` (Unix seconds) on; 0 where nothing is. */
export interface Thaw {
  readonly amount: Credits
  readonly endsAtS: number
}

export interface StakeBook {
  readonly owner: Address
  /** What thaws included. */
  readonly total: Credits
  readonly thaw: Thaw
  /** Held by open disputes. */
  readonly locked: Credits
  /** For a proven contradiction, for good: none of its miners is used any more. */
  readonly isTombstoned: boolean
}

export interface EarningsBook {
  readonly owner: Address
  readonly withdrawable: Credits
  /** Redeemed within the evidence window, by the time from which each part is withdrawable; oldest first, at most 16. */
  readonly locked: readonly { readonly amount: Credits; readonly untilS: number }[]
  /** Held by this node and not on the chain yet: the highest voucher of each counter, less what was paid of it. */
  readonly unredeemed: { readonly vouchers: number; readonly amount: Credits }
}

export interface ChannelBook {
  readonly miner: Address
  /** What thaws included. */
  readonly deposit: Credits
  readonly thaw: Thaw
}

export interface EscrowBook {
  readonly payer: Address
  /** Loose credits, what thaws included: assured to nobody. */
  readonly balance: Credits
  readonly thaw: Thaw
  /** Vouchers that were shown and could not be paid in full: above zero miners drop this payer. */
  readonly owed: Credits
  readonly reserve: {
    readonly deposit: Credits
    readonly thaw: Thaw
    /** Assured to each of the first 64 miners that draw. */
    readonly share: Credits
    readonly drawers: number
  }
  /** Those with a deposit. */
  readonly channels: readonly ChannelBook[]
}

/** All of one block. */
export interface MoneyBooks {
  readonly blockNumber: bigint
  /** Unix seconds, by the chain. */
  readonly blockTimeS: number
  /** Of the keys that are known; the owner's also where only its address is. */
  readonly wallets: Readonly<Partial<Record<KeyKind, Wallet>>>
  /** Absent without an owner. */
  readonly stake?: StakeBook
  readonly earnings?: EarningsBook
  /** Absent without a payer. */
  readonly escrow?: EscrowBook
}

/** What an action will cost. Estimated: other transactions may come between. */
export interface Quote {
  readonly sender: Address
  /** What will be sent, in order: `approve`, then `stake`. */
  readonly transactions: readonly { readonly what: string; readonly gas: bigint }[]
  /** At the fee per gas of now. */
  readonly feeWei: bigint
  /** Nothing dearer is sent. */
  readonly feeWeiMax: bigint
  /** What the sender has for it. */
  readonly coinWei: bigint
}

export interface SentTransaction {
  readonly what: string
  readonly hash: string
  readonly blockNumber: bigint
  readonly gasUsed: bigint
  readonly feeWei: bigint
}

export interface PerformOptions {
  readonly feeWeiMax: bigint
  /** Hears what is being waited for. */
  readonly onStep: (what: string) => void
  /** Ends the waiting only: what was sent cannot be taken back, and is looked after at the next start. */
  readonly signal?: AbortSignal
}

/** What the owner has under an older contract set, which nothing new goes to. */
export interface OlderBook {
  /** Of the set in the network file. */
  readonly set: string
  readonly stake: StakeBook
  readonly earnings: EarningsBook
}

export interface MoneyDesk extends AsyncDisposable {
  /** Of the chain's coin, as people call it: `ETH`. */
  readonly coin: string
  /**
   * @param notBefore the block that must be in it, where a transaction was mined there
   * @throws MeshError CHAIN_UNREACHABLE, CHAIN_WRONG, CHAIN_STALE, CONTRACT_CODE; the signal's reason
   */
  books(signal?: AbortSignal, notBefore?: bigint): Promise<MoneyBooks>
  /** Of the sets under which there is something, in the order of the network file; none without an owner. @throws MeshError as {@link books} */
  olderBooks(signal?: AbortSignal): Promise<readonly OlderBook[]>
  /**
   * Sends nothing and signs nothing that could be sent.
   * @throws MeshError as {@link books}; TRANSACTION_REVERTS, GAS_SHORT, FEES_HIGH
   */
  quote(action: MoneyAction, signal?: AbortSignal): Promise<Quote>
  /**
   * Resolves when the last transaction is mined.
   * @throws MeshError as {@link quote}; TRANSACTION_FAILED, ALLOWANCE_SHORT, KEY_MISSING, KEY_SEALED, KEY_PASSPHRASE
   */
  perform(action: MoneyAction, options: PerformOptions): Promise<readonly SentTransaction[]>
}

export interface MoneyDeskNeeds {
  readonly network: NetworkFile
  readonly dataFolder: string
  /** Own endpoints, asked instead of those of the network file. */
  readonly endpoints?: readonly string[]
  /** Instead of the current set. */
  readonly set?: NamedContractSet | undefined
  /** `undefined` where neither a key nor a setting names one. */
  addressOf(kind: KeyKind): Address | undefined
  /** Asks for a passphrase where it must. @throws MeshError KEY_MISSING, KEY_SEALED, KEY_PASSPHRASE, PASSPHRASE_FILE */
  signerOf(kind: KeyKind): Promise<Signer>
  readonly signal?: AbortSignal
}

/** @throws MeshError NOTHING_SETTLES in a network without a chain; as {@link MoneyDesk.books} */
export type OpenMoneyDesk = (needs: MoneyDeskNeeds) => Promise<MoneyDesk>
