/** Who pays and who signs: the client's side of every voucher. */
import { assert } from '../../../protocols/kernel/errors.ts'
import { type Address, type Hash32, type PeerId, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import type { Credits } from '../../../protocols/kernel/money.ts'
import type { Signer } from '../../../protocols/kernel/ports.ts'
import { grantHash } from '../../../protocols/statements/grant.ts'
import { encodeSigned, type Signed, signStruct } from '../../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../../protocols/statements/struct-hash.ts'
import {
  type SessionGrant,
  sessionGrantType,
  type Voucher,
  voucherType,
} from '../../../protocols/statements/struct-types.ts'
import { signSessionProof } from '../../../protocols/wire/payment/session-proof.ts'

export interface Purse {
  readonly payer: Address
  readonly session: Address
  readonly escrow: Address
  /** Travels with the first job to every miner; absent where the payer signs itself. */
  readonly grant: Uint8Array | undefined
  /** Hash that vouchers name; zero without a grant. */
  readonly grantHash: Hash32
  /** The most that this purse may promise to one miner. */
  readonly maxPerMiner: Credits | undefined
  sign(miner: Address, cumulative: Credits, agreementsHash: Hash32): Uint8Array
  /** The session key's word to a miner that `peer`, this process, speaks for it. */
  prove(miner: Address, peer: PeerId, nowMs: number): Uint8Array
  /**
   * From here on vouchers name this grant. Counters go on: they belong to the keys. A miner takes no voucher under a grant that
   * it was not shown, so whoever pays listens with {@link onRenewed}.
   */
  renew(grant: Signed<SessionGrant>): void
  /** Heard in the same turn in which the grant changes. */
  onRenewed(listener: () => void): Disposable
}

/**
 * @param session signs vouchers
 * @param grant of the payer for that session; without one the session key is the payer
 */
export function purse(domain: SigningDomain, escrow: Address, session: Signer, grant?: Signed<SessionGrant>): Purse {
  const payer = grant?.value.payer ?? session.address
  const listeners = new Set<() => void>()
  let held = grant === undefined ? NO_GRANT : heldGrant(domain, grant)
  return {
    payer,
    session: session.address,
    escrow,
    get grant() {
      return held.bytes
    },
    get grantHash() {
      return held.hash
    },
    get maxPerMiner() {
      return held.maxPerMiner
    },
    sign(miner, cumulative, agreementsHash) {
      const voucher: Voucher = {
        payer,
        session: session.address,
        miner,
        collection: ZERO_HASH,
        escrow,
        grant: held.hash,
        cumulative,
        agreementsHash,
      }
      return encodeSigned(voucherType, signStruct(domain, voucherType, voucher, session))
    },
    prove: (miner, peer, nowMs) => signSessionProof(domain, session, { miner, peer }, nowMs),
    renew(renewed) {
      const { value } = renewed
      const isOurs = value.payer === payer && value.session === session.address && value.escrow === escrow
      assert(held !== NO_GRANT && isOurs, 'a grant is renewed for the same keys and escrow')
      held = heldGrant(domain, renewed)
      for (const listener of listeners) listener()
    },
    onRenewed(listener) {
      listeners.add(listener)
      return { [Symbol.dispose]: () => void listeners.delete(listener) }
    },
  }
}

type Held = Pick<Purse, 'maxPerMiner'> & { readonly bytes: Uint8Array | undefined; readonly hash: Hash32 }

const NO_GRANT: Held = { bytes: undefined, hash: ZERO_HASH, maxPerMiner: undefined }

const heldGrant = (domain: SigningDomain, grant: Signed<SessionGrant>): Held => ({
  bytes: encodeSigned(sessionGrantType, grant),
  hash: grantHash(domain, grant.value),
  maxPerMiner: grant.value.maxPerMiner,
})
