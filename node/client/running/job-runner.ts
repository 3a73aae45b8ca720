/**
 * One job from the first offer to the answer: miners in the order of choice, one attempt after another under one idempotency key, a second
 * one beside a late one where the wish allows it. What every miner said stays with the error where none could.
 */
import { type Draw, drawFrom } from '../../../protocols/kernel/draw.ts'
import { asMeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import type { JobId, ModelId } from '../../../protocols/kernel/ids.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { ChainHead } from '../../../protocols/kernel/ports.ts'
import { hedgeAfterMs, hedgePriceMax } from '../../../protocols/rules/routing/hedge.ts'
import { type Chosen, MinerChoice } from '../choosing/miner-choice.ts'
import type { StandbyConnections } from '../choosing/standby-connections.ts'
import { AttemptRace, type Runner } from './attempt-race.ts'
import { JobAttempt, type JobAttemptNeeds } from './job-attempt.ts'
import { mayCost } from './job-charge.ts'
import { type JobAnswer, type JobWish, newJobId, startedEvent } from './job-event.ts'
import { JobSearch } from './job-search.ts'

export type { JobAnswer, JobEvent, JobWish } from './job-event.ts'

/** Miners tried for one job: more would only spend the deadline. */
const ATTEMPTS_MAX = 8

export interface JobRunnerNeeds extends JobAttemptNeeds {
  /** Asks for it once more, where a miner has another one. */
  readonly headAgain?: () => Promise<ChainHead>
  /** Instead of chance, between miners that are nearly equal. */
  readonly draw?: Draw
  /** Told of attempts and answers; where absent, who is asked next is dialled then. */
  readonly connections?: Pick<StandbyConnections, 'answered' | 'used'>
  /** Nobody that is known could: asks whether there are others by now. True where there are. */
  readonly searchAgain: (model: ModelId, signal: AbortSignal) => Promise<boolean>
}

export class JobRunner implements AsyncDisposable {
  readonly choice: MinerChoice
  readonly #needs: JobRunnerNeeds
  /** Attempts that were stopped and have not ended yet. */
  readonly #behind = new Set<Promise<void>>()
  readonly #stop = new AbortController()

  constructor(needs: JobRunnerNeeds) {
    this.#needs = needs
    this.choice = new MinerChoice(needs.book, needs.draw ?? drawFrom(needs.random))
  }

  /**
   * @throws MeshError NO_MINER with every reason, ESCROW_SHORT where money is the only one, PRICE_CEILING, TIMEOUT, CANCELLED, or what every miner would say of the input
   */
  async run(wish: JobWish): Promise<JobAnswer> {
    const { clock, random, searchAgain } = this.#needs
    const { signal } = wish
    const startedMs = clock.monotonicMs()
    const job = wish.job ?? newJobId(random)
    if (wish.job === undefined) wish.onEvent(startedEvent(job, wish))
    const search = new JobSearch(this.#needs, wish)
    const round: Round = { wish, job, search, attempts: 0, inDoubt: [] }
    let searched = false
    while (round.attempts < ATTEMPTS_MAX) {
      throwIfAborted(signal)
      const chosen = this.choice.next({ ...wish, priceMax: leftOf(round) }, search.isOpen)
      if (chosen === undefined) {
        // Perhaps the book is behind: the application hears of it only after directories were asked once more.
        if (searched || !(await searchAgain(wish.model, signal))) break
        searched = true
        search.searched()
        continue
      }
      const answer = await this.#race(round, chosen)
      if (answer !== undefined) {
        // Whom somebody else chose is no choice of ours.
        if (wish.among === undefined) {
          this.choice.answered(wish.model, answer.miner)
          this.#needs.connections?.answered(wish.model, (countMax) => this.choice.best(wish, countMax))
        }
        return { ...answer, attempts: round.attempts, totalMs: clock.monotonicMs() - startedMs }
      }
    }
    throw search.verdict(this.choice, leftOf(round))
  }

  /** Resolves when no attempt is left that was stopped because another one had answered. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await Promise.all(this.#behind)
  }

  async #race(round: Round, first: Chosen) {
    const { wish, search } = round
    const race = new AttemptRace(
      {
        clock: this.#needs.clock,
        onSlow: (attempt) => this.#needs.book.observe(attempt.miner, { atLeastMs: attempt.ageMs }),
        signal: this.#stop.signal,
        keep: (behind) => this.#keep(behind),
      },
      wish,
    )
    let isWon = false
    const runner = (chosen: Chosen): Runner => {
      const { candidate, because } = chosen
      const { offer, price } = candidate
      search.asks(offer)
      this.#needs.connections?.used(offer.peer)
      const number = round.attempts++
      return {
        price,
        attempt: (signal, stop) =>
          new JobAttempt(this.#needs, {
            ...{ wish, job: round.job, number, candidate, because, signal },
            ...(wish.hedges ? { stop } : {}),
            onAnswer: (attempt, finished, roundTripMs) => {
              // Of two that answer the first is the job's; the other is told of as one that was outrun.
              if (isWon) return
              isWon = true
              wish.onEvent({ kind: 'finished', attempt, miner: offer.miner, finished, roundTripMs })
            },
          }),
      }
    }
    const hedge = (): void => {
      const priceMax = hedgePriceMax(wish.priceMax, [...round.inDoubt, ...race.prices])
      // Of a job that was cancelled one may still be ending: nobody would hear, or end, another.
      if (isWon || wish.signal.aborted || priceMax === undefined || round.attempts >= ATTEMPTS_MAX) return
      const second = this.choice.next({ ...wish, priceMax }, search.isOpen)
      if (second !== undefined) race.start(runner(second))
    }
    race.start(runner(first))
    const afterMs = wish.hedges ? hedgeAfterMs(first.estimatedMs, wish.latencyMsMax) : undefined
    const { answer, lost } = await race.run(afterMs, hedge)
    if (answer !== undefined) return answer
    for (const each of lost) {
      const { offer } = each.attempt
      if ('error' in each) {
        if (each.attempt.isAsked && mayCost(each.error)) round.inDoubt.push(each.attempt.price)
        search.failed(offer, each.error)
      } else await this.#learn(round, each.attempt, () => search.refused(offer, each.refusal))
    }
    return undefined
  }

  /** Bringing the books together may fail, which is one more failure of that miner. */
  async #learn({ wish, search }: Round, attempt: JobAttempt, learn: () => Promise<void>): Promise<void> {
    try {
      await learn()
    } catch (error) {
      const failed = asMeshError(error)
      throwIfAborted(wish.signal)
      if (failed.fault === 'bug') throw failed
      if (failed.code === 'ENGINE_FAILED') throw failed
      wish.onEvent({ kind: 'failed', miner: attempt.miner, error: failed })
      search.failed(attempt.offer, failed)
    }
  }

  #keep(behind: Promise<void>): void {
    this.#behind.add(behind)
    void behind.finally(() => this.#behind.delete(behind))
  }
}

/** What a further attempt may cost: the ceiling is that of all of them together. */
const leftOf = ({ wish, inDoubt }: Round): Credits => {
  const left = inDoubt.reduce<bigint>((rest, price) => rest - price, wish.priceMax)
  return credits(left > 0n ? left : 0n)
}

/** One job under way. */
interface Round {
  readonly wish: JobWish
  readonly job: JobId
  readonly search: JobSearch
  /** Begun so far. */
  attempts: number
  /** Prices of those that were lost, and that their miners may have finished: at most one for each begun. */
  readonly inDoubt: Credits[]
}
