/** One deployment of the contracts, as a network file names it, and whether it is there. */
import type { Contract } from '../../../contracts/binding/contract.ts'
import { escrow } from '../../../contracts/generated/escrow.ts'
import { evidenceSlasher } from '../../../contracts/generated/evidence-slasher.ts'
import { identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { leaseSlasher } from '../../../contracts/generated/lease-slasher.ts'
import { stakeVault } from '../../../contracts/generated/stake-vault.ts'
import { fromHex, toHex } from '../../../protocols/kernel/bytes.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, address } from '../../../protocols/kernel/ids.ts'
import type { Hasher } from '../../../protocols/kernel/ports.ts'
import type { ChainRpc } from '../rpc/chain-rpc.ts'

export interface ContractSet {
  readonly token: Address
  readonly identityRegistry: Address
  readonly stakeVault: Address
  readonly escrow: Address
  readonly evidenceSlasher: Address
  /** Absent in sets of before there was one: two leases of one time are told to peers then, and cost no stake. */
  readonly leaseSlasher?: Address
}

/** As a network file or a deployment gives them. */
type NamedAddresses = Readonly<Record<Exclude<keyof ContractSet, 'leaseSlasher'>, string>> & {
  readonly leaseSlasher?: string | undefined
}

/** @throws RangeError for what is no address */
export const contractSet = (named: NamedAddresses): ContractSet => ({
  token: address(named.token),
  identityRegistry: address(named.identityRegistry),
  stakeVault: address(named.stakeVault),
  escrow: address(named.escrow),
  evidenceSlasher: address(named.evidenceSlasher),
  ...(named.leaseSlasher === undefined ? {} : { leaseSlasher: address(named.leaseSlasher) }),
})

/** Those whose code this program knows; the token may be any plain ERC-20. */
const known: readonly (readonly [keyof ContractSet, Contract])[] = [
  ['identityRegistry', identityRegistry],
  ['stakeVault', stakeVault],
  ['escrow', escrow],
  ['evidenceSlasher', evidenceSlasher],
  ['leaseSlasher', leaseSlasher],
]

/**
 * The code at each address is what this program was built with: other code could say anything.
 * @throws MeshError CONTRACT_CODE; as {@link ChainRpc.code}
 */
export async function requireContracts(
  rpc: ChainRpc,
  set: ContractSet,
  hasher: Pick<Hasher, 'keccak256'>,
  signal?: AbortSignal,
): Promise<void> {
  await rpc.requireCode({ contract: 'token', address: set.token }, hasher, signal)
  await Promise.all(
    known.map(async ([name, contract]) => {
      const at = set[name]
      if (at === undefined) return
      const why = codeFault(contract, await rpc.code(at, signal), hasher)
      if (why !== undefined) throw new MeshError('CONTRACT_CODE', { contract: name, address: at, why })
    }),
  )
}

/** Why `code` is not this contract's; undefined where it is, whatever its constructor filled in. */
export function codeFault({ runtime }: Contract, code: string, hasher: Pick<Hasher, 'keccak256'>): string | undefined {
  const bytes = fromHex(code)
  if (bytes === undefined || bytes.length === 0) return 'there is no code'
  if (bytes.length !== runtime.bytes) return `there is other code, of ${bytes.length} bytes`
  for (const [offset, length] of runtime.immutables) bytes.fill(0, offset, offset + length)
  return toHex(hasher.keccak256(bytes)) === runtime.hash ? undefined : 'there is other code of the same length'
}
