import { Interface } from 'ethers'
import { expect, test } from 'vitest'
import { meshToken } from '../../../contracts/generated/mesh-token.ts'
import { contractErrorName } from '../../../node/chain/contracts/contract-errors.ts'
import { explainAllowance } from '../../../node/chain/money/allowance-short.ts'
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Address } from '../../../protocols/kernel/ids.ts'

const vault = `0x${'aa'.repeat(20)}` as Address
const owner = `0x${'bb'.repeat(20)}` as Address
const refusal = (name: string, values: readonly unknown[]): MeshError => {
  const reason = contractErrorName(new Interface(meshToken.abi).encodeErrorResult(name, values))!
  return new MeshError('TRANSACTION_REVERTS', { purpose: 'stake', reason })
}

test('a token that may not hand over enough is told with how much it may', () => {
  const error = refusal('ERC20InsufficientAllowance', [vault, 1_500_000n, 2_000_000n])
  expect(explainAllowance(error, vault, owner)).toMatchObject({
    code: 'ALLOWANCE_SHORT',
    message: `the contract ${vault} may take 1.5 of the tokens of ${owner}, and 2 are needed`,
    cause: error,
  })
})

test('every other refusal stays what it is', () => {
  const others = [
    refusal('ERC20InsufficientBalance', [owner, 1n, 2n]),
    new MeshError('TRANSACTION_REVERTS', { purpose: 'stake', reason: 'out of gas' }),
    new MeshError('GAS_SHORT', { reason: 'ERC20InsufficientAllowance(spender: 0x, allowance: 1, needed: 2)' }),
    new Error('ERC20InsufficientAllowance(spender: 0x, allowance: 1, needed: 2)'),
  ]
  for (const error of others) expect(explainAllowance(error, vault, owner)).toBe(error)
})
