import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toHex } from '../../protocols/kernel/bytes.ts'
import { arbitraryStruct } from '../support/arbitrary-structs.ts'
import { ethersHashes } from '../support/chain/ethers-encoding.ts'
import { domains } from '../support/statement-vectors/cast.ts'
import { allTypes } from '../support/statement-vectors/samples.ts'

test.each(allTypes)('$name: 1,000 random values hash as in ethers, in every domain', (type) => {
  for (const domain of domains) {
    const theirs = ethersHashes(domain, type)
    fc.assert(
      fc.property(arbitraryStruct(type), (value) => {
        expect(toHex(domain.structHash(type, value))).toBe(theirs.structHash(value))
        expect(toHex(domain.digest(type, value))).toBe(theirs.digest(value))
      }),
      { numRuns: 1_000 },
    )
  }
})
