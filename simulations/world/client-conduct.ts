/** What a client does where it is not honest. What a conduct leaves out is done as an honest client does it. */

export interface ClientConduct {
  /** It gives work to these miners only, by name, in turn. */
  readonly only?: readonly string[]
  /** What it does not pay for. */
  readonly pays?: boolean
}
