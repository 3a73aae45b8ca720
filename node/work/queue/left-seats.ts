/** Seats that care has stopped, and why: what comes to them, as what they had, goes elsewhere, for they may cool for many minutes. */
import type { MeshError } from '../../../protocols/kernel/errors.ts'
import type { Lane } from './lane.ts'
import type { WaitingRun } from './run-order.ts'
import type { Placement } from './seat-choice.ts'

export class LeftSeats {
  readonly #placement: Pick<Placement, 'serves'>
  /** By card, the last time: as many as the miner has seats. */
  readonly #why = new Map<string, MeshError>()

  constructor(placement: Pick<Placement, 'serves'>) {
    this.#placement = placement
  }

  leave(card: string, why: MeshError): void {
    this.#why.set(card, why)
  }

  /** Why this run can go nowhere; `undefined` where a seat that could run it serves, or none of those has stopped. */
  whyLost(lane: Lane, run: WaitingRun): MeshError | undefined {
    // As ever where a miner has one seat: it stops itself then, and ends all that it has.
    if (this.#why.size === 0) return undefined
    const able = lane.hands.filter((hand) => lane.canRun(hand, run))
    if (able.some((hand) => this.#placement.serves(hand))) return undefined
    const stopped = able.find(({ isOver }) => !isOver)
    return stopped === undefined ? undefined : this.#why.get(stopped.seat.card)
  }
}
