/** What stands on a chain of one set of contracts: code, wiring, roles and windows, all at one block. */
import type { Contract, ContractTypes } from '../../contracts/binding/contract.ts'
import { decodeEvent, eventTopic, functionSelector } from '../../contracts/binding/contract-codec.ts'
import { COURT_ROLE } from '../../contracts/deploy/deploy.ts'
import { accessManager } from '../../contracts/generated/access-manager.ts'
import { escrow } from '../../contracts/generated/escrow.ts'
import { evidenceSlasher } from '../../contracts/generated/evidence-slasher.ts'
import { identityRegistry } from '../../contracts/generated/identity-registry.ts'
import { leaseSlasher } from '../../contracts/generated/lease-slasher.ts'
import { meshToken } from '../../contracts/generated/mesh-token.ts'
import { stakeVault } from '../../contracts/generated/stake-vault.ts'
import { ContractReader } from '../../node/chain/contracts/contract-reader.ts'
import { codeFault } from '../../node/chain/contracts/contract-set.ts'
import { readLogs } from '../../node/chain/contracts/read-logs.ts'
import type { ChainRpc } from '../../node/chain/rpc/chain-rpc.ts'
import type { NamedContractSet } from '../../node/config/network-file.ts'
import type { Address, Hash32 } from '../../protocols/kernel/ids.ts'
import type { Hasher } from '../../protocols/kernel/ports.ts'

export interface RoleMember {
  readonly role: bigint
  readonly account: Address
  /** Seconds that its calls wait. */
  readonly delaySeconds: bigint
}

export interface DeployedFacts {
  readonly block: bigint
  /** Why the code of a contract is not its own; of the token, why it is none. */
  readonly code: Readonly<
    Record<'accessManager' | 'identityRegistry' | 'stakeVault' | 'escrow' | 'evidenceSlasher', Fault> & {
      /** Absent in a set that names none. */
      readonly leaseSlasher?: Fault
    }
  >
  readonly token: { readonly isOurs: boolean; readonly decimals: bigint }
  /** What each contract says of another: where it differs from the set, something else is asked or paid. */
  readonly wiring: readonly { readonly what: string; readonly expected: string; readonly found: string }[]
  readonly members: readonly RoleMember[]
  /** Who may call what only courts may, by `StakeVault.slash`. */
  readonly courtFunctions: readonly { readonly what: string; readonly role: bigint }[]
  readonly courtAdmin: bigint
  readonly courtGuardian: bigint
  /** What a new court waits for by the role itself, beside the admin's own delay. */
  readonly courtGrantDelaySeconds: bigint
  readonly closed: readonly string[]
  readonly windows: {
    readonly stakeThawSeconds: bigint
    readonly evidenceSeconds: bigint
    readonly bucketSeconds: bigint
    readonly escrowThawSeconds: bigint
    readonly revokeSeconds: bigint
    readonly sessionRevokeSeconds: bigint
    readonly feeBasisPoints: bigint
    readonly slashBasisPoints: bigint
    readonly slashMin: bigint
  }
}

type Fault = string | undefined

/** Who was ever given a role by one manager: a governor that changes courts for a hundred years gives fewer. */
const MEMBERS_MAX = 1_000
/** Of the deployment itself: read apart, for on an old chain the newest pages do not reach back to it. */
const FIRST_BLOCKS = 9_999n

/** @param salt of the network's signing domain @throws MeshError CHAIN_*, CONTRACT_CODE; the signal's reason */
export async function readDeployment(
  rpc: ChainRpc,
  set: NamedContractSet,
  salt: string,
  hasher: Pick<Hasher, 'keccak256'>,
  signal: AbortSignal,
): Promise<DeployedFacts> {
  const { blockNumber: block } = await rpc.head(signal)
  const at = <Types extends ContractTypes>(contract: Contract<Types>, address: string) => {
    const reader = new ContractReader(rpc, contract, address as Address)
    return <Name extends keyof Types['functions'] & string>(name: Name, ...args: Types['functions'][Name]['inputs']) =>
      reader.read(name, args, signal, block)
  }
  const fault = async (contract: Contract, address: string): Promise<Fault> =>
    codeFault(contract, await rpc.code(address as Address, signal), hasher)
  const code = {
    accessManager: await fault(accessManager, set.accessManager),
    identityRegistry: await fault(identityRegistry, set.identityRegistry),
    stakeVault: await fault(stakeVault, set.stakeVault),
    escrow: await fault(escrow, set.escrow),
    evidenceSlasher: await fault(evidenceSlasher, set.evidenceSlasher),
    ...(set.leaseSlasher === undefined ? {} : { leaseSlasher: await fault(leaseSlasher, set.leaseSlasher) }),
  }
  await rpc.requireCode({ contract: 'token', address: set.token as Address }, hasher, signal)
  const nothing = { block, code, token: { isOurs: false, decimals: 0n }, wiring: [], members: [], courtFunctions: [] }
  // Other code can say anything, and mostly says nothing that can be read.
  if (Object.values(code).some((why) => why !== undefined)) return { ...nothing, ...UNREAD }
  const registry = at(identityRegistry, set.identityRegistry)
  const vault = at(stakeVault, set.stakeVault)
  const pay = at(escrow, set.escrow)
  const court = at(evidenceSlasher, set.evidenceSlasher)
  const leaseCourt = set.leaseSlasher === undefined ? undefined : at(leaseSlasher, set.leaseSlasher)
  const manager = at(accessManager, set.accessManager)
  const text = async (value: Promise<bigint>): Promise<string> => String(await value)
  const link = async (what: string, expected: string, found: Promise<string>) => ({
    what,
    expected,
    found: await found,
  })
  const wiring = await Promise.all([
    link('IdentityRegistry.authority', set.accessManager, registry('authority')),
    link('IdentityRegistry.networkSalt', salt, registry('networkSalt')),
    link('StakeVault.authority', set.accessManager, vault('authority')),
    link('StakeVault.token', set.token, vault('token')),
    link('Escrow.networkSalt', salt, pay('networkSalt')),
    link('Escrow.registry', set.identityRegistry, pay('registry')),
    link('Escrow.vault', set.stakeVault, pay('vault')),
    link('Escrow.token', set.token, pay('token')),
    link('EvidenceSlasher.networkSalt', salt, court('networkSalt')),
    link('EvidenceSlasher.registry', set.identityRegistry, court('registry')),
    link('EvidenceSlasher.vault', set.stakeVault, court('vault')),
    ...(leaseCourt === undefined
      ? []
      : [
          link('LeaseSlasher.networkSalt', salt, leaseCourt('networkSalt')),
          link('LeaseSlasher.registry', set.identityRegistry, leaseCourt('registry')),
          link('LeaseSlasher.vault', set.stakeVault, leaseCourt('vault')),
          // One price for a contradiction, whichever court finds it.
          link(
            'LeaseSlasher.shareBasisPoints',
            `${await court('shareBasisPoints')}`,
            text(leaseCourt('shareBasisPoints')),
          ),
          link('LeaseSlasher.amountMin', `${await court('amountMin')}`, text(leaseCourt('amountMin'))),
        ]),
  ])
  const mayCall = async (contract: Contract, target: string, name: string) => ({
    what: `${contract.name}.${name}`,
    role: await manager('getTargetFunctionRole', target as Address, functionSelector(contract, name as never)),
  })
  const token = at(meshToken, set.token)
  const closed = await Promise.all(
    (['stakeVault', 'identityRegistry'] as const).map(async (name) =>
      (await manager('isTargetClosed', set[name] as Address)) ? [name] : [],
    ),
  )
  return {
    block,
    code,
    token: { isOurs: (await fault(meshToken, set.token)) === undefined, decimals: await token('decimals') },
    wiring,
    members: await membersOf(rpc, set, block, signal),
    courtFunctions: await Promise.all([
      ...(['slash', 'lock', 'unlock'] as const).map((name) => mayCall(stakeVault, set.stakeVault, name)),
      mayCall(identityRegistry, set.identityRegistry, 'punish'),
    ]),
    courtAdmin: await manager('getRoleAdmin', COURT_ROLE),
    courtGuardian: await manager('getRoleGuardian', COURT_ROLE),
    courtGrantDelaySeconds: await lastGrantDelay(rpc, set, block, signal),
    closed: closed.flat(),
    windows: {
      stakeThawSeconds: await vault('thawSeconds'),
      evidenceSeconds: await vault('evidenceSeconds'),
      bucketSeconds: await vault('bucketSeconds'),
      escrowThawSeconds: await pay('thawSeconds'),
      revokeSeconds: await registry('revokeDelaySeconds'),
      sessionRevokeSeconds: await pay('revokeDelaySeconds'),
      feeBasisPoints: await pay('feeBasisPoints'),
      slashBasisPoints: await court('shareBasisPoints'),
      slashMin: await court('amountMin'),
    },
  }
}

const UNREAD = {
  courtAdmin: 0n,
  courtGuardian: 0n,
  courtGrantDelaySeconds: 0n,
  closed: [],
  windows: {
    stakeThawSeconds: 0n,
    evidenceSeconds: 0n,
    bucketSeconds: 0n,
    escrowThawSeconds: 0n,
    revokeSeconds: 0n,
    sessionRevokeSeconds: 0n,
    feeBasisPoints: 0n,
    slashBasisPoints: 0n,
    slashMin: 0n,
  },
} as const

/** The manager has no list: of everybody who was ever given a role, those who have it, or will from a time on. */
async function membersOf(
  rpc: ChainRpc,
  set: NamedContractSet,
  block: bigint,
  signal: AbortSignal,
): Promise<readonly RoleMember[]> {
  const manager = new ContractReader(rpc, accessManager, set.accessManager as Address)
  const given = new Map<string, { readonly role: bigint; readonly account: Address }>()
  for (const log of await managerLogs(rpc, set, 'RoleGranted', block, signal)) {
    const event = decodeEvent(accessManager, log)
    if (event?.name !== 'RoleGranted' || given.size >= MEMBERS_MAX) continue
    const { roleId: role, account } = event.values
    given.set(`${role}/${account}`, { role, account: account as Address })
  }
  const members: RoleMember[] = []
  for (const { role, account } of given.values()) {
    const access = await manager.read('getAccess', [role, account], signal, block)
    if (access.since > 0n) members.push({ role, account, delaySeconds: access.currentDelay })
  }
  return members
}

/** A change of it takes effect days later, and what it will be is what the deployment said. */
async function lastGrantDelay(
  rpc: ChainRpc,
  set: NamedContractSet,
  block: bigint,
  signal: AbortSignal,
): Promise<bigint> {
  const changes = (await managerLogs(rpc, set, 'RoleGrantDelayChanged', block, signal)).flatMap((log) => {
    const event = decodeEvent(accessManager, log)
    return event?.name === 'RoleGrantDelayChanged' && event.values.roleId === COURT_ROLE ? [event.values.delay] : []
  })
  return changes.at(-1) ?? 0n
}

async function managerLogs(
  rpc: ChainRpc,
  set: NamedContractSet,
  name: 'RoleGranted' | 'RoleGrantDelayChanged',
  block: bigint,
  signal: AbortSignal,
) {
  const address = set.accessManager as Address
  const topics = [eventTopic(accessManager, name) as Hash32]
  const start = BigInt(set.block)
  const firstEnd = start + FIRST_BLOCKS < block ? start + FIRST_BLOCKS : block
  const first = await readLogs(rpc, { address, topics, fromBlock: start, toBlock: firstEnd }, signal)
  if (firstEnd >= block) return first
  return [...first, ...(await readLogs(rpc, { address, topics, fromBlock: firstEnd + 1n, toBlock: block }, signal))]
}
