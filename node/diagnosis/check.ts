/** One thing that must be right before a node can work, and what to do where it is not. */
import type { MeshError } from '../../protocols/kernel/errors.ts'

/** warn: the node works, and not as well as it could. */
export type FindingState = 'ok' | 'warn' | 'fail'

export interface Finding {
  readonly state: FindingState
  /** What was found, in one line. */
  readonly found: string
  /** Where the state is not ok. */
  readonly remedy?: string
}

export interface Check {
  readonly name: string
  /** What it throws is a finding too: the catalogue's words are what people are told. */
  run(signal: AbortSignal): Promise<Finding>
}

export interface NamedFinding extends Finding {
  readonly number: number
  readonly name: string
}

export const ok = (found: string): Finding => ({ state: 'ok', found })
export const warn = (found: string, remedy: string): Finding => ({ state: 'warn', found, remedy })
export const fail = (found: string, remedy: string): Finding => ({ state: 'fail', found, remedy })
export const failedWith = ({ message, hint }: MeshError): Finding => fail(message, hint)
