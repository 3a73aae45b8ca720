/** One text for one receipt, so that what was said and what is kept can be compared. */
import { createHash } from 'node:crypto'
import type { Receipt } from '../../../protocols/statements/struct-types.ts'

export function receiptDigest(receipt: Receipt): string {
  const sorted = Object.entries(receipt).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify(sorted, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part)))
    .digest('hex')
}
