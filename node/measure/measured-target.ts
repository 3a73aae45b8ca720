/** Which card a measurement is of: the one that the kernels computed on. */
import type { CardFacts } from '../../protocols/rules/cards/card-facts.ts'
import type { EngineSeat } from '../engines/seat.ts'
import type { MeasuredTarget } from './measured-file.ts'
import { processorKey } from './processor-key.ts'

/**
 * @param engine as a measurement names it: `onnxruntime/1.30.0/webgpu`
 * @param seat the card of the seat; what its engine left to the processor is the processor's
 */
export function measuredTarget(engine: string, { key, driver }: Pick<CardFacts, 'key' | 'driver'>): MeasuredTarget {
  if (engine.split('/')[2] === 'cpu') return { card: processorKey() }
  return { card: key, ...(driver === undefined ? {} : { driver }) }
}

/** The measurements of a card as this machine lists it. */
export const cardTarget = ({ key, vendor, driver }: CardFacts): MeasuredTarget => ({
  card: vendor === 'cpu' ? processorKey() : key,
  ...(driver === undefined ? {} : { driver }),
})

/** As measurements name it. */
export const seatEngine = ({ engine: { name, version, kernels = 'cpu' } }: EngineSeat): string =>
  `${name}/${version}/${kernels}`

/** What is measured on a seat. */
export const seatTarget = (seat: EngineSeat): MeasuredTarget => measuredTarget(seatEngine(seat), seat.facts)
