/**
 * Who stands behind a miner and with how much, by proof: the registry's and the vault's storage against a block that most
 * endpoints agree on. For a light peer before it sends work and money to one of many miners.
 */
import type { Contract } from '../../../contracts/binding/contract.ts'
import { identityRegistry } from '../../../contracts/generated/identity-registry.ts'
import { stakeVault } from '../../../contracts/generated/stake-vault.ts'
import { abortable } from '../../../protocols/kernel/abortable.ts'
import { assert, MeshError } from '../../../protocols/kernel/errors.ts'
import { type Address, type Hash32, ZERO_ADDRESS } from '../../../protocols/kernel/ids.ts'
import { credits } from '../../../protocols/kernel/money.ts'
import type { Clock, Hasher, Standing } from '../../../protocols/kernel/ports.ts'
import { proveAccount, proveSlot, storageRootOf } from '../../../protocols/rules/state-proof/account-proof.ts'
import { readProofAnswer } from '../../../protocols/rules/state-proof/proof-answer.ts'
import { fieldOfWord, mappingSlot, slotAt } from '../../../protocols/rules/state-proof/storage-slot.ts'
import type { ContractSet } from '../contracts/contract-set.ts'
import type { RpcPool } from '../rpc/rpc-pool.ts'
import { toQuantity } from '../rpc/rpc-values.ts'
import { type AgreedHead, agreedHead } from './agreed-head.ts'

/** A block is agreed on anew after this: a stake that was there seconds ago is thawing at the most. */
const HEAD_MS = 10_000
/** Three proofs of 65 nodes of 532 bytes, as text. */
const PROOF_BYTES_MAX = 262_144

export interface ProvenStandingNeeds {
  readonly pool: RpcPool
  readonly contracts: Pick<ContractSet, 'identityRegistry' | 'stakeVault'>
  readonly hasher: Pick<Hasher, 'keccak256'>
  readonly clock: Clock
}

export interface StandingAtBlock extends Standing {
  readonly head: AgreedHead
}

export class ProvenStanding {
  readonly #needs: ProvenStandingNeeds
  #head: { readonly agreed: Promise<AgreedHead>; readonly untilMs: number } | undefined

  constructor(needs: ProvenStandingNeeds) {
    this.#needs = needs
  }

  /**
   * @throws MeshError STATE_UNPROVEN where the endpoints do not agree on a block; CHAIN_UNREACHABLE where none has a proof that
   *   holds; CHAIN_STALE, CHAIN_WRONG; the signal's reason
   */
  async standingOf(operator: Address, signal?: AbortSignal): Promise<StandingAtBlock> {
    const { hasher, contracts } = this.#needs
    const head = await abortable(this.#agreed(), signal)
    const entry = (mapping: Hash32, key: Address): Hash32 => mappingSlot(hasher, key, mapping)
    const binding = await this.#word(contracts.identityRegistry, entry(BINDINGS, operator), head, signal)
    const owner = addressIn(binding)
    if (owner === ZERO_ADDRESS) return { owner: undefined, isActive: false, stake: credits(0), head }
    const [tombstone, account] = await Promise.all([
      this.#word(contracts.identityRegistry, entry(TOMBSTONES, owner), head, signal),
      this.#word(contracts.stakeVault, entry(ACCOUNTS, owner), head, signal),
    ])
    return { owner, isActive: tombstone === 0n && isBound(binding, head.time), stake: stakeIn(account), head }
  }

  /** Shared by all who ask meanwhile, so no one's signal ends it. */
  #agreed(): Promise<AgreedHead> {
    const { pool, hasher, clock } = this.#needs
    const nowMs = clock.monotonicMs()
    if (this.#head !== undefined && nowMs < this.#head.untilMs) return this.#head.agreed
    const agreed = agreedHead(pool, hasher)
    this.#head = { agreed, untilMs: nowMs + HEAD_MS }
    agreed.catch(() => {
      // Whoever comes next asks again.
      if (this.#head?.agreed === agreed) this.#head = undefined
    })
    return agreed
  }

  /** An endpoint whose nodes prove nothing is put aside as one that answers nonsense, and the next one is asked. */
  #word(contract: Address, slot: Hash32, head: AgreedHead, signal: AbortSignal | undefined): Promise<bigint> {
    const { pool, hasher } = this.#needs
    const read = (value: unknown): bigint => {
      try {
        const answer = readProofAnswer(value)
        const account = proveAccount(hasher, head.stateRoot, contract, answer.account)
        return proveSlot(hasher, storageRootOf(account), slot, answer.slots.get(slot) ?? [])
      } catch (error) {
        if (error instanceof MeshError && error.code === 'STATE_UNPROVEN') throw new TypeError(error.message)
        throw error
      }
    }
    const params = [contract, [slot], toQuantity(head.number)]
    return pool.call('eth_getProof', params, read, { signal, bytesMax: PROOF_BYTES_MAX })
  }
}

const slotNamed = ({ name, storage }: Contract, label: string): Hash32 => {
  const slot = storage[label]
  assert(slot !== undefined, `${name} stores ${label}`)
  return slotAt(BigInt(slot))
}
const BINDINGS = slotNamed(identityRegistry, '_bindings')
const TOMBSTONES = slotNamed(identityRegistry, '_tombstonedAt')
const ACCOUNTS = slotNamed(stakeVault, '_accounts')

/** `Binding`: owner in the lowest 20 bytes, the certificate's last second, the second from which it is revoked. */
const addressIn = (binding: bigint): Address =>
  `0x${fieldOfWord(binding, 0, 20).toString(16).padStart(40, '0')}` as Address

function isBound(binding: bigint, atSeconds: bigint): boolean {
  const [notAfter, revokedFrom] = [fieldOfWord(binding, 20, 6), fieldOfWord(binding, 26, 6)]
  return atSeconds <= notAfter && (revokedFrom === 0n || atSeconds < revokedFrom)
}

/** `Account`: total, thawing, thawEnd, locked. What thaws counts no more. */
const stakeIn = (account: bigint) => credits(fieldOfWord(account, 0, 8) - fieldOfWord(account, 8, 8))
