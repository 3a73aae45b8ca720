/**
 * The life of an attempt as both sides see it. Every state has somebody who must move next, a deadline, and what happens
 * where nobody does: no attempt can be stuck.
 */
import { HEARTBEAT_MS } from '../../kernel/limits.ts'

export const attemptStates = [
  'offered',
  'agreed',
  'started',
  'streaming',
  'finished',
  'receipted',
  'paid',
  'refused',
  'expired',
  'start-timeout',
  'stalled',
  'aborted',
  'disputed',
] as const
export type AttemptStateName = (typeof attemptStates)[number]

export interface StateRow {
  /** Who has to act. */
  readonly owner: 'client' | 'miner' | 'nobody'
  /** How long; `undefined` = for ever, or until the job's own deadline. */
  readonly deadlineMs?: number
  /** Where the attempt goes when the deadline passes. */
  readonly otherwise?: AttemptStateName
  /** What the client does in this state. */
  readonly fallback: string
}

/** Accepted work speaks within this; two heartbeats may be lost. */
export const START_MS_MAX = 2 * HEARTBEAT_MS
/** Interactive work: longer gaps are a stall. */
export const GAP_MS_MAX = 3 * HEARTBEAT_MS
/** The receipt follows the result within a flush of the batch; a slow disk and a lost call may cost this much. */
export const RECEIPT_MS_MAX = 30_000

export const attemptStateTable: Record<AttemptStateName, StateRow> = {
  offered: { owner: 'client', fallback: 'choose another offer' },
  agreed: { owner: 'miner', deadlineMs: START_MS_MAX, otherwise: 'start-timeout', fallback: 'next candidate' },
  started: { owner: 'miner', deadlineMs: GAP_MS_MAX, otherwise: 'stalled', fallback: 'resume, then next candidate' },
  streaming: { owner: 'miner', deadlineMs: GAP_MS_MAX, otherwise: 'stalled', fallback: 'resume, then next candidate' },
  finished: { owner: 'miner', deadlineMs: RECEIPT_MS_MAX, otherwise: 'disputed', fallback: 'do not pay' },
  receipted: { owner: 'client', fallback: 'pay with the next voucher' },
  paid: { owner: 'nobody', fallback: 'redeemed on chain by the miner' },
  refused: { owner: 'nobody', fallback: 'next candidate' },
  expired: { owner: 'nobody', fallback: 'tell the application' },
  'start-timeout': { owner: 'nobody', fallback: 'next candidate' },
  stalled: { owner: 'client', fallback: 'resume, then next candidate' },
  aborted: { owner: 'nobody', fallback: 'next candidate' },
  disputed: { owner: 'nobody', fallback: 'unpaid, and the score falls' },
}

const forward: Record<AttemptStateName, readonly AttemptStateName[]> = {
  offered: ['agreed', 'refused', 'expired'],
  agreed: ['started', 'streaming', 'finished', 'refused', 'start-timeout', 'aborted', 'expired', 'stalled'],
  started: ['streaming', 'finished', 'stalled', 'aborted', 'expired'],
  streaming: ['finished', 'stalled', 'aborted', 'expired'],
  // A lost call that was resumed goes on where it was.
  stalled: ['started', 'streaming', 'finished', 'aborted', 'expired'],
  finished: ['receipted', 'disputed'],
  receipted: ['paid', 'disputed'],
  disputed: ['receipted'],
  paid: [],
  refused: [],
  expired: [],
  'start-timeout': [],
  aborted: [],
}

export const mayFollow = (from: AttemptStateName, to: AttemptStateName): boolean => forward[from].includes(to)
export const isFinal = (state: AttemptStateName): boolean => forward[state].length === 0
