/** The gas that a call would take now, or why it would be refused. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import type { ChainRpc } from '../rpc/chain-rpc.ts'
import { gasShort } from './gas-short.ts'
import { type ErrorNames, isRevert, revertReason } from './revert-reason.ts'
import type { TransactionCall } from './transaction-record.ts'

export interface EstimateNeeds {
  readonly chain: Pick<ChainRpc, 'estimateGas' | 'balance' | 'chainId'>
  readonly sender: Address
  readonly errorNames?: ErrorNames | undefined
}

/** @throws MeshError TRANSACTION_REVERTS, GAS_SHORT, CHAIN_*; the signal's reason */
export async function estimateGas(
  { chain, sender, errorNames }: EstimateNeeds,
  { to, data, valueWei = 0n }: Pick<TransactionCall, 'to' | 'data' | 'valueWei'>,
  purpose: string,
  signal?: AbortSignal,
): Promise<bigint> {
  const estimate = await chain.estimateGas({ from: sender, to, data, value: valueWei }, signal)
  if (estimate.kind === 'result') return estimate.value
  const { refusal } = estimate
  if (isRevert(refusal))
    throw new MeshError('TRANSACTION_REVERTS', { purpose, reason: revertReason(refusal, errorNames) })
  if (!/insufficient/i.test(refusal.message))
    throw new MeshError('CHAIN_REFUSED', { what: purpose, why: refusal.message })
  const haveWei = await chain.balance(sender, signal)
  throw gasShort({ address: sender, purpose, chainId: chain.chainId, haveWei, needWei: valueWei })
}
