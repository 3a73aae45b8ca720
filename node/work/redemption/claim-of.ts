/** From the bytes that a client sent to what the escrow takes. Both were checked when they came. */
import type { Hex } from '../../../contracts/binding/values.ts'
import type { Claim, GrantProof } from '../../../contracts/generated/escrow.ts'
import { decode } from '../../../protocols/kernel/codec.ts'
import type { Address, Hash32 } from '../../../protocols/kernel/ids.ts'
import { signedCodec } from '../../../protocols/statements/signed.ts'
import { sessionGrantType, voucherType } from '../../../protocols/statements/struct-types.ts'
import { signature } from '../../chain/money/action-calls.ts'
import { counterId } from '../paying/counter-table.ts'

export function claimOf(voucher: Uint8Array): Claim {
  const { value, signature: bytes } = decode(signedCodec(voucherType), voucher)
  const { escrow: _, ...claim } = value
  return { ...claim, signature: signature(bytes) }
}

/** Grants of this network are for any collection: others are refused when they come. */
export function grantProofOf(grant: Uint8Array): GrantProof {
  const { value, signature: bytes } = decode(signedCodec(sessionGrantType), grant)
  return { grant: value, collections: [] as readonly Hex[], signature: signature(bytes) }
}

export const counterOfClaim = ({
  payer,
  session,
  collection,
}: Pick<Claim, 'payer' | 'session' | 'collection'>): string =>
  counterId(payer as Address, session as Address, collection as Hash32)
