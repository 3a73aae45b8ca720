import { describe, expect, it } from 'vitest'
import { type AttemptId, ZERO_ADDRESS, ZERO_HASH } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import { judgeVoucher, type VoucherCounter } from '../../../protocols/rules/settlement/judge-voucher.ts'
import { AGREEMENTS_HASH_START, agreementsHash } from '../../../protocols/statements/agreements-hash.ts'
import { grantHash } from '../../../protocols/statements/grant.ts'
import { type Signed, signStruct } from '../../../protocols/statements/signed.ts'
import { sessionGrantType, type Voucher, voucherType } from '../../../protocols/statements/struct-types.ts'
import { cast, crypto, domain, otherChain, otherNetwork } from '../../support/statement-vectors/cast.ts'
import { attempt, grantOf, hashOf } from '../../support/wire-vectors/job-samples.ts'

const NOW_SECONDS = 1_790_000_000n
const grant = signStruct(domain, sessionGrantType, grantOf(), cast.payer.signer)
const counter: VoucherCounter = {
  payer: cast.payer.signer.address,
  session: cast.session.signer.address,
  miner: cast.operator.signer.address,
  escrow: ZERO_ADDRESS,
  collection: ZERO_HASH,
  grant,
  cumulative: credits(1_000),
  agreementsHash: AGREEMENTS_HASH_START,
}
/** A payer that signs itself. */
const own: VoucherCounter = { ...counter, session: counter.payer, grant: undefined }
const agreements: readonly AttemptId[] = [attempt, hashOf('another attempt')]
const ceiling = credits(500_000)

const good: Voucher = {
  payer: counter.payer,
  session: counter.session,
  miner: counter.miner,
  collection: ZERO_HASH,
  escrow: ZERO_ADDRESS,
  grant: grantHash(domain, grant.value),
  cumulative: credits(5_000),
  agreementsHash: agreementsHash(crypto, agreements),
}
const sign = (facts: Partial<Voucher> = {}, signer = cast.session.signer, at = domain): Signed<Voucher> => {
  const value = { ...good, ...facts }
  // Signed for another's name where the facts say so: what a thief of nothing can still send.
  const honest = signStruct(at, voucherType, { ...value, session: signer.address }, signer)
  return { ...honest, value, signature: signer.sign(at.digest(voucherType, value)) }
}

interface Setting {
  readonly counter?: VoucherCounter
  readonly agreements?: readonly AttemptId[]
  readonly ceiling?: Credits
  readonly nowSeconds?: bigint
}
const judge = (signed: Signed<Voucher>, setting: Setting = {}) =>
  judgeVoucher(
    domain,
    setting.counter ?? counter,
    signed,
    setting.agreements ?? agreements,
    setting.ceiling ?? ceiling,
    setting.nowSeconds ?? NOW_SECONDS,
  )

describe('a voucher', () => {
  it('that raises the counter of its session is accepted', () => {
    expect(judge(sign())).toBe('accepted')
    expect(judge(sign({ cumulative: credits(1_001) }))).toBe('accepted')
  })

  it('of a payer that signs itself is accepted, up to what its escrow assures', () => {
    const byPayer = (cumulative: number): Signed<Voucher> =>
      sign({ session: counter.payer, grant: ZERO_HASH, cumulative: credits(cumulative) }, cast.payer.signer)
    expect(judge(byPayer(500_000), { counter: own })).toBe('accepted')
    expect(judge(byPayer(500_001), { counter: own })).toBe('unassured')
  })

  it('for nothing new may raise the counter too: the chunk was dearer than expected', () => {
    expect(judge(sign({ agreementsHash: AGREEMENTS_HASH_START }), { agreements: [] })).toBe('accepted')
  })

  it.each([
    ['payer', { payer: cast.stranger.signer.address }],
    ['session', { session: cast.stranger.signer.address }],
    ['miner', { miner: cast.stranger.signer.address }],
    ['collection', { collection: hashOf('collection') }],
    ['escrow', { escrow: cast.stranger.signer.address }],
    ['grant', { grant: hashOf('another grant') }],
    ['grant that is none', { grant: ZERO_HASH }],
  ] satisfies [string, Partial<Voucher>][])('that names another %s belongs to another counter', (_, facts) => {
    expect(judge(sign(facts))).toBe('wrong-channel')
  })

  it('that names a grant where the payer signs itself belongs to another counter', () => {
    expect(judge(sign({ session: counter.payer }, cast.payer.signer), { counter: own })).toBe('wrong-channel')
  })

  it.each([0, 999, 1_000])('of %d credits where 1,000 are promised promises nothing', (cumulative) => {
    expect(judge(sign({ cumulative: credits(cumulative) }))).toBe('not-higher')
  })

  it('above the ceiling of its counter is not assured', () => {
    expect(judge(sign(), { ceiling: credits(4_999) })).toBe('unassured')
    expect(judge(sign(), { ceiling: credits(5_000) })).toBe('accepted')
  })

  it('under a grant whose time is over has expired', () => {
    const { notAfter } = grantOf()
    expect(judge(sign(), { nowSeconds: notAfter - 1n })).toBe('accepted')
    expect(judge(sign(), { nowSeconds: notAfter })).toBe('expired')
  })

  it.each([
    ['fewer', agreements.slice(0, 1)],
    ['more', [...agreements, hashOf('a third attempt')]],
    ['none', []],
    ['the same in another order', agreements.toReversed()],
  ] satisfies [string, readonly AttemptId[]][])('that covers %s agreements than it names is refused', (_, told) => {
    expect(judge(sign(), { agreements: told })).toBe('wrong-hash')
  })

  it('continues the hash of the counter, and not another', () => {
    const before = hashOf('paid before')
    const continued = sign({ agreementsHash: agreementsHash(crypto, agreements, before) })
    expect(judge(continued, { counter: { ...counter, agreementsHash: before } })).toBe('accepted')
    expect(judge(sign(), { counter: { ...counter, agreementsHash: before } })).toBe('wrong-hash')
  })

  it('signed by anybody else is refused', () => {
    expect(judge(sign({}, cast.stranger.signer))).toBe('wrong-signer')
    expect(judge(sign({}, cast.payer.signer))).toBe('wrong-signer')
    expect(judge({ ...sign(), publicKey: cast.stranger.signer.publicKey })).toBe('wrong-signer')
  })

  it('signed for another network or chain is refused', () => {
    expect(judge(sign({}, cast.session.signer, otherNetwork))).toBe('wrong-signer')
    expect(judge(sign({}, cast.session.signer, otherChain))).toBe('wrong-signer')
  })

  it('whose amount was changed after it was signed is refused', () => {
    const signed = sign()
    expect(judge({ ...signed, value: { ...signed.value, cumulative: credits(5_001) } })).toBe('wrong-signer')
  })
})
