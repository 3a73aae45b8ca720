/** Which seat is which card of the profile, and which answers probes that name none. */
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import type { Ask } from '../../protocols/wire/probe/probe-messages.ts'
import type { EngineSeat } from '../engines/seat.ts'
import type { MeasuredFile } from './measured-file.ts'
import { cardTarget, seatEngine, seatTarget } from './measured-target.ts'
import type { PublishedClaims } from './published-claims.ts'

/** What computes on this card: of a card that exists in this program only, the processor. */
export function seatOf(seats: readonly EngineSeat[], facts: CardFacts): EngineSeat | undefined {
  const { card, driver } = cardTarget(facts)
  return seats.find((seat) => {
    const target = seatTarget(seat)
    return target.card === card && target.driver === driver
  })
}

/** Which seat a probe is about; or why there is none that it could be. */
export function askedSeat(
  { card, header }: Pick<Ask, 'card' | 'header'>,
  published: Pick<PublishedClaims, 'cardAt'>,
  seats: readonly EngineSeat[],
  file: Pick<MeasuredFile, 'of'>,
  nowMs: number,
): EngineSeat | 'profile' | 'card' {
  if (header?.profile === undefined) return claimedSeat(seats, file, nowMs)
  const at = published.cardAt(header.profile, card)
  return typeof at === 'string' ? at : (seats.find((seat) => seat.card === at.card) ?? 'card')
}

/**
 * The one whose figures are the highest that the profile claims: that is what is probed of a profile with one claim.
 * @param seats at least one; the first where nothing was measured
 */
export function claimedSeat(seats: readonly EngineSeat[], file: Pick<MeasuredFile, 'of'>, nowMs: number): EngineSeat {
  let best = { seat: seats[0]!, gflops: 0 }
  for (const seat of seats) {
    const figure = file.of(seatTarget(seat), seatEngine(seat), nowMs)?.findings.fp32Gflops
    if (figure?.kind === 'measured' && figure.value > best.gflops) best = { seat, gflops: figure.value }
  }
  return best.seat
}
