/** A piece of a traced job that is over. No input, output, prompt, address of a peer or word of a stranger is in one. */
import type { ErrorCode } from '../../../protocols/kernel/errors.ts'
import type { TraceContext } from '../../../protocols/kernel/trace-context.ts'
import type { RefusalReason } from '../../../protocols/wire/job/refusals.ts'

/** A closed list: what a span is about stands in its facts. */
export type SpanName =
  // At the client
  | 'job'
  | 'find offers'
  | 'attempt'
  | 'wait for receipt'
  | 'ask cloud'
  // At the miner
  | 'run attempt'
  | 'queued'
  | 'running'
  | 'sending'

export interface FinishedSpan extends TraceContext {
  readonly parentSpanId?: string
  readonly name: SpanName
  /** Whether it spans a question to another peer, the answer to one, or neither. */
  readonly role: 'asks' | 'answers' | 'inside'
  /** Unix milliseconds with fractions. */
  readonly startedAtMs: number
  readonly endedAtMs: number
  readonly facts: Readonly<Record<string, string | number | bigint>>
  /** Why it did not do what it was for. */
  readonly failure?: ErrorCode | RefusalReason
}
