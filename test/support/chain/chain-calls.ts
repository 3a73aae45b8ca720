/** Calls of the contracts of chain-world.ts, and what a desk of a test is tuned to; for test programs too. */
import type { TransactionTuning } from '../../../node/chain/transactions/transaction-desk.ts'
import type { TransactionIntent } from '../../../node/chain/transactions/transaction-record.ts'
import { createCrypto } from '../../../node/keys/node-crypto.ts'
import { Secp256k1Signer } from '../../../node/keys/secp256k1-signer.ts'
import { type Address, address } from '../../../protocols/kernel/ids.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'

export const GWEI = 1_000_000_000n
export const COIN = 10n ** 18n

/** Adds one to its first slot whenever it is called: how often a transaction was mined. */
export const COUNTER: Address = address(`0x${'c0'.repeat(20)}`)
/** Adds one too, and reverts while its second slot is not zero. */
export const MOODY: Address = address(`0x${'d0'.repeat(20)}`)

export const testTuning: TransactionTuning = { confirmations: 1, lookMs: 20, stuckMs: 0, sendAgainMs: 200 }

export const countCall = (purpose: string, more: Partial<TransactionIntent> = {}): TransactionIntent => ({
  purpose,
  to: COUNTER,
  data: '0x',
  feePerGasMax: 100n * GWEI,
  ...more,
})

/** A key of its own, from a word. */
export async function signerOf(word: string): Promise<Signer> {
  const crypto = await createCrypto()
  return new Secp256k1Signer(crypto.keccak256(new TextEncoder().encode(word)), crypto)
}
