/** From a call and its number to the bytes that a chain takes, signed through the Signer port. */
import { Signature } from 'ethers/crypto'
import { Transaction } from 'ethers/transaction'
import { fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { assert } from '../../../protocols/kernel/errors.ts'
import { hash32 } from '../../../protocols/kernel/ids.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import type { Fees } from './fee-rules.ts'
import type { SignedForm, TransactionCall } from './transaction-record.ts'

export interface Unsigned {
  readonly chainId: bigint
  readonly call: Pick<TransactionCall, 'to' | 'data' | 'valueWei'>
  readonly nonce: bigint
  readonly gasLimit: bigint
  readonly fees: Fees
}

export function signTransaction(
  { chainId, call, nonce, gasLimit, fees }: Unsigned,
  signer: Signer,
): Pick<SignedForm, 'hash' | 'raw' | 'fees'> {
  const transaction = Transaction.from({
    type: 2,
    chainId,
    to: call.to ?? null,
    data: call.data,
    value: call.valueWei ?? 0n,
    nonce: Number(nonce),
    gasLimit,
    maxFeePerGas: fees.feeMax,
    maxPriorityFeePerGas: fees.tipMax,
  })
  transaction.signature = Signature.from(toHex(signer.sign(fromHex(transaction.unsignedHash as `0x${string}`)!)))
  assert(transaction.from?.toLowerCase() === signer.address, 'a transaction recovers to its signer')
  return { hash: hash32(transaction.hash!), raw: fromHex(transaction.serialized as `0x${string}`)!, fees }
}

/** The same call under the same number, for other fees. */
export function gasLimitOf(raw: Uint8Array): bigint {
  return Transaction.from(toHex(raw)).gasLimit
}
