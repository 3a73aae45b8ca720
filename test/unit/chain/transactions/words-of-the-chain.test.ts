import { AbiCoder, Interface } from 'ethers'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coins } from '../../../../node/chain/transactions/coins.ts'
import { isRevert, revertReason } from '../../../../node/chain/transactions/revert-reason.ts'
import { sendRefusal } from '../../../../node/chain/transactions/send-refusals.ts'
import '../../../support/property-seed.ts'

const coder = AbiCoder.defaultAbiCoder()
const encodeError = (text: string): string => `0x08c379a0${coder.encode(['string'], [text]).slice(2)}`
const refusal = (message: string, data?: string, code = -32_000) => ({ code, message, data })

describe('why a contract refused', () => {
  it('is the text that it gave, whatever is in it, fit for a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        const shown = revertReason({ message: '', data: encodeError(text.toWellFormed()) })
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}]/u)
        expect(shown.length).toBeLessThanOrEqual(201)
      }),
    )
  })

  it('is the text word for word where it is plain', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ -~äöüß]{0,100}$/), (text) => {
        expect(revertReason({ message: '', data: encodeError(text) })).toBe(text)
      }),
    )
  })

  it('is its own error where somebody knows it, else a panic, else the error by its selector', () => {
    const vault = new Interface(['error StakeShort(uint256 have, uint256 need)'])
    const data = vault.encodeErrorResult('StakeShort', [5n, 10n])
    const names = (given: string) => vault.parseError(given)?.name
    expect(revertReason({ message: '', data }, names)).toBe('StakeShort')
    expect(revertReason({ message: '', data })).toBe(`its error ${data.slice(0, 10)} is not known here`)
    const panic = (code: bigint): string => `0x4e487b71${coder.encode(['uint256'], [code]).slice(2)}`
    expect(revertReason({ message: '', data: panic(17n) })).toBe('a number of the contract overflows')
    expect(revertReason({ message: '', data: panic(99n) })).toBe('the contract panics with 99')
    expect(revertReason({ message: 'execution reverted', data: '0x' })).toBe('it gave no reason')
  })

  it('is found in any bytes without a failure, and is short', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom('', '08c379a0', '4e487b71'), (bytes, selector) => {
        const data = `0x${selector}${Buffer.from(bytes).toString('hex')}`
        expect(revertReason({ message: 'm', data }).length).toBeLessThanOrEqual(201)
      }),
      { numRuns: 500 },
    )
  })
})

describe('a refusal to take a transaction', () => {
  it('is understood as the clients of the chain word it', () => {
    const words: readonly (readonly [string, string])[] = [
      ['already known', 'known'],
      ['transaction already imported', 'known'],
      ['known transaction: 0x12', 'known'],
      ['nonce too low', 'used'],
      ['nonce too low: next nonce 5, tx nonce 4', 'used'],
      ['replacement transaction underpriced', 'underpriced'],
      ['transaction underpriced', 'underpriced'],
      ['max fee per gas less than block base fee', 'cheap'],
      ['insufficient funds for gas * price + value', 'money'],
      ['Insufficient funds for gas * price + value', 'money'],
      ['txpool is full', 'other'],
      ['', 'other'],
    ]
    for (const [message, meaning] of words) expect(sendRefusal(refusal(message)), message).toBe(meaning)
  })

  it('is told from a revert', () => {
    expect(isRevert(refusal('execution reverted', undefined, 3))).toBe(true)
    expect(isRevert(refusal('VM Exception: revert', undefined))).toBe(true)
    expect(isRevert(refusal('x', '0x12345678'))).toBe(true)
    expect(isRevert(refusal('insufficient funds', '0x'))).toBe(false)
  })
})

describe('an amount of the coin that pays for gas', () => {
  it('is shown to the last wei, without zeros at the end', () => {
    expect([0n, 1n, 10n ** 18n, 1_500_000_000_000_000n, 12n * 10n ** 18n + 1n].map(coins)).toEqual([
      '0',
      '0.000000000000000001',
      '1',
      '0.0015',
      '12.000000000000000001',
    ])
  })
})
