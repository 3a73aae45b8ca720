/** How attempts end that have no answer. */
import type { MeshError } from '../../protocols/kernel/errors.ts'
import { type ReceiptStatus, receiptStatus } from '../../protocols/statements/struct-types.ts'

/** How it is said on the wire, and in the receipt. */
export function abortOf({ code }: MeshError): readonly ['thermal' | 'cancelled' | 'error', ReceiptStatus] {
  if (code === 'CARD_HOT') return ['thermal', receiptStatus.abortedThermal]
  return code === 'CANCELLED' ? ['cancelled', receiptStatus.abortedCancelled] : ['error', receiptStatus.abortedError]
}

/** Cut to what a message may carry; ASCII of our own making, or a library's words. */
export function bounded(text: string): string {
  const ascii = text.replace(/[^\x20-\x7e]/g, '?')
  return ascii.length > 250 ? `${ascii.slice(0, 247)}...` : ascii
}
