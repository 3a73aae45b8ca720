/**
 * Whose offers this node shows others: those of operators that are bound to an owner with enough stake, by the chain. A stranger's
 * offer waits, unseen, until the chain has answered. What it answered is kept for a while, and while it is away who was good stays
 * good for an hour, who was not is asked about again, and who is new waits.
 */

import { abortable } from '../../protocols/kernel/abortable.ts'
import { AgeingMap } from '../../protocols/kernel/ageing-map.ts'
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Address } from '../../protocols/kernel/ids.ts'
import type { Credits } from '../../protocols/kernel/money.ts'
import type { ChainView, Clock, Standing } from '../../protocols/kernel/ports.ts'
import { AskingQueue } from '../client/asking-queue.ts'

/** As many as a directory holds offers. */
const KNOWN_MAX = 20_000
/** An offer stands for five minutes: about once for each renewal. */
const FRESH_MS = 300_000
/** Who stakes now wants to be seen soon. */
const SHORT_FRESH_MS = 30_000
/** While the chain is away. A thaw takes days, so stake that stood an hour ago still stands behind what is done now. */
const STALE_MS_MAX = 3_600_000
/** Strangers that wait to be asked about; a flood of new keys pushes out only new keys. */
const WAITING_MAX = 1_024

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
  readonly #queue: AskingQueue<Address>
  #isFailing = false

  constructor(needs: StakeGateNeeds) {
    this.#needs = needs
    this.#queue = new AskingQueue({
      ...{ clock: needs.clock, waitingMax: WAITING_MAX, whenFull: 'drop-oldest' },
      ask: (operator, signal) => this.#look(operator, signal),
      onFailure: (error) => {
        if (!this.#isFailing) needs.onFailure(asMeshError(error))
        this.#isFailing = true
      },
    })
  }

  /** By what is known; where that is nothing, or old, the chain is asked behind it. */
  verdictOf(operator: Address): StakeVerdict {
    const known = this.#known.get(operator)
    const ageMs = known === undefined ? Number.POSITIVE_INFINITY : this.#needs.clock.monotonicMs() - known.atMs
    if (ageMs > (known?.verdict === 'short' ? SHORT_FRESH_MS : FRESH_MS)) this.#queue.ask(operator)
    return known === undefined || ageMs > STALE_MS_MAX ? 'unknown' : known.verdict
  }

  /**
   * As {@link verdictOf}, after the chain has answered for a stranger. `unknown` where it does not, or others are asked about first.
   * @throws the signal's reason
   */
  async whenKnown(operator: Address, signal?: AbortSignal): Promise<StakeVerdict> {
    const verdict = this.verdictOf(operator)
    const asking = this.#queue.asking(operator)
    if (verdict !== 'unknown' || asking === undefined) return verdict
    await abortable(asking, signal)
    return this.verdictOf(operator)
  }

  /** The chain said something new of this operator: what is known of it is old. */
  askAgain(operator: Address): void {
    if (this.#known.get(operator) !== undefined) this.#queue.ask(operator)
  }

  /** As {@link askAgain}, of all operators that were this owner's when they were last asked about. */
  askAgainOf(owner: Address): void {
    for (const [operator, known] of this.#known) if (known.owner === owner) this.#queue.ask(operator)
  }

  [Symbol.dispose](): void {
    this.#queue[Symbol.dispose]()
  }

  async #look(operator: Address, signal: AbortSignal): Promise<void> {
    const { chain, clock, stakeMin, onVerdict } = this.#needs
    const standing = await chain.standingOf(operator, signal)
    this.#isFailing = false
    const verdict = standing.isActive && standing.stake >= stakeMin ? 'good' : 'short'
    const before = this.#known.get(operator)?.verdict
    this.#keep(operator, { verdict, atMs: clock.monotonicMs(), owner: standing.owner })
    if (verdict !== before) onVerdict(operator, verdict, standing)
  }

  #keep(operator: Address, known: Known): void {
    this.#known.delete(operator)
    if (this.#known.size >= KNOWN_MAX) this.#known.delete(this.#known.oldest()!)
    this.#known.set(operator, known)
  }
}
