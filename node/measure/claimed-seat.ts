/** Which seat answers probes: the one whose figures are the highest that the profile claims, for that is the claim that is probed. */
import type { EngineSeat } from '../engines/seat.ts'
import type { MeasuredFile } from './measured-file.ts'
import { measuredTarget } from './measured-target.ts'

/** @param seats at least one; the first where nothing was measured */
export function claimedSeat(
  seats: readonly EngineSeat[],
  file: Pick<MeasuredFile, 'of'>,
  engineOf: (seat: EngineSeat) => string,
  nowMs: number,
): EngineSeat {
  let best = { seat: seats[0]!, gflops: 0 }
  for (const seat of seats) {
    const by = engineOf(seat)
    const figure = file.of(measuredTarget(by, seat.facts), by, nowMs)?.findings.fp32Gflops
    if (figure?.kind === 'measured' && figure.value > best.gflops) best = { seat, gflops: figure.value }
  }
  return best.seat
}
