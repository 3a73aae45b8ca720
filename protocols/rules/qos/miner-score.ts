/**
 * The score of a miner: five components in one number of 0 to 100, and the tier that it falls into. What was not seen is unknown, never
 * zero: its weight is shared out over what was, and the confidence says how much that is.
 */

export const componentNames = ['latency', 'accuracy', 'uptime', 'power', 'cost'] as const
export type ComponentName = (typeof componentNames)[number]

/** `U`: too little is known to say. */
export const tiers = ['A', 'B', 'C', 'D', 'U'] as const
export type Tier = (typeof tiers)[number]

/** Percent. The market's constants; a client may have its own. */
export type ScoreWeights = Readonly<Record<ComponentName, number>>
export const SCORE_WEIGHTS: ScoreWeights = { latency: 30, accuracy: 25, uptime: 20, power: 15, cost: 10 }

/** What is known of one component. */
export interface ComponentEvidence {
  /** 0..10,000: hundredths of a point, so that everybody who computes it has the same number. */
  readonly centi: number
  /** Observations that it rests on. */
  readonly count: number
  /** It holds in full, however few observations there are. */
  readonly isSettled?: boolean
}
export type Evidence = Readonly<Partial<Record<ComponentName, ComponentEvidence>>>

export interface ComponentScore {
  /** 0..100, two decimals; undefined where nothing was seen. */
  readonly points: number | undefined
  /** 0..1 */
  readonly confidence: number
  readonly count: number
}

export interface MinerScore {
  /** 0..100, two decimals; undefined where nothing was seen. */
  readonly points: number | undefined
  /** 0..1: by the weights, how much of what the score is about was seen. */
  readonly confidence: number
  readonly tier: Tier
  readonly components: Readonly<Record<ComponentName, ComponentScore>>
}

/** Observations at which half of what could be known is: a p95 of fewer than ten is one bad moment. */
const CONFIDENCE_HALF = 10
/**
 * Audits from which accuracy has its full weight. The lower bound of few is low also where all matched (21 of 100 after the first), and
 * with full weight from the first on an honest miner would fall by 18 points for being audited.
 */
export const AUDITS_FULL = 16
/** Below it the tier is U: two jobs say nothing about the next. */
export const CONFIDENCE_MIN = 0.1

const TIER_CENTI_MIN = { A: 9_000, B: 7_500, C: 6_000, D: 0 } as const
/** Two points beyond a border before a tier changes: a score that dances on it changes nothing for anybody. */
const HYSTERESIS_CENTI = 200

export const UNKNOWN_SCORE: MinerScore = scoreOf({})

/**
 * @param former tier that it had, for the hysteresis
 * @throws RangeError for weights that are negative, no numbers, or do not add up to 100; for evidence out of range
 * @example scoreOf({ latency: { centi: 9_000, count: 90 } }).points === 90
 */
export function scoreOf(
  evidence: Evidence,
  { weights = SCORE_WEIGHTS, former = 'U' }: { readonly weights?: ScoreWeights; readonly former?: Tier } = {},
): MinerScore {
  requireWeights(weights)
  const components = {} as Record<ComponentName, ComponentScore>
  let confidence = 0
  for (const name of componentNames) {
    const known = evidence[name]
    if (known !== undefined) requireEvidence(name, known)
    const sure = known === undefined ? 0 : confidenceOf(known.count)
    confidence += (weights[name] * sure) / 100
    components[name] = {
      points: known === undefined ? undefined : known.centi / 100,
      confidence: hundredths(sure),
      count: known?.count ?? 0,
    }
  }
  const centi = centiOf(evidence, weights)
  const rounded = hundredths(confidence)
  const tier = centi === undefined || rounded < CONFIDENCE_MIN ? 'U' : tierOf(centi, former)
  return { points: centi === undefined ? undefined : centi / 100, confidence: rounded, tier, components }
}

/** The weighted mean in hundredths of a point, rounded half up once; undefined where nothing was seen. Integers throughout. */
export function centiOf(evidence: Evidence, weights: ScoreWeights = SCORE_WEIGHTS): number | undefined {
  let sum = 0
  let total = 0
  for (const name of componentNames) {
    const known = evidence[name]
    if (known === undefined) continue
    const weight = weights[name] * shareOf(name, known)
    sum += weight * known.centi
    total += weight
  }
  return total === 0 ? undefined : Math.floor((2 * sum + total) / (2 * total))
}

/** The tier of so many hundredths, for who had `former`. */
export function tierOf(centi: number, former: Tier): Exclude<Tier, 'U'> {
  const plain = tierAt(centi)
  if (former === 'U' || former === plain) return plain
  // From below the border has to be passed by two points, from above missed by two.
  const isRise = TIER_CENTI_MIN[plain] > TIER_CENTI_MIN[former]
  if (isRise) {
    const least = tierAt(centi - HYSTERESIS_CENTI)
    return TIER_CENTI_MIN[least] > TIER_CENTI_MIN[former] ? least : former
  }
  const most = tierAt(centi + HYSTERESIS_CENTI)
  return TIER_CENTI_MIN[most] < TIER_CENTI_MIN[former] ? most : former
}

/** 0..1 */
const confidenceOf = (count: number): number => count / (count + CONFIDENCE_HALF)

/** Sixteenths of its weight. */
const shareOf = (name: ComponentName, { count, isSettled }: ComponentEvidence): number =>
  name === 'accuracy' && isSettled !== true ? Math.min(AUDITS_FULL, count) : AUDITS_FULL

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}

function tierAt(centi: number): Exclude<Tier, 'U'> {
  if (centi >= TIER_CENTI_MIN.A) return 'A'
  if (centi >= TIER_CENTI_MIN.B) return 'B'
  return centi >= TIER_CENTI_MIN.C ? 'C' : 'D'
}

function requireWeights(weights: ScoreWeights): void {
  if (weights === SCORE_WEIGHTS) return
  const all = componentNames.map((name) => weights[name])
  if (!all.every((weight) => Number.isInteger(weight) && weight >= 0)) {
    throw new RangeError('weights are whole percents')
  }
  const sum = all.reduce((total, weight) => total + weight, 0)
  if (sum !== 100) throw new RangeError(`weights add up to 100, not to ${sum}`)
}

function requireEvidence(name: ComponentName, { centi, count }: ComponentEvidence): void {
  if (!Number.isInteger(centi) || centi < 0 || centi > 10_000) {
    throw new RangeError(`${name} is 0 to 10,000 hundredths of a point, not ${centi}`)
  }
  if (!Number.isInteger(count) || count < 1) throw new RangeError(`${name} rests on observations, not on ${count}`)
}
