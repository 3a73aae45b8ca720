/** How much each seat may have in hand, by what care says of its card and by what the card sits in; and what it has. */
import type { Clock } from '../../../protocols/kernel/ports.ts'
import { type CareVerdict, unhindered } from '../../../protocols/rules/care/care-verdict.ts'
import { type DeviceLimits, type DeviceState, deviceLimits } from '../../../protocols/rules/scheduling/adapt-job.ts'
import { runsInHand, sideBySide } from '../../../protocols/rules/scheduling/pace.ts'
import type { Hand, Lane, SeatLoad } from './lane.ts'

export interface SeatNeeds {
  readonly clock: Clock
  /** What care says of the card of a seat. */
  readonly careOf?: (card: string) => CareVerdict
  /** What the card of a seat sits in. */
  readonly deviceOf?: (card: string) => DeviceState
  /** A card has work in hand from now on, or none any more. */
  readonly onSeatWork?: (card: string, isBusy: boolean) => void
}

const NO_LIMITS = deviceLimits({ isMobile: false, onBattery: false })

export class SeatRoom {
  readonly #needs: SeatNeeds
  readonly #lanes: ReadonlyMap<string, Lane>
  /** By card: as many as the miner has seats. */
  readonly #loads = new Map<string, SeatLoad>()

  /** @param lanes all that there are, as they come and go */
  constructor(needs: SeatNeeds, lanes: ReadonlyMap<string, Lane>) {
    this.#needs = needs
    this.#lanes = lanes
  }

  careOf(card: string): CareVerdict {
    return this.#needs.careOf?.(card) ?? unhindered
  }

  limitsOf(card: string): DeviceLimits {
    const { deviceOf } = this.#needs
    return deviceOf === undefined ? NO_LIMITS : deviceLimits(deviceOf(card))
  }

  loadOf(card: string): SeatLoad {
    const known = this.#loads.get(card)
    if (known !== undefined) return known
    const load = { busy: 0, isTold: false, endedMs: Number.NEGATIVE_INFINITY }
    this.#loads.set(card, load)
    return load
  }

  workEndedMs(card: string): number {
    const load = this.#loads.get(card)
    if (load === undefined) return Number.NEGATIVE_INFINITY
    return load.busy > 0 ? this.#needs.clock.monotonicMs() : load.endedMs
  }

  /** More may be handed over there now. */
  hasRoom(hand: Hand, { model }: Lane, nowMs: number): boolean {
    const { card } = hand.seat
    const { loadShare } = this.careOf(card)
    // Where runs are shared what comes meanwhile is gathered for the next: a second run would only take it apart.
    const inHandMax = model.sharesRuns ? 1 : runsInHand(hand.seat.serviceMs, loadShare)
    if (nowMs < hand.restsUntilMs || hand.inHand.size >= inHandMax) return false
    if (hand.inHand.size > 0) return true
    const lanesMax = loadShare >= 1 ? Number.POSITIVE_INFINITY : sideBySide(this.#lanesOn(card), loadShare)
    return hand.load.busy < Math.min(lanesMax, this.limitsOf(card).jobsMax)
  }

  #lanesOn(card: string): number {
    let lanes = 0
    for (const { hands } of this.#lanes.values()) if (hands.some(({ seat }) => seat.card === card)) lanes++
    return lanes
  }

  /** Tells whoever wants to know; not between two runs of which one follows the other at once. */
  tell({ seat, load }: Hand): void {
    const isBusy = load.busy > 0
    if (load.isTold === isBusy) return
    load.isTold = isBusy
    this.#needs.onSeatWork?.(seat.card, isBusy)
  }
}
