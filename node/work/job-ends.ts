/** How attempts end that have no answer. */
import { MeshError } from '../../protocols/kernel/errors.ts'
import type { Hash32 } from '../../protocols/kernel/ids.ts'
import { type ReceiptStatus, receiptStatus } from '../../protocols/statements/struct-types.ts'

/** The output root of an attempt without output. */
export const NO_OUTPUT = `0x${'0'.repeat(64)}` as Hash32

/** How it is said on the wire, and in the receipt. */
export function abortOf({ code }: MeshError): readonly ['thermal' | 'cancelled' | 'error', ReceiptStatus] {
  if (code === 'CARD_HOT') return ['thermal', receiptStatus.abortedThermal]
  return code === 'CANCELLED' ? ['cancelled', receiptStatus.abortedCancelled] : ['error', receiptStatus.abortedError]
}

export const abortReason = (signal: AbortSignal): MeshError =>
  signal.reason instanceof MeshError ? signal.reason : new MeshError('CANCELLED')

/** Cut to what a message may carry; ASCII of our own making, or a library's words. */
export function bounded(text: string): string {
  const ascii = text.replace(/[^\x20-\x7e]/g, '?')
  return ascii.length > 250 ? `${ascii.slice(0, 247)}...` : ascii
}
