/** What one client thinks of miners: what it saw itself, and what raters say whose word weighs anything. Rules of `rules/qos`, nothing else. */
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Clock } from '../../protocols/kernel/ports.ts'
import { blendEvidence, type RatedEvidence } from '../../protocols/rules/qos/blend.ts'
import { evidenceOf } from '../../protocols/rules/qos/evidence-of.ts'
import {
  type Evidence,
  type MinerScore,
  scoreOf,
  type Tier,
  UNKNOWN_SCORE,
} from '../../protocols/rules/qos/miner-score.ts'
import {
  OBSERVATIONS_MAX,
  type Observation,
  requireObservation,
  type Subject,
  WINDOW_S,
} from '../../protocols/rules/qos/observation.ts'
import type { DigestRow } from '../../protocols/wire/score/score-digest.ts'
import type { WorldChain } from './world-chain.ts'

/** Scores are made anew at most so often: a job more or less changes none of them much. */
const FRESH_MS = 20_000
/** Raters whose last digest is kept. */
const RATERS_MAX = 256

export interface OwnViewNeeds {
  readonly clock: Clock
  readonly chain: WorldChain
  /** The payer, as who it rates. */
  readonly self: Address
  /** Raters of whom it is asked what their word changes. */
  readonly suspects: ReadonlySet<Address>
  /** Region and class of a miner, as its offer says; undefined where none is known. */
  readonly shardOf: (miner: Address) => Pick<Subject, 'region' | 'cardClass'> | undefined
}

export class OwnView {
  readonly #needs: OwnViewNeeds
  readonly #seen = new Map<Address, Observation[]>()
  readonly #heard = new Map<Address, readonly DigestRow[]>()
  readonly #tiers = new Map<Address, Tier>()
  #scores: ReadonlyMap<Address, MinerScore> = new Map()
  #without: ReadonlyMap<Address, MinerScore> = new Map()
  #scoredAtMs = Number.NEGATIVE_INFINITY

  constructor(needs: OwnViewNeeds) {
    this.#needs = needs
  }

  saw(observation: Observation): void {
    const { miner } = observation
    requireObservation(observation, this.#needs.self)
    const seen = this.#seen.get(miner) ?? []
    this.#seen.set(miner, seen)
    seen.push(observation)
    if (seen.length > OBSERVATIONS_MAX) seen.shift()
  }

  /** The newest digest of a rater replaces the one before. */
  heard(rater: Address, rows: readonly DigestRow[]): void {
    if (rater === this.#needs.self) return
    if (this.#heard.size >= RATERS_MAX && !this.#heard.has(rater)) this.#heard.delete(this.#heard.keys().next().value!)
    this.#heard.set(rater, rows)
  }

  scoreOf(miner: Address): MinerScore {
    if (this.#needs.clock.monotonicMs() - this.#scoredAtMs > FRESH_MS) this.#score()
    return this.#scores.get(miner) ?? UNKNOWN_SCORE
  }

  /** The same without the word of the suspects. */
  scoreWithout(miner: Address): MinerScore {
    this.scoreOf(miner)
    return this.#without.get(miner) ?? UNKNOWN_SCORE
  }

  /** Of what this client saw itself, in the window. */
  ownEvidence(): ReadonlyMap<Address, Evidence> {
    const fromS = this.#needs.clock.nowMs() / 1_000 - WINDOW_S
    const window = [...this.#seen.values()].flat().filter(({ atS }) => atS >= fromS)
    return evidenceOf(window, (miner) => this.#subjectOf(miner))
  }

  #score(): void {
    this.#scoredAtMs = this.#needs.clock.monotonicMs()
    const own = this.ownEvidence()
    const { suspects } = this.#needs
    this.#scores = this.#blend(own, this.#others(new Set()))
    this.#without = suspects.size === 0 ? this.#scores : this.#blend(own, this.#others(suspects))
    for (const [miner, { tier }] of this.#scores) this.#tiers.set(miner, tier)
  }

  #blend(own: ReadonlyMap<Address, Evidence>, others: ReadonlyMap<Address, readonly RatedEvidence[]>) {
    const scores = new Map<Address, MinerScore>()
    for (const miner of new Set([...own.keys(), ...others.keys()])) {
      const former = this.#tiers.get(miner) ?? 'U'
      scores.set(miner, scoreOf(blendEvidence(own.get(miner) ?? {}, others.get(miner) ?? []), { former }))
    }
    return scores
  }

  /** By miner. Who speaks of its own miners, or paid nobody else, weighs nothing. */
  #others(except: ReadonlySet<Address>): ReadonlyMap<Address, readonly RatedEvidence[]> {
    const { chain } = this.#needs
    const found = new Map<Address, RatedEvidence[]>()
    for (const [rater, rows] of this.#heard) {
      if (except.has(rater)) continue
      for (const { miner, latency, accuracy, uptime, cost } of rows) {
        const owner = chain.ownerOf(miner)
        const weight = owner === rater ? 0n : chain.weightOf(rater, owner)
        if (weight === 0n) continue
        const evidence: Evidence = Object.fromEntries(
          Object.entries({ latency, accuracy, uptime, cost }).filter(
            ([, said]) => said !== undefined && said.count > 0,
          ),
        )
        const known = found.get(miner) ?? []
        found.set(miner, known)
        known.push({ rater, evidence, weight })
      }
    }
    return found
  }

  #subjectOf(miner: Address): Subject | undefined {
    const shard = this.#needs.shardOf(miner)
    return shard === undefined ? undefined : { miner, owner: this.#needs.chain.ownerOf(miner), ...shard }
  }
}
