/** Vouchers as one escrow takes them: the call that shows them, and what it would answer now. */
import { decodeResult, encodeCall } from '../../../contracts/binding/contract-codec.ts'
import type { Hex } from '../../../contracts/binding/values.ts'
import { type Claim, type EscrowTypes, escrow, type GrantProof } from '../../../contracts/generated/escrow.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import { CLAIMS_MAX } from '../../../protocols/rules/settlement/redemption-policy.ts'
import { contractErrorName } from '../../chain/contracts/contract-errors.ts'
import { ContractReader } from '../../chain/contracts/contract-reader.ts'
import type { ChainRpc } from '../../chain/rpc/chain-rpc.ts'
import { isRevert, revertReason } from '../../chain/transactions/revert-reason.ts'
import { claimOf, grantProofOf } from './claim-of.ts'

/** A voucher with what it stands on. */
export interface Claimable {
  readonly claim: Claim
  readonly proof: GrantProof | undefined
}

/** @param grant as received; a payer that signed itself has none */
export const claimable = (voucher: Uint8Array, grant: Uint8Array | undefined): Claimable => ({
  claim: claimOf(voucher),
  proof: grant === undefined ? undefined : grantProofOf(grant),
})

export interface ClaimOutcome {
  readonly paid: Credits
  /** As people read it. */
  readonly reason: string
}

export interface PreviewedClaim extends ClaimOutcome {
  readonly claim: Claim
  /** What was paid on its counter by the newest block. */
  readonly claimed: Credits
}

/** Counters whose state is asked of the chain at once. */
const READS_AT_ONCE = 16

export class EscrowClaims {
  readonly reader: ContractReader<EscrowTypes>
  readonly #rpc: ChainRpc

  constructor(rpc: ChainRpc, at: Address) {
    this.#rpc = rpc
    this.reader = new ContractReader(rpc, escrow, at)
  }

  get address(): Address {
    return this.reader.address
  }

  /** By the newest block, or the one that is named. @throws MeshError CHAIN_*, CONTRACT_CODE */
  claimedOf({ payer, session, miner, collection }: Claim, signal?: AbortSignal, block?: bigint): Promise<bigint> {
    return this.reader.read('claimedOf', [payer, session, miner, collection], signal, block)
  }

  /** One form for all: grants that the escrow knows already are left out, and the list of them may be empty. */
  async callOf(batch: readonly Claimable[], signal?: AbortSignal): Promise<Hex> {
    const grants: GrantProof[] = []
    for (const { claim, proof } of batch) {
      if (proof === undefined) continue
      const held = await this.reader.read('grantOf', [claim.payer, claim.session, claim.grant], signal)
      if (!held.exists) grants.push(proof)
    }
    return encodeCall(escrow, 'redeemWithGrants', [grants, batch.slice(0, CLAIMS_MAX).map(({ claim }) => claim)])
  }

  /**
   * What the escrow would do with each, shown together in this order; changes nothing. A call that it refuses as a whole is halved
   * until what it refuses is found: one counter must not keep the others from their money.
   * @param batch at most {@link CLAIMS_MAX}
   * @throws MeshError CHAIN_*
   */
  async outcomesOf(batch: readonly Claimable[], from: Address, signal?: AbortSignal): Promise<readonly ClaimOutcome[]> {
    const data = await this.callOf(batch, signal)
    const result = await this.#rpc.tryCall({ from, to: this.address, data }, 'latest', { signal })
    if (result.kind === 'refused') {
      const { refusal } = result
      if (!isRevert(refusal)) throw new MeshError('CHAIN_REFUSED', { what: 'a redemption', why: refusal.message })
      if (batch.length <= 1)
        return batch.map(() => ({ paid: credits(0), reason: revertReason(refusal, contractErrorName) }))
      const half = Math.ceil(batch.length / 2)
      const first = await this.outcomesOf(batch.slice(0, half), from, signal)
      return [...first, ...(await this.outcomesOf(batch.slice(half), from, signal))]
    }
    const outcomes = decodeResult(escrow, 'redeemWithGrants', result.value)
    return batch.map((_, i) => {
      const { paid = 0n, reason = 0n } = outcomes[i] ?? {}
      return { paid: credits(paid), reason: REASONS[Number(reason)] ?? 'unknown' }
    })
  }

  /** Of as many as there are. */
  async preview(all: readonly Claimable[], from: Address, signal?: AbortSignal): Promise<readonly PreviewedClaim[]> {
    const previewed: PreviewedClaim[] = []
    for (let i = 0; i < all.length; i += CLAIMS_MAX) {
      const batch = all.slice(i, i + CLAIMS_MAX)
      const outcomes = await this.outcomesOf(batch, from, signal)
      for (let j = 0; j < batch.length; j += READS_AT_ONCE) {
        const some = batch.slice(j, j + READS_AT_ONCE)
        const claimed = await Promise.all(some.map(({ claim }) => this.claimedOf(claim, signal)))
        some.forEach(({ claim }, k) => {
          previewed.push({ claim, claimed: credits(claimed[k]!), ...outcomes[j + k]! })
        })
      }
    }
    return previewed
  }
}

export const NOTHING_DUE = 'nothing is due'
/** In the order of the contract's enum. */
const REASONS = [
  'paid in full',
  NOTHING_DUE,
  'the payer could pay nothing',
  'its signature is false',
  'the operator is bound to no owner',
  'its grant is not registered',
  'its grant has ended',
  "its grant's limits are reached",
  'its grant is for other collections',
  'its session key is revoked',
] as const
