import { describe, expect, it } from 'vitest'
import { checkStarted, signStarted } from '../../../protocols/wire/job/started.ts'
import { attemptOf } from '../../support/receipts.ts'
import { cast, domain, otherNetwork } from '../../support/statement-vectors/cast.ts'

const NOW_MS = 1_790_000_000_000
const attempt = attemptOf('long')
const { signer } = cast.operator
const expected = { miner: signer.address, attempt }
const bytes = signStarted(domain, signer, attempt, { sequence: BigInt(NOW_MS), nowMs: NOW_MS })

describe('the word that work has begun', () => {
  it('binds the miner to the attempt', () => {
    expect(() => checkStarted(domain, bytes, expected, NOW_MS)).not.toThrow()
  })

  it.each([
    ['another miner', { ...expected, miner: cast.owner.signer.address }, 'WRONG_SIGNER'],
    ['another attempt', { ...expected, attempt: attemptOf('other') }, 'WRONG_JOB'],
  ])('is refused for %s', (_, other, code) => {
    expect(() => checkStarted(domain, bytes, other, NOW_MS)).toThrow(expect.objectContaining({ code }))
  })

  it('is refused where it was signed for another network, is too old, or is something else', () => {
    const malformed = expect.objectContaining({ code: 'MALFORMED' })
    expect(() => checkStarted(otherNetwork, bytes, expected, NOW_MS)).toThrow(malformed)
    expect(() => checkStarted(domain, bytes, expected, NOW_MS + 2 * 3_600_000)).toThrow(malformed)
    expect(() => checkStarted(domain, bytes.subarray(1), expected, NOW_MS)).toThrow(malformed)
  })
})
