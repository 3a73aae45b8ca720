/** Makes one set of contracts on a chain and wires it: who may slash is the manager's to say, and the manager's changes wait. */
import { id } from 'ethers/hash'
import type { Contract, ContractTypes } from '../binding/contract.ts'
import { functionSelector } from '../binding/contract-codec.ts'
import type { Address, Hex } from '../binding/values.ts'
import { type AccessManagerTypes, accessManager } from '../generated/access-manager.ts'
import { escrow } from '../generated/escrow.ts'
import { evidenceSlasher } from '../generated/evidence-slasher.ts'
import { identityRegistry } from '../generated/identity-registry.ts'
import { leaseSlasher } from '../generated/lease-slasher.ts'
import { meshToken } from '../generated/mesh-token.ts'
import { stakeVault } from '../generated/stake-vault.ts'
import type { Preset } from './preset.ts'

/** Role of the courts in the AccessManager; 0 is its admin. */
export const COURT_ROLE = 1n
const ADMIN_ROLE = 0n

export interface ContractAddresses {
  readonly accessManager: Address
  readonly token: Address
  readonly identityRegistry: Address
  readonly stakeVault: Address
  readonly escrow: Address
  readonly evidenceSlasher: Address
  /** Absent in sets of before there was one. */
  readonly leaseSlasher?: Address | undefined
}

/** Sends what a deployment needs, one after another. */
export interface Deployer {
  readonly address: Address
  create<Types extends ContractTypes>(contract: Contract<Types>, args: Types['create']): Promise<Address>
  call<Types extends ContractTypes, Name extends keyof Types['functions'] & string>(
    contract: Contract<Types>,
    at: Address,
    name: Name,
    args: Types['functions'][Name]['inputs'],
  ): Promise<void>
}

export interface DeployOptions {
  readonly networkId: string
  readonly preset: Preset
  /** Administers from then on, after the module delay; the deployer has no power left where it is another. */
  readonly governor: Address
  /** A plain ERC-20 that exists already, and whether it can burn; a MeshToken is made where absent. */
  readonly token?: { readonly address: Address; readonly burns: boolean }
  /** Hears what is being done. */
  readonly onStep?: (what: string) => void
}

export async function deployContracts(deployer: Deployer, options: DeployOptions): Promise<ContractAddresses> {
  const { preset, governor, onStep = () => undefined } = options
  const salt = id(options.networkId) as Hex
  onStep('access manager')
  const manager = await deployer.create(accessManager, [deployer.address])
  onStep('token')
  const token = options.token?.address ?? (await deployer.create(meshToken, [deployer.address, preset.supply]))
  const burns = options.token?.burns ?? true
  onStep('identity registry')
  const registry = await deployer.create(identityRegistry, [manager, salt, preset.revokeSeconds])
  onStep('stake vault')
  const { stakeThawSeconds, evidenceSeconds, bucketSeconds } = preset
  const vault = await deployer.create(stakeVault, [
    manager,
    token,
    burns,
    stakeThawSeconds,
    evidenceSeconds,
    bucketSeconds,
  ])
  onStep('escrow')
  const { feeBasisPoints, escrowThawSeconds, revokeSeconds } = preset
  const pay = await deployer.create(escrow, [
    salt,
    registry,
    vault,
    burns,
    feeBasisPoints,
    escrowThawSeconds,
    revokeSeconds,
  ])
  onStep('evidence slasher')
  const punishing = [salt, registry, vault, preset.slashBasisPoints, preset.slashMin] as const
  const court = await deployer.create(evidenceSlasher, punishing)
  onStep('lease slasher')
  const leaseCourt = await deployer.create(leaseSlasher, punishing)
  onStep('roles')
  const manage = <Name extends keyof Functions & string>(name: Name, args: Functions[Name]['inputs']) =>
    deployer.call(accessManager, manager, name, args)
  const vaultCourt = (['slash', 'lock', 'unlock'] as const).map((name) => functionSelector(stakeVault, name))
  await manage('setTargetFunctionRole', [vault, vaultCourt, COURT_ROLE])
  await manage('setTargetFunctionRole', [registry, [functionSelector(identityRegistry, 'punish')], COURT_ROLE])
  await manage('labelRole', [COURT_ROLE, 'court'])
  await manage('grantRole', [COURT_ROLE, court, 0n])
  await manage('grantRole', [COURT_ROLE, leaseCourt, 0n])
  await manage('setGrantDelay', [COURT_ROLE, preset.moduleDelaySeconds])
  // Last, for it binds every change after it: an admin's call waits for the module delay.
  await manage('grantRole', [ADMIN_ROLE, governor, preset.moduleDelaySeconds])
  if (governor !== deployer.address) await manage('renounceRole', [ADMIN_ROLE, deployer.address])
  return {
    accessManager: manager,
    token,
    identityRegistry: registry,
    stakeVault: vault,
    escrow: pay,
    evidenceSlasher: court,
    leaseSlasher: leaseCourt,
  }
}

type Functions = AccessManagerTypes['functions']
