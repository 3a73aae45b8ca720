import { describe, expect, it } from 'vitest'
import { type Address, ZERO_ADDRESS } from '../../../protocols/kernel/ids.ts'
import { judgeSession } from '../../../protocols/rules/settlement/judge-session.ts'
import { type Signed, signStruct } from '../../../protocols/statements/signed.ts'
import { type SessionGrant, sessionGrantType } from '../../../protocols/statements/struct-types.ts'
import { cast, domain, otherNetwork } from '../../support/statement-vectors/cast.ts'
import { grantOf, hashOf } from '../../support/wire-vectors/job-samples.ts'

const NOW_SECONDS = 1_790_000_000n
const payer = cast.payer.signer.address
const session = cast.session.signer.address
const sign = (facts: Partial<SessionGrant> = {}, at = domain): Signed<SessionGrant> => {
  const value = { ...grantOf(), ...facts }
  const honest = signStruct(at, sessionGrantType, { ...value, payer }, cast.payer.signer)
  return { ...honest, value }
}
const judge = (
  grant: Signed<SessionGrant> | undefined,
  { from = payer, by = session, escrow = ZERO_ADDRESS, nowSeconds = NOW_SECONDS } = {},
) => judgeSession(domain, from, by, escrow, grant, nowSeconds)

describe('a session key', () => {
  it('with the grant of its payer may spend', () => {
    expect(judge(sign())).toBe('good')
  })

  it('that is the payer itself needs no grant', () => {
    expect(judge(undefined, { by: payer })).toBe('good')
  })

  it('that is the payer itself may not hide behind a grant to itself, which no escrow registers', () => {
    expect(judge(sign({ session: payer }), { by: payer })).toBe('to-itself')
  })

  it('without a grant is nobody', () => {
    expect(judge(undefined)).toBe('grant-missing')
  })

  const stranger: Address = cast.stranger.signer.address
  it.each([
    ['of another payer', sign(), { from: stranger }],
    ['for another key', sign(), { by: stranger }],
    ['for another escrow', sign(), { escrow: stranger }],
    ['that says another payer', sign({ payer: stranger }), {}],
    ['that says another key', sign({ session: stranger }), {}],
  ] as const)('with a grant %s may not spend', (_, grant, asked) => {
    expect(judge(grant, asked)).toBe('other-keys')
  })

  it('may not spend when its time is over', () => {
    const { notAfter } = grantOf()
    expect(judge(sign(), { nowSeconds: notAfter - 1n })).toBe('good')
    expect(judge(sign(), { nowSeconds: notAfter })).toBe('expired')
    expect(judge(sign({ notAfter: 0n }))).toBe('expired')
  })

  it('with a grant for listed models only may not spend on others', () => {
    expect(judge(sign({ collectionsHash: hashOf('collections') }))).toBe('collection')
  })

  it('with a grant that nobody signed so may not spend', () => {
    const signed = sign()
    const raised = { ...signed, value: { ...signed.value, maxTotal: (signed.value.maxTotal + 1n) as never } }
    expect(judge(raised)).toBe('false-signature')
    expect(judge(sign({}, otherNetwork))).toBe('false-signature')
    expect(judge({ ...signed, publicKey: cast.stranger.signer.publicKey })).toBe('false-signature')
  })
})
