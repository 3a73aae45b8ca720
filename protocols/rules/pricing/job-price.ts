/** One function for the price that is offered, agreed and charged. */
import { type Credits, scale } from '../../kernel/money.ts'
import { type LatencyClass, multiplierOf } from './latency-class.ts'

/**
 * Price of one job in credits, rounded half up once.
 * @param base credits of one unit of usage (an inference) in the standard class, from the offer
 * @example jobPrice(credits(1000), 'fast') === 2000n
 */
export function jobPrice(base: Credits, latencyClass: LatencyClass, usage = 1n): Credits {
  return scale(base, multiplierOf(latencyClass), { n: usage, d: 1n })
}
