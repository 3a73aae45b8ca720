import { describe, expect, it } from 'vitest'
import { purse } from '../../../../node/client/paying/purse.ts'
import { peerId, ZERO_ADDRESS, ZERO_HASH } from '../../../../protocols/kernel/ids.ts'
import { credits } from '../../../../protocols/kernel/money.ts'
import { grantHash } from '../../../../protocols/statements/grant.ts'
import { openSigned, signStruct } from '../../../../protocols/statements/signed.ts'
import { sessionGrantType, voucherType } from '../../../../protocols/statements/struct-types.ts'
import { sessionProofFault } from '../../../../protocols/wire/payment/session-proof.ts'
import { cast, domain } from '../../../support/statement-vectors/cast.ts'
import { grantOf, hashOf } from '../../../support/wire-vectors/job-samples.ts'

const NOW_MS = 1_790_000_000_000
const miner = cast.operator.signer.address
const session = cast.session.signer
const grant = signStruct(domain, sessionGrantType, grantOf(), cast.payer.signer)

describe('a purse', () => {
  it('of a payer’s own key names no grant and knows no bound', () => {
    const own = purse(domain, ZERO_ADDRESS, session)
    expect(own).toMatchObject({ payer: session.address, session: session.address, grantHash: ZERO_HASH })
    expect([own.grant, own.maxPerMiner]).toEqual([undefined, undefined])
  })

  it('under a grant pays for the payer, within the grant, and travels with it', () => {
    const granted = purse(domain, ZERO_ADDRESS, session, grant)
    expect(granted).toMatchObject({
      payer: cast.payer.signer.address,
      session: session.address,
      grantHash: grantHash(domain, grant.value),
      maxPerMiner: grant.value.maxPerMiner,
    })
    expect(openSigned(domain, sessionGrantType, granted.grant!).value).toEqual(grant.value)
  })

  it('signs vouchers with the session key, for one miner, one escrow and one grant', () => {
    const granted = purse(domain, ZERO_ADDRESS, session, grant)
    const { value, publicKey } = openSigned(domain, voucherType, granted.sign(miner, credits(7), hashOf('agreements')))
    expect(publicKey).toEqual(session.publicKey)
    expect(value).toEqual({
      payer: cast.payer.signer.address,
      session: session.address,
      miner,
      collection: ZERO_HASH,
      escrow: ZERO_ADDRESS,
      grant: granted.grantHash,
      cumulative: 7n,
      agreementsHash: hashOf('agreements'),
    })
  })

  it('that is renewed signs under the new grant from that turn on, and tells who listens', () => {
    const granted = purse(domain, ZERO_ADDRESS, session, grant)
    const heard: unknown[] = []
    const listening = granted.onRenewed(() => heard.push(granted.grantHash))
    const value = { ...grantOf(), nonce: 2n, maxPerMiner: credits(9) }
    granted.renew(signStruct(domain, sessionGrantType, value, cast.payer.signer))
    expect(heard).toEqual([grantHash(domain, value)])
    expect(granted.maxPerMiner).toBe(9n)
    expect(openSigned(domain, sessionGrantType, granted.grant!).value).toEqual(value)
    const voucher = openSigned(domain, voucherType, granted.sign(miner, credits(7), hashOf('agreements')))
    expect(voucher.value.grant).toBe(granted.grantHash)
    listening[Symbol.dispose]()
    granted.renew(grant)
    expect(heard).toHaveLength(1)
  })

  it('is not renewed for other keys, nor where the payer signs itself', () => {
    const other = signStruct(domain, sessionGrantType, { ...grantOf(), session: miner }, cast.payer.signer)
    expect(() => purse(domain, ZERO_ADDRESS, session, grant).renew(other)).toThrow(/same keys/)
    expect(() => purse(domain, ZERO_ADDRESS, session).renew(grant)).toThrow(/same keys/)
  })

  it('proves to one miner that one peer speaks for the session', () => {
    const [peer, other] = [peerId('peer'), peerId('other')]
    const proof = purse(domain, ZERO_ADDRESS, session, grant).prove(miner, peer, NOW_MS)
    const facts = { session: session.address, miner, peer }
    expect(sessionProofFault(domain, proof, facts, NOW_MS)).toBeUndefined()
    expect(sessionProofFault(domain, proof, { ...facts, peer: other }, NOW_MS)).toBe('another peer')
  })
})
