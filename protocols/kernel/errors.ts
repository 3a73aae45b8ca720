/** The one error type. Expected outcomes (a refusal, an audit's mismatch) are values; this is for what the caller cannot go on from. */
import { type ErrorCode, type ErrorEntry, errorCatalogue, type Facts, type Fault } from './error-catalogue.ts'
import { formatCredits } from './money.ts'

export type { ErrorCode, ErrorEntry, Facts, Fault }
export { errorCatalogue }

export class MeshError extends Error {
  override readonly name = 'MeshError'
  readonly code: ErrorCode
  readonly facts: Facts

  constructor(code: ErrorCode, facts: Facts = {}, cause?: unknown) {
    super(fill(errorCatalogue[code].message, facts), cause === undefined ? undefined : { cause })
    this.code = code
    this.facts = facts
  }

  get entry(): ErrorEntry {
    return errorCatalogue[this.code]
  }

  get fault(): Fault {
    return this.entry.fault
  }

  get hint(): string {
    const { hint } = this.entry
    const isFact = /^\{(\w+)\}$/.exec(hint)
    return isFact !== null && this.facts[isFact[1]!] === undefined ? HINT_STANDARD : fill(hint, this.facts)
  }
}

/** What a peer said went wrong: its facts are the peer's words. */
export class RelayedError extends MeshError {}

/** Errors are made of errors a few times; more is a cycle. */
const CAUSES_MAX = 8

/** Whether a stranger's words may stand in it: a peer said so, or it came of what a peer said. */
export function holdsStrangersWords(error: MeshError): boolean {
  let each: unknown = error
  for (let depth = 0; each instanceof MeshError && depth < CAUSES_MAX; depth++) {
    if (each instanceof RelayedError) return true
    each = each.cause
  }
  return false
}

/** Where the hint is a fact that is not there, as in what a peer says (error-projections.ts). */
const HINT_STANDARD = 'See aitbc status.'

/** Facts longer than this are cut: they may hold a stranger's text. */
const FACT_CHARS_MAX = 300

/** `{price|units}` shows credits in the token's unit, as people give them; they may come as text, from JSON. */
function fill(template: string, facts: Facts): string {
  return template.replace(/\{(\w+)(\|units)?\}/g, (_, name: string, units: string | undefined) => {
    const fact = facts[name]
    if (units !== undefined && /^\d{1,20}$/.test(String(fact))) return formatCredits(BigInt(String(fact)))
    const shown = Array.isArray(fact) ? fact.join(', ') : fact === undefined ? 'unknown' : String(fact)
    return shown.length > FACT_CHARS_MAX ? `${shown.slice(0, FACT_CHARS_MAX)}…` : shown
  })
}

export const isMeshError = (error: unknown, ...codes: readonly ErrorCode[]): error is MeshError =>
  error instanceof MeshError && (codes.length === 0 || codes.includes(error.code))

/** A MeshError as it is; an abort as CANCELLED; anything else is a bug of ours, kept as the cause. */
export function asMeshError(error: unknown): MeshError {
  if (error instanceof MeshError) return error
  if (error instanceof Error && error.name === 'AbortError') return new MeshError('CANCELLED', {}, error)
  return new MeshError('BUG', { what: error instanceof Error ? error.message : String(error) }, error)
}

/** For what cannot happen. @throws MeshError BUG */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new MeshError('BUG', { what })
}

/** @throws the signal's reason as a MeshError (CANCELLED unless the reason is one already) */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal)
}

export function abortError(signal: AbortSignal): MeshError {
  return signal.reason instanceof MeshError ? signal.reason : new MeshError('CANCELLED', {}, signal.reason)
}
