/** Own experience first, others' word where there is little of it. */
import type { Address } from '../../kernel/ids.ts'
import { type ComponentEvidence, type ComponentName, componentNames, type Evidence } from './miner-score.ts'
import { worthCenti } from './rater-weight.ts'

/** What one rater says of a miner. */
export interface RatedEvidence {
  readonly rater: Address
  readonly evidence: Evidence
  /** rater-weight.ts */
  readonly weight: bigint
}

/** An own observation counts as much as so many sure ones of others. */
const OWN_FACTOR = 4
/** Of one rater and component: a day's observations of the busiest say no more than these. */
const COUNT_PER_RATER_MAX = 64
/**
 * All others together: no more than one own observation says. With five times as much three payers in a circle won more work from eight clients
 * than the fees were worth that they burned (simulations/world).
 */
export const OTHERS_MAX = 4

/**
 * The mean of both by what they are worth, per component; hundredths rounded down. Raters are few: the blend of a miner is a sum over at
 * most some dozens. Others' word never settles accuracy: only what this node found itself does.
 */
export function blendEvidence(own: Evidence, others: readonly RatedEvidence[]): Evidence {
  const blended: Partial<Record<ComponentName, ComponentEvidence>> = {}
  for (const name of componentNames) {
    const one = blendComponent(own[name], name, others)
    if (one !== undefined) blended[name] = one
  }
  return blended
}

function blendComponent(
  own: ComponentEvidence | undefined,
  name: ComponentName,
  others: readonly RatedEvidence[],
): ComponentEvidence | undefined {
  let [sum, worth] = [0, 0]
  for (const { evidence, weight } of others) {
    const said = evidence[name]
    if (said === undefined) continue
    const each = worthCenti(Math.min(said.count, COUNT_PER_RATER_MAX), weight)
    sum += each * said.centi
    worth += each
  }
  if (worth === 0) return own
  const theirs = Math.floor(sum / worth)
  const counted = Math.min(worth, 100 * OTHERS_MAX)
  // What weighs anything is one observation at least: a first word is better than none, and its confidence is low.
  const count = Math.max(1, Math.floor(counted / 100))
  if (own === undefined) return { centi: theirs, count }
  const ours = 100 * own.count * OWN_FACTOR
  const centi = Math.floor((ours * own.centi + counted * theirs) / (ours + counted))
  const isSettled = own.isSettled === true ? { isSettled: true } : {}
  return { centi, count: own.count + count, ...isSettled }
}
