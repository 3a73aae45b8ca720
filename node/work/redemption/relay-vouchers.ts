/** Vouchers of any miner, shown to their escrows by an account that pays the gas: the contract pays their owners all the same. */
import { fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import { CLAIMS_MAX } from '../../../protocols/rules/settlement/redemption-policy.ts'
import type { ChainRpc } from '../../chain/rpc/chain-rpc.ts'
import { minedIn } from '../../chain/transactions/mined-in.ts'
import type { TransactionDesk } from '../../chain/transactions/transaction-desk.ts'
import { claimable, EscrowClaims, type PreviewedClaim } from './escrow-claims.ts'
import { purposeOf, TIMES_MAX } from './redemption-purpose.ts'
import type { RelayedVoucher } from './voucher-file.ts'

export interface AtEscrow {
  readonly set: string
  readonly escrow: Address
  readonly vouchers: readonly RelayedVoucher[]
}

export interface RelayPreview extends PreviewedClaim {
  readonly set: string
}

/** @param from who would relay; any address will do. @throws MeshError CHAIN_* */
export async function previewRelay(
  rpc: ChainRpc,
  all: readonly AtEscrow[],
  from: Address,
  signal: AbortSignal,
): Promise<readonly RelayPreview[]> {
  const previews: RelayPreview[] = []
  for (const { set, escrow, vouchers } of all) {
    const claims = vouchers.map(({ voucher, grant }) => claimable(voucher, grant))
    const found = await new EscrowClaims(rpc, escrow).preview(claims, from, signal)
    previews.push(...found.map((each) => ({ set, ...each })))
  }
  return previews
}

export interface RelayNeeds {
  readonly rpc: ChainRpc
  readonly desk: Pick<TransactionDesk, 'sender' | 'submit' | 'find' | 'settled'>
  readonly hasher: Pick<Hasher, 'keccak256'>
  readonly feePerGasMax: bigint
  readonly signal: AbortSignal
  /** Transactions that are in a block. */
  readonly onMined: (vouchers: number) => void
}

export interface RelayedTransaction {
  readonly set: string
  readonly vouchers: number
  readonly hash: string
  readonly blockNumber: bigint
  readonly gasUsed: bigint
  readonly feeWei: bigint
}

/** Those on which something would be paid, up to 100 in one transaction. @throws MeshError what the desk throws */
export async function relayVouchers(
  all: readonly AtEscrow[],
  { rpc, desk, hasher, feePerGasMax, signal, onMined }: RelayNeeds,
): Promise<readonly RelayedTransaction[]> {
  const sent: RelayedTransaction[] = []
  for await (const { set, claims, batch, data } of batchesOf(rpc, all, desk.sender, signal)) {
    const purpose = purposeOf(toHex(hasher.keccak256(fromHex(data)!)), desk)
    if (purpose === undefined)
      throw new MeshError('LIMIT', { what: 'times that the same vouchers are sent', max: TIMES_MAX })
    await desk.submit({ purpose, to: claims.address, data, feePerGasMax }, signal)
    const { hash, blockNumber, gasUsed, feeWei } = await minedIn(desk, purpose, signal)
    sent.push({ set, vouchers: batch.length, hash, blockNumber, gasUsed, feeWei })
    onMined(batch.length)
  }
  return sent
}

/** Gas that {@link relayVouchers} would take now. @throws MeshError CHAIN_*, TRANSACTION_REVERTS */
export async function gasOfRelay(
  rpc: ChainRpc,
  all: readonly AtEscrow[],
  from: Address,
  signal: AbortSignal,
): Promise<bigint> {
  let gas = 0n
  for await (const { claims, data } of batchesOf(rpc, all, from, signal)) {
    const estimate = await rpc.estimateGas({ from, to: claims.address, data }, signal)
    if (estimate.kind === 'refused')
      throw new MeshError('TRANSACTION_REVERTS', { purpose: 'the redemption', reason: estimate.refusal.message })
    gas += estimate.value
  }
  return gas
}

/** What goes into each transaction: those on which something would be paid, asked just before. */
async function* batchesOf(rpc: ChainRpc, all: readonly AtEscrow[], from: Address, signal: AbortSignal) {
  for (const { set, escrow, vouchers } of all) {
    const claims = new EscrowClaims(rpc, escrow)
    const each = vouchers.map(({ voucher, grant }) => claimable(voucher, grant))
    for (let i = 0; i < each.length; i += CLAIMS_MAX) {
      const some = each.slice(i, i + CLAIMS_MAX)
      const outcomes = await claims.outcomesOf(some, from, signal)
      const batch = some.filter((_, j) => outcomes[j]!.paid > 0n)
      if (batch.length > 0) yield { set, claims, batch, data: await claims.callOf(batch, signal) }
    }
  }
}
