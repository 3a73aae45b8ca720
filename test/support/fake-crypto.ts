/** The crypto port with a check of the test's own; nothing else of it is asked. */
import type { Crypto } from '../../protocols/kernel/ports.ts'

export function fakeCrypto(verify: Crypto['verify']): Crypto {
  const none = (): never => {
    throw new Error('the test asks only for checks')
  }
  return { verify, keccak256: none, sha256: none, uncompress: none }
}
