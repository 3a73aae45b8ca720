/** One row of the catalogue of errors. */

/** Who has to change something. */
export type Fault = 'caller' | 'local' | 'remote' | 'network' | 'chain' | 'bug'

export type Facts = Readonly<Record<string, string | number | bigint | boolean | readonly string[]>>

export interface ErrorEntry {
  readonly fault: Fault
  /** True where the same request may succeed later or elsewhere without anybody changing it. */
  readonly retryable: boolean
  /** Number on the wire; never reused. */
  readonly wire: number
  /**
   * `{name}` is replaced by the fact of that name, `{name|units}` by its credits in the token's unit. What happened and why,
   * without a full stop.
   */
  readonly message: string
  /** What the person can do next. */
  readonly hint: string
}

export const entry = (wire: number, fault: Fault, retryable: boolean, message: string, hint: string): ErrorEntry => ({
  wire,
  fault,
  retryable,
  message,
  hint,
})
