/** What the contracts say when they refuse, by name and with its values. */
import type { Contract } from '../../../contracts/binding/contract.ts'
import { decodeRevert } from '../../../contracts/binding/contract-codec.ts'
import { accessManager } from '../../../contracts/generated/access-manager.ts'
import { escrow } from '../../../contracts/generated/escrow.ts'
import { evidenceSlasher } from '../../../contracts/generated/evidence-slasher.ts'
import { identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { leaseSlasher } from '../../../contracts/generated/lease-slasher.ts'
import { meshToken } from '../../../contracts/generated/mesh-token.ts'
import { stakeVault } from '../../../contracts/generated/stake-vault.ts'

const contracts = [
  escrow,
  stakeVault,
  identityRegistry,
  evidenceSlasher,
  leaseSlasher,
  meshToken,
  accessManager,
] as readonly Contract[]

/** @example contractErrorName('0x…') === 'AmountAbove(asked: 5, there: 3)'; undefined for bytes that are no error of ours */
export function contractErrorName(data: string): string | undefined {
  const revert = decodeRevert(contracts as readonly Contract<never>[], data)
  if (revert === undefined) return undefined
  const values = Object.entries(revert.values).map(([name, value]) => `${name}: ${String(value)}`)
  return `${revert.name}(${values.join(', ')})`
}
