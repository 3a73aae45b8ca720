/**
 * The limits of a card's core in degrees, where the card tells margins instead. A margin is the distance of whatever part of the card
 * is nearest to its limit: the same core is at its limit at 87 C at rest and at 77 C at work (an H100, as it was recorded). So it
 * holds for the reading that it came with, and for no other.
 */
import type { CardLimits } from './card-facts.ts'
import type { CardReading } from './card-reading.ts'

/** @returns the limits as they are, with those that the reading tells where the card has published none in degrees */
export function limitsNow(
  limits: CardLimits,
  reading: Pick<CardReading, 'temperaturesC' | 'marginC'> | undefined,
): CardLimits {
  const { slowdownMarginC, shutdownMarginC } = limits
  const edge = reading?.temperaturesC.edge
  const marginC = reading?.marginC
  if (edge === undefined || marginC === undefined) return limits
  const at = (margin: number | undefined): number | undefined =>
    margin === undefined ? undefined : plausible(edge + marginC - margin)
  const slowdownC = limits.slowdownC ?? at(slowdownMarginC)
  const shutdownC = limits.shutdownC ?? at(shutdownMarginC)
  return {
    ...limits,
    ...(slowdownC === undefined ? {} : { slowdownC }),
    ...(shutdownC === undefined ? {} : { shutdownC }),
  }
}

/** Chips slow down and stop between these; a sum outside of them comes of a margin that is none. */
const LIMIT_C_MIN = 60
const LIMIT_C_MAX = 130

const plausible = (celsius: number): number | undefined =>
  celsius >= LIMIT_C_MIN && celsius <= LIMIT_C_MAX ? celsius : undefined
