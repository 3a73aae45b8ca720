/** What a client does where it is not honest. What a conduct leaves out is done as an honest client does it. */
import type { DigestRow } from '../../protocols/wire/score/score-digest.ts'

/** Miners by the names of the scenario. */
export interface NamedRow extends DigestRow {
  readonly name: string
}

export interface ClientConduct {
  /** It gives work to these miners only, in turn. */
  readonly only?: readonly string[]
  /** It does not pay for answers. */
  readonly owes?: boolean
  /** Publishes no digest. */
  readonly isSilent?: boolean
  /** What it publishes of miners, from what it saw; rows that it leaves out are not told. */
  readonly tells?: (seen: NamedRow) => DigestRow | undefined
}
