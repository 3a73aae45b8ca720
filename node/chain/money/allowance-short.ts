/** The token's refusal to hand over what it was not allowed to, said as what it means to an owner. */
import { isMeshError, MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'

/** OpenZeppelin's ERC-20, as contractErrorName writes it. */
const REFUSAL = /^ERC20InsufficientAllowance\(.*allowance: (\d+), needed: (\d+)\)$/

/**
 * An approval is mined before what needs it is sent: where it is gone again, another program of the account took it.
 * @param contract that was to take the tokens
 * @param address whose they are
 * @returns the error itself where it is another
 */
export function explainAllowance(error: unknown, contract: Address, address: Address): unknown {
  if (!isMeshError(error, 'TRANSACTION_REVERTS')) return error
  const [, allowed, needed] = REFUSAL.exec(String(error.facts.reason)) ?? []
  if (allowed === undefined || needed === undefined) return error
  return new MeshError('ALLOWANCE_SHORT', { contract, address, allowed, needed }, error)
}
