/** The wait for a transaction at a terminal. */
import { MeshError } from '../../../protocols/kernel/errors.ts'
import type { TransactionDesk } from './transaction-desk.ts'
import type { TransactionRecord, TransactionStep } from './transaction-record.ts'

/**
 * Waits until the transaction of a purpose is in a block, not until it is confirmed: who waits at a terminal wants to know that it is
 * done, and a block that is given up is seen to by the next command.
 * @throws MeshError TRANSACTION_FAILED; the signal's reason
 */
export async function minedIn(
  desk: Pick<TransactionDesk, 'find' | 'settled'>,
  purpose: string,
  signal: AbortSignal | undefined,
  onStep?: (step: TransactionStep) => void,
): Promise<NonNullable<TransactionRecord['mined']>> {
  const found = new AbortController()
  let mined: TransactionRecord['mined']
  const look = (record: TransactionRecord): void => {
    if (record.state !== 'mined' || record.mined === undefined) return
    mined = record.mined
    found.abort(new MeshError('CANCELLED'))
  }
  const hear = (step: TransactionStep): void => {
    onStep?.(step)
    look(step.record)
  }
  const known = desk.find(purpose)
  if (known !== undefined) look(known)
  try {
    const either = signal === undefined ? found.signal : AbortSignal.any([signal, found.signal])
    const record = await desk.settled(purpose, { signal: either, onStep: hear })
    if (record.state === 'confirmed' && record.mined !== undefined) return record.mined
    throw new MeshError('TRANSACTION_FAILED', { purpose, reason: record.reason ?? 'it gave no reason' })
  } catch (error) {
    if (mined !== undefined) return mined
    throw error
  }
}
