/** Who pays and who signs: the client's side of every voucher. */
import { type Address, type Hash32, type PeerId, ZERO_HASH } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { Signer } from '../../protocols/kernel/ports.ts'
import { grantHash } from '../../protocols/statements/grant.ts'
import { encodeSigned, type Signed, signStruct } from '../../protocols/statements/signed.ts'
import type { SigningDomain } from '../../protocols/statements/struct-hash.ts'
import {
  type SessionGrant,
  sessionGrantType,
  type Voucher,
  voucherType,
} from '../../protocols/statements/struct-types.ts'

import { signSessionProof } from '../../protocols/wire/payment/session-proof.ts'

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
}

/**
 * @param session signs vouchers
 * @param grant of the payer for that session; without one the session key is the payer
 */
export function purse(domain: SigningDomain, escrow: Address, session: Signer, grant?: Signed<SessionGrant>): Purse {
  const payer = grant?.value.payer ?? session.address
  const named = grant === undefined ? ZERO_HASH : grantHash(domain, grant.value)
  return {
    payer,
    session: session.address,
    escrow,
    grant: grant === undefined ? undefined : encodeSigned(sessionGrantType, grant),
    grantHash: named,
    maxPerMiner: grant?.value.maxPerMiner,
    sign(miner, cumulative, agreementsHash) {
      const voucher: Voucher = {
        payer,
        session: session.address,
        miner,
        collection: ZERO_HASH,
        escrow,
        grant: named,
        cumulative,
        agreementsHash,
      }
      return encodeSigned(voucherType, signStruct(domain, voucherType, voucher, session))
    },
    prove: (miner, peer, nowMs) => signSessionProof(domain, session, { miner, peer }, nowMs),
  }
}
