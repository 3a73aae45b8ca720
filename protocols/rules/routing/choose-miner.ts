/**
 * Who of the weighed gets the job. The nearly best share it by chance, or the quickest would drown in work; a small part goes to
 * miners of which nobody knows anything yet, or that are on trial again, or none would ever be known. Each candidate's chance is a
 * number that can be shown, and one draw decides.
 */
import { CONFIDENCE_MIN } from '../qos/miner-score.ts'
import type { Candidate, CandidateScore } from './candidate.ts'
import type { Standing, Weighed } from './weigh-candidate.ts'

/** Costs up to this many times the best count as near it: prices within a sixth, where all else is equal and the policy is `latency`. */
export const NEAR_FACTOR = 1.05
/** Among the near ones the better is asked more often: at the edge half as often as the best. */
const NEAR_EXPONENT = Math.log(2) / Math.log(NEAR_FACTOR)
/** Part of all jobs that goes to newcomers and miners on trial: whoever is good enough is known after some of them. */
export const NEWCOMER_SHARE = 0.05
/** Of all jobs, no owner or network gets more than this as a newcomer, however many names it makes. */
export const GROUP_SHARE_MAX = 0.01
/** A client does not pay for getting to know strangers with more than this many times the cost of the best. */
export const NEWCOMER_COST_MAX = 2

export type Reason =
  /** The least cost. */
  | 'best'
  /** Cost within a twentieth of the best. */
  | 'near the best'
  /** Near the best, and the last job of this model ran there: it is warm. */
  | 'warm'
  /** Nobody knows how good it is. */
  | 'newcomer'
  /** It failed, and is given one job to show that it is well again. */
  | 'on trial'
  /** Costs more than the near ones. */
  | 'worse'
  /** Full, excluded and unreachable ones are asked where nobody else is left, the others never. */
  | Exclude<Standing, 'fits'>

export interface Chance<T extends Candidate = Candidate> extends Weighed<T> {
  /** 0..1: that it is asked first. */
  readonly chance: number
  readonly reason: Reason
}

/** Those that can be asked at all come first, by what they cost. */
const TURN: Readonly<Record<Standing, number>> = {
  fits: 0,
  full: 1,
  excluded: 2,
  // That a dial failed is no promise that the next one does: who is alone may be back.
  unreachable: 3,
  'too slow': 4,
  'too dear': 5,
}

export const mayBeAsked = ({ standing }: Pick<Weighed, 'standing'>): boolean => TURN[standing] <= TURN.unreachable

/**
 * All of them, the best first, each with its chance; the chances add up to 1 where anybody may be asked.
 * @param isWarm the last job of this model ran there
 */
export function chancesOf<T extends Candidate>(
  weighed: readonly Weighed<T>[],
  isWarm: (candidate: T) => boolean = () => false,
): readonly Chance<T>[] {
  const isKnown = (each: Weighed): boolean => each.standing === 'fits' && !isNew(each) && !isDoubted(each)
  const sorted = weighed
    // A stranger that looks better than all who are known only says so: a price is a promise, and a new name costs nothing.
    .map((each) => ({ each, cost: each.cost, turn: 2 * TURN[each.standing] + (isKnown(each) ? 0 : 1) }))
    .sort((a, b) => a.turn - b.turn || a.cost - b.cost)
    .map(({ each }) => each)
  const known = sorted.filter(isKnown)
  const best = sorted[0]
  if (best === undefined || !mayBeAsked(best))
    return sorted.map((each) => ({ ...each, chance: 0, reason: whyNot(each) }))
  const peers = known.length > 0 ? known : sorted
  const near = peers.filter(({ standing, cost }) => standing === best.standing && cost <= best.cost * NEAR_FACTOR)
  const warm = near.filter(({ candidate }) => isWarm(candidate))
  const favoured = warm.length > 0 ? warm : near
  const weights = new Map(favoured.map((each) => [each, (best.cost / each.cost) ** NEAR_EXPONENT]))
  let sum = 0
  for (const weight of weights.values()) sum += weight
  const strangers = known.length > 0 ? strangersAmong(sorted, near, best) : NOBODY
  return sorted.map((each): Chance<T> => {
    const weight = weights.get(each)
    if (weight !== undefined) {
      return { ...each, chance: (weight / sum) * (1 - strangers.all), reason: reasonOf(each, best, warm.length > 0) }
    }
    const share = strangers.shares.get(each)
    if (share === undefined) return { ...each, chance: 0, reason: whyNot(each) }
    return { ...each, chance: share, reason: each.candidate.breaker === 'probe' ? 'on trial' : 'newcomer' }
  })
}

/** Of those whom the choice is between. */
function reasonOf(each: Weighed, best: Weighed, isWarm: boolean): Reason {
  if (best.standing !== 'fits') return best.standing
  if (isWarm) return 'warm'
  return each === best ? 'best' : 'near the best'
}

const whyNot = ({ standing }: Weighed): Reason => (standing === 'fits' ? 'worse' : standing)

interface Strangers {
  /** Of all jobs. */
  readonly all: number
  readonly shares: ReadonlyMap<Weighed, number>
}

const NOBODY: Strangers = { all: 0, shares: new Map() }

/** Each group of them gets the same, and its members share it: who makes many names makes none of them richer. */
function strangersAmong(sorted: readonly Weighed[], near: readonly Weighed[], best: Weighed): Strangers {
  const isNear = new Set(near)
  const costMax = best.cost * NEWCOMER_COST_MAX
  const groups = new Map<string, Weighed[]>()
  for (const each of sorted) {
    if (each.standing !== 'fits' || !isStranger(each) || each.cost > costMax || isNear.has(each)) continue
    const name = each.candidate.group ?? ''
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [each])
    else group.push(each)
  }
  if (groups.size === 0) return NOBODY
  const share = Math.min(GROUP_SHARE_MAX, NEWCOMER_SHARE / groups.size)
  const shares = new Map<Weighed, number>()
  for (const group of groups.values()) for (const member of group) shares.set(member, share / group.length)
  return { all: share * groups.size, shares }
}

/** Nobody knows how good its service is: a score of the tier U is none yet. */
export const isNewcomer = (score: CandidateScore | undefined): boolean =>
  score?.points === undefined || !(score.confidence >= CONFIDENCE_MIN)

const isNew = ({ candidate: { score, isUntested } }: Weighed): boolean => isUntested === true || isNewcomer(score)

/** What is known of it is that an answer was false: that is no reason to prefer it to those of whom nothing is known. */
const isDoubted = ({ factors }: Weighed): boolean => factors.audits > 1

/** One on trial that is known to be good is asked as before, for it gets one job at a time: an outage would cost it its place for hours. */
const isStranger = (each: Weighed): boolean => isNew(each) || each.candidate.breaker === 'probe'

const isSetAside = ({ reason }: Chance): boolean => reason === 'newcomer' || reason === 'on trial'

/**
 * Who is asked, by one draw in 0..1; `undefined` where nobody may be. The chances lie side by side, the best first and those of strangers
 * at the end, so that 0 always means the best.
 */
export function chooseMiner<T extends Candidate>(chances: readonly Chance<T>[], draw: number): Chance<T> | undefined {
  let left = draw
  let last: Chance<T> | undefined
  for (const ofStrangers of [false, true]) {
    for (const each of chances) {
      if (each.chance === 0 || isSetAside(each) !== ofStrangers) continue
      last = each
      left -= each.chance
      if (left < 0) return each
    }
  }
  // Rounding left a hair's breadth of the draw.
  return last
}
