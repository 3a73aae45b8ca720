/** Leases that this node was shown, so that a second one of a card's time is noticed whoever shows it. */

import { toHex } from '../../kernel/bytes.ts'
import type { Address } from '../../kernel/ids.ts'
import { type Contradiction, leasesContradict } from '../../statements/contradiction.ts'
import type { Signed } from '../../statements/signed.ts'
import type { SigningDomain } from '../../statements/struct-hash.ts'
import type { Lease } from '../../statements/struct-types.ts'

/** As many as a miner may show at once. */
const OF_ONE_MAX = 64
/** A node leases of few, and is refused by some more. */
const OPERATORS_MAX = 256

export class HeardLeases {
  readonly #domain: SigningDomain
  /** By operator, the one heard last at the end; each with its latest leases, by signature. */
  readonly #heard = new Map<Address, Map<string, Signed<Lease>>>()

  constructor(domain: SigningDomain) {
    this.#domain = domain
  }

  /** @param signed whose signature was checked @returns the contradiction with one that was heard before */
  hear(signed: Signed<Lease>): Contradiction | undefined {
    const { operator } = signed.value
    const known = this.#heard.get(operator) ?? new Map<string, Signed<Lease>>()
    this.#heard.delete(operator)
    this.#heard.set(operator, known)
    if (this.#heard.size > OPERATORS_MAX) this.#heard.delete(this.#heard.keys().next().value!)
    const other = [...known.values()].find(({ value }) => leasesContradict(this.#domain, value, signed.value))
    known.set(toHex(signed.signature), signed)
    if (known.size > OF_ONE_MAX) known.delete(known.keys().next().value!)
    return other === undefined ? undefined : { kind: 'leases', a: other, b: signed }
  }
}
