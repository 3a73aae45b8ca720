/**
 * The witnesses of one attempt and what they say: shown both digests as the moments come, by either side. Nothing waits for them but
 * the verdict.
 */

import { abortable } from '../../../protocols/kernel/abortable.ts'
import type { Address, Hash32, PeerId } from '../../../protocols/kernel/ids.ts'
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { intervalsOf } from '../../../protocols/rules/service-level/intervals.ts'
import type { Signed } from '../../../protocols/statements/signed.ts'
import type { TimeStamp } from '../../../protocols/statements/struct-types.ts'
import { askWitness, type WitnessNeeds } from '../../../protocols/wire/witness/witness-client.ts'

export interface PanelNeeds extends WitnessNeeds {
  readonly clock: Clock
}

export interface PanelMember {
  readonly operator: Address
  readonly peer: PeerId
}

type Moment = 'start' | 'end'

export class WitnessPanel {
  readonly members: readonly PanelMember[]
  readonly #needs: PanelNeeds
  readonly #signal: AbortSignal
  readonly #stamps: Record<Moment, Map<Address, Signed<TimeStamp>>> = { start: new Map(), end: new Map() }
  readonly #asked: Promise<void>[] = []

  /** @param members at most nine, in the order of the draw */
  constructor(needs: PanelNeeds, members: readonly PanelMember[], signal: AbortSignal) {
    this.#needs = needs
    this.members = members
    this.#signal = signal
  }

  /** Shows all of them a digest, at once. Once a moment. */
  show(moment: Moment, digest: Hash32): void {
    for (const member of this.members) this.#asked.push(this.#ask(moment, member, digest))
  }

  /** Resolves when all that were asked have answered or failed, or the signal ends it. */
  async settled(signal: AbortSignal): Promise<void> {
    await abortable(Promise.all(this.#asked), signal).catch(() => undefined)
  }

  /** Of each that stamped both, in the order of the draw. */
  intervalsMs(): readonly number[] {
    const order = this.members.map(({ operator }) => operator)
    return intervalsOf(order, valuesOf(this.#stamps.start), valuesOf(this.#stamps.end))
  }

  /** As they were signed: what a court would be shown. */
  stamps(): readonly { readonly start: Signed<TimeStamp>; readonly end: Signed<TimeStamp> }[] {
    return this.members.flatMap(({ operator }) => {
      const [start, end] = [this.#stamps.start.get(operator), this.#stamps.end.get(operator)]
      return start === undefined || end === undefined ? [] : [{ start, end }]
    })
  }

  async #ask(moment: Moment, { operator, peer }: PanelMember, digest: Hash32): Promise<void> {
    try {
      this.#stamps[moment].set(operator, await askWitness(this.#needs, peer, digest, this.#signal))
    } catch {
      // It is no witness of this job: the next that was drawn is, and with too few nothing is decided.
    }
  }
}

const valuesOf = (stamps: ReadonlyMap<Address, Signed<TimeStamp>>): ReadonlyMap<Address, TimeStamp> =>
  new Map([...stamps].map(([operator, { value }]) => [operator, value]))
