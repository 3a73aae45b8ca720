/** What a node wants of the chain, and how far it is. */
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import type { Hex } from '../rpc/rpc-values.ts'
import type { Fees } from './fee-rules.ts'

/** What a transaction does, whoever sends it. */
export interface TransactionCall {
  /** `undefined` makes a contract: see {@link createdBy}. */
  readonly to: Address | undefined
  readonly data: Hex
  /** Coin of the chain that goes along, in wei. */
  readonly valueWei?: bigint
  /** Wei per gas that its sender would pay at most. While blocks cost more, it waits. */
  readonly feePerGasMax: bigint
}

export interface TransactionIntent extends TransactionCall {
  /**
   * What it is for, as `stake/3`: at most one transaction is ever mined for one purpose. Printable ASCII without spaces, at most
   * {@link PURPOSE_CHARS_MAX}; the part before the first slash is its kind in metrics.
   */
  readonly purpose: string
}

export const PURPOSE_CHARS_MAX = 160

/**
 * planned: durable, without a number. signed: bytes are kept, and may have left. sent: an endpoint took them. mined: in a block.
 * confirmed: under enough blocks. failed: mined and reverted, or refused before it was signed. A planned one may wait for fees.
 */
export type TransactionState = 'planned' | 'signed' | 'sent' | 'mined' | 'confirmed' | 'failed'

/** One signature of it; later ones offer more for the same number. */
export interface SignedForm {
  readonly hash: Hash32
  readonly raw: Uint8Array
  readonly fees: Fees
  readonly signedAtMs: number
  /** The head at that time. */
  readonly signedHead: bigint
}

export interface TransactionRecord extends TransactionIntent {
  readonly valueWei: bigint
  readonly sender: Address
  readonly state: TransactionState
  readonly plannedAtMs: number
  /** From signed on. */
  readonly nonce: bigint | undefined
  /** Where it is, or was last seen: from mined on. */
  readonly mined:
    | {
        readonly hash: Hash32
        readonly blockNumber: bigint
        readonly blockHash: Hash32
        readonly gasUsed: bigint
        readonly feeWei: bigint
      }
    | undefined
  /** Of a failed one. */
  readonly reason: string | undefined
}

export type TransactionStep =
  | { readonly kind: 'changed'; readonly record: TransactionRecord }
  /** It was in a block that the chain has given up, and is sent again. */
  | { readonly kind: 'unmined'; readonly record: TransactionRecord }
  /** A transaction that this node did not make took its number; it gets another one. */
  | { readonly kind: 'displaced'; readonly record: TransactionRecord; readonly by: Hash32 }
  /** Once more, for more. */
  | { readonly kind: 'raised'; readonly record: TransactionRecord; readonly fees: Fees }
  /** FEES_HIGH, GAS_SHORT, or what the chain says. */
  | { readonly kind: 'waiting'; readonly record: TransactionRecord; readonly error: MeshError }

export const isOpen = ({ state }: Pick<TransactionRecord, 'state'>): boolean =>
  state !== 'confirmed' && state !== 'failed'
/** Signed, and not yet beyond doubt: its number is taken. */
export const holdsNonce = ({ state }: Pick<TransactionRecord, 'state'>): boolean =>
  isOpen({ state }) && state !== 'planned'
