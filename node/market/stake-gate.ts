/**
 * Whose offers this node shows others: those of operators that are bound to an owner with enough stake, by the chain. A stranger's
 * offer waits, unseen, until the chain has answered. What it answered is kept for a while, and while it is away who was good stays
 * good for an hour, who was not is asked about again, and who is new waits.
 */
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import { asMeshError, MeshError } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { ChainView, Clock, Standing } from '../../protocols/kernel/ports.ts'
import { abortable } from '../client/abortable.ts'
import { Deadline } from '../client/deadline.ts'

/** As many as a directory holds offers. */
const KNOWN_MAX = 20_000
/** An offer stands for five minutes: about once for each renewal. */
const FRESH_MS = 300_000
/** Who stakes now wants to be seen soon. */
const SHORT_FRESH_MS = 30_000
/** While the chain is away. A thaw takes days, so stake that stood an hour ago still stands behind what is done now. */
const STALE_MS_MAX = 3_600_000
/** Asked about at once; three calls of the chain each. */
const ASKING_MAX = 8
/** Strangers that wait to be asked about; a flood of new keys pushes out only new keys. */
const WAITING_MAX = 1_024
const ANSWER_MS_MAX = 10_000
/** After a failure nobody is asked about for so long: a directory that is read often must not hammer a chain that is down. */
const PAUSE_MS = 5_000

export type StakeVerdict = 'good' | 'short' | 'unknown'

export interface StakeGateNeeds {
  readonly chain: Pick<ChainView, 'standingOf'>
  readonly clock: Clock
  /** Below this an owner's miners are not shown. */
  readonly stakeMin: Credits
  /** What is known of an operator changed. */
  readonly onVerdict: (operator: Address, verdict: StakeVerdict, standing: Standing) => void
  /** The chain did not answer; told once until it does again. */
  readonly onFailure: (error: MeshError) => void
}

interface Known {
  readonly verdict: 'good' | 'short'
  readonly atMs: number
  readonly owner: Address | undefined
}

export class StakeGate implements Disposable {
  readonly #needs: StakeGateNeeds
  readonly #known = new AgeingMap<Address, Known>()
  readonly #waiting = new Set<Address>()
  readonly #asking = new Map<Address, Promise<void>>()
  readonly #stop = new AbortController()
  #isFailing = false
  #pausedUntilMs = Number.NEGATIVE_INFINITY

  constructor(needs: StakeGateNeeds) {
    this.#needs = needs
  }

  /** By what is known; where that is nothing, or old, the chain is asked behind it. */
  verdictOf(operator: Address): StakeVerdict {
    const known = this.#known.get(operator)
    const ageMs = known === undefined ? Number.POSITIVE_INFINITY : this.#needs.clock.monotonicMs() - known.atMs
    if (ageMs > (known?.verdict === 'short' ? SHORT_FRESH_MS : FRESH_MS)) this.#ask(operator)
    return known === undefined || ageMs > STALE_MS_MAX ? 'unknown' : known.verdict
  }

  /**
   * As {@link verdictOf}, after the chain has answered for a stranger. `unknown` where it does not, or others are asked about first.
   * @throws the signal's reason
   */
  async whenKnown(operator: Address, signal?: AbortSignal): Promise<StakeVerdict> {
    const verdict = this.verdictOf(operator)
    const asking = this.#asking.get(operator)
    if (verdict !== 'unknown' || asking === undefined) return verdict
    await abortable(asking, signal)
    return this.verdictOf(operator)
  }

  /** The chain said something new of this operator: what is known of it is old. */
  askAgain(operator: Address): void {
    if (this.#known.get(operator) !== undefined) this.#ask(operator)
  }

  /** As {@link askAgain}, of all operators that were this owner's when they were last asked about. */
  askAgainOf(owner: Address): void {
    for (const [operator, known] of this.#known) if (known.owner === owner) this.#ask(operator)
  }

  [Symbol.dispose](): void {
    this.#stop.abort(new MeshError('CANCELLED'))
    this.#waiting.clear()
  }

  #ask(operator: Address): void {
    if (this.#stop.signal.aborted || this.#asking.has(operator) || this.#waiting.has(operator)) return
    if (this.#needs.clock.monotonicMs() < this.#pausedUntilMs) return
    if (this.#waiting.size >= WAITING_MAX) this.#waiting.delete(this.#waiting.values().next().value!)
    this.#waiting.add(operator)
    this.#next()
  }

  #next(): void {
    for (const operator of this.#waiting) {
      if (this.#asking.size >= ASKING_MAX) return
      this.#waiting.delete(operator)
      const asking = this.#look(operator).finally(() => {
        this.#asking.delete(operator)
        this.#next()
      })
      this.#asking.set(operator, asking)
    }
  }

  async #look(operator: Address): Promise<void> {
    const { chain, clock, stakeMin, onVerdict, onFailure } = this.#needs
    const late = (): MeshError => new MeshError('TIMEOUT', { what: 'the answer of the chain', ms: ANSWER_MS_MAX })
    using deadline = new Deadline(clock, ANSWER_MS_MAX, late, this.#stop.signal)
    try {
      const standing = await chain.standingOf(operator, deadline.signal)
      this.#isFailing = false
      const verdict = standing.isActive && standing.stake >= stakeMin ? 'good' : 'short'
      const before = this.#known.get(operator)?.verdict
      this.#keep(operator, { verdict, atMs: clock.monotonicMs(), owner: standing.owner })
      if (verdict !== before) onVerdict(operator, verdict, standing)
    } catch (error) {
      if (this.#stop.signal.aborted) return
      this.#waiting.clear()
      this.#pausedUntilMs = clock.monotonicMs() + PAUSE_MS
      if (!this.#isFailing) onFailure(asMeshError(error))
      this.#isFailing = true
    }
  }

  #keep(operator: Address, known: Known): void {
    this.#known.delete(operator)
    if (this.#known.size >= KNOWN_MAX) this.#known.delete(this.#known.oldest()!)
    this.#known.set(operator, known)
  }
}
