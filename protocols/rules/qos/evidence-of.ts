/** From observations of a window to what is known of each miner: one pure sum, which whoever has the same observations makes again. */
import type { Address } from '../../kernel/ids.ts'
import { latencyCenti, type Mean, p95, percentilesCenti, uptimeCenti } from './components.ts'
import { failureWeightPercent, regionExcusePercent, SLOT_S, type SlotTally } from './doubt.ts'
import type { ComponentEvidence, Evidence } from './miner-score.ts'
import { type AnsweredJob, type Observation, type Subject, unitPriceMilli } from './observation.ts'
import { wilsonCenti } from './wilson.ts'

/** Who doubts itself more saw times that were its own. */
const DOUBT_PERCENT_MAX = 50

/**
 * @param observations of one window, in any order: the sums do not depend on it
 * @param subjectOf where a miner stands; those of which nothing is known are compared with nobody
 */
export function evidenceOf(
  observations: readonly Observation[],
  subjectOf: (miner: Address) => Subject | undefined,
): ReadonlyMap<Address, Evidence> {
  const byMiner = new Map<Address, Observation[]>()
  for (const seen of observations) {
    const known = byMiner.get(seen.miner)
    if (known === undefined) byMiner.set(seen.miner, [seen])
    else known.push(seen)
  }
  const slots = slotsOf(observations, subjectOf)
  const prices = pricesOf(byMiner, subjectOf)
  const efficient = efficiencyOf([...byMiner.keys()], subjectOf)
  const evidence = new Map<Address, Evidence>()
  for (const [miner, seen] of byMiner) {
    const excuse = (atS: number): number => {
      const subject = subjectOf(miner)
      const slot = slots.get(slotKey(atS, subject))
      return slot === undefined ? 0 : regionExcusePercent(slot, subject?.owner ?? miner)
    }
    const found: Record<string, ComponentEvidence | undefined> = {
      latency: latencyOf(seen),
      accuracy: accuracyOf(seen),
      uptime: uptimeOf(seen, excuse),
      power: efficient.get(miner),
      cost: prices.get(miner),
    }
    evidence.set(miner, Object.fromEntries(Object.entries(found).filter(([, each]) => each !== undefined)))
  }
  return evidence
}

function latencyOf(seen: readonly Observation[]): ComponentEvidence | undefined {
  const latencies = seen
    .flatMap((each) => (each.kind === 'answered' && each.doubtPercent <= DOUBT_PERCENT_MAX ? [each.latencyMs] : []))
    .sort((a, b) => a - b)
  return latencies.length === 0 ? undefined : { centi: latencyCenti(p95(latencies)), count: latencies.length }
}

/** Of audited jobs alone: a liar answers all others as quickly as anybody. */
function accuracyOf(seen: readonly Observation[]): ComponentEvidence | undefined {
  const audits = seen.flatMap((each) => (each.kind === 'audited' ? [each.isMatch] : []))
  if (audits.length === 0) return undefined
  const matched = audits.filter(Boolean).length
  const mismatched = audits.length - matched
  const known = { centi: wilsonCenti({ matched, mismatched }), count: audits.length }
  return mismatched > 0 ? { ...known, isSettled: true } : known
}

function uptimeOf(seen: readonly Observation[], excuse: (atS: number) => number): ComponentEvidence | undefined {
  let [answered, unanswered, worked, refused] = [0, 0, 0, 0]
  for (const each of seen) {
    if (each.kind === 'answered') worked++
    else if (each.kind === 'refused') refused++
    // It came, whatever was wrong on this side.
    else if (each.kind === 'probed' && each.isAnswered) answered += 100
    else if (each.kind !== 'audited') unanswered += failureWeightPercent(each.doubtPercent, excuse(each.atS))
  }
  // Who says no is there. Who only ever says no serves nobody, and would be the best that there is.
  answered += 100 * (worked + Math.min(refused, worked))
  const total = answered + unanswered
  // A hundred percents of doubted ones make one observation.
  return total < 100 ? undefined : { centi: uptimeCenti(answered, unanswered), count: Math.floor(total / 100) }
}

const slotKey = (atS: number, subject: Subject | undefined): string =>
  `${Math.floor(atS / SLOT_S)}/${subject?.region ?? ''}`

/** By owner: one that has many machines would else excuse each by the others, in a region that it has made up for them. */
function slotsOf(
  observations: readonly Observation[],
  subjectOf: (miner: Address) => Subject | undefined,
): ReadonlyMap<string, ReadonlyMap<Address, SlotTally>> {
  const slots = new Map<string, Map<Address, SlotTally>>()
  for (const seen of observations) {
    if (seen.kind === 'audited') continue
    const subject = subjectOf(seen.miner)
    const key = slotKey(seen.atS, subject)
    const owner = subject?.owner ?? seen.miner
    const slot = slots.get(key) ?? new Map<Address, SlotTally>()
    slots.set(key, slot)
    const tally = slot.get(owner) ?? { answered: 0, failed: 0 }
    slot.set(owner, tally)
    if (seen.kind === 'failed' || (seen.kind === 'probed' && !seen.isAnswered)) tally.failed++
    else tally.answered++
  }
  return slots
}

/** What was paid for a unit of one model, against others of the class that were paid for the same; over all models, by jobs. */
function pricesOf(
  byMiner: ReadonlyMap<Address, readonly Observation[]>,
  subjectOf: (miner: Address) => Subject | undefined,
): ReadonlyMap<Address, ComponentEvidence> {
  const groups = new Map<string, Map<Address, Mean>>()
  for (const [miner, seen] of byMiner) {
    const cardClass = subjectOf(miner)?.cardClass
    if (cardClass === undefined) continue
    for (const job of seen) {
      // Nothing is paid for jobs on a leased card.
      if (job.kind !== 'answered' || job.price === 0n) continue
      const key = `${cardClass}/${job.weights}`
      const group = groups.get(key) ?? new Map<Address, Mean>()
      groups.set(key, group)
      group.set(miner, plus(group.get(miner), job))
    }
  }
  const sums = new Map<Address, { sum: number; count: number }>()
  for (const group of groups.values()) {
    if (group.size < 2) continue
    const places = percentilesCenti([...group.values()], 'low')
    for (const [i, [miner, { count }]] of [...group].entries()) {
      const known = sums.get(miner) ?? { sum: 0, count: 0 }
      known.sum += places[i]! * count
      known.count += count
      sums.set(miner, known)
    }
  }
  return new Map([...sums].map(([miner, { sum, count }]) => [miner, { centi: Math.floor(sum / count), count }]))
}

const plus = (mean: Mean | undefined, job: AnsweredJob): Mean => ({
  sum: (mean?.sum ?? 0n) + unitPriceMilli(job),
  count: (mean?.count ?? 0) + 1,
})

/** What probes have shown a watt to do, against others of the class. */
function efficiencyOf(
  miners: readonly Address[],
  subjectOf: (miner: Address) => Subject | undefined,
): ReadonlyMap<Address, ComponentEvidence> {
  const groups = new Map<string, Map<Address, Mean>>()
  for (const miner of miners) {
    const subject = subjectOf(miner)
    if (subject?.efficiency === undefined) continue
    const { gflops, watts } = subject.efficiency
    if (!(gflops > 0 && gflops < 1e9 && watts >= 1 && watts < 1e6)) continue
    const group = groups.get(subject.cardClass) ?? new Map<Address, Mean>()
    groups.set(subject.cardClass, group)
    // GFLOPS a watt, as a mean of watts: fractions of both are below what is measured.
    group.set(miner, { sum: BigInt(Math.round(gflops)), count: Math.round(watts) })
  }
  const found = new Map<Address, ComponentEvidence>()
  for (const group of groups.values()) {
    if (group.size < 2) continue
    const places = percentilesCenti([...group.values()], 'high')
    for (const [i, miner] of [...group.keys()].entries()) {
      found.set(miner, { centi: places[i]!, count: group.size - 1 })
    }
  }
  return found
}
