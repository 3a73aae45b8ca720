/**
 * The attempts of one job that run at the same time: one as a rule, two where the first is late and the wish allows it. The first answer
 * is the job's. The other is told to stop, and heard to its end: cancelled it costs nothing, and where its answer came all the same
 * it is paid as agreed. So nothing stays open on either side, and no work is taken without pay.
 */
import { abortError, asMeshError, type MeshError, throwIfAborted } from '../../../protocols/kernel/errors.ts'
import { type Credits, credits } from '../../../protocols/kernel/money.ts'
import type { Clock, Timer } from '../../../protocols/kernel/ports.ts'
import type { AttemptAnswer, JobAttempt } from './job-attempt.ts'
import type { JobWish } from './job-event.ts'
import type { Refusal } from './job-search.ts'

/** One that was told to stop and says nothing is left after this: as long as a call may be silent before it counts as lost. */
const STOPPED_MS_MAX = 5_000

export type Lost =
  | { readonly attempt: JobAttempt; readonly refusal: Refusal }
  | { readonly attempt: JobAttempt; readonly error: MeshError }

export interface RaceEnd {
  readonly answer: AttemptAnswer | undefined
  /** Those that ended without an answer while nobody had one, in that order. */
  readonly lost: readonly Lost[]
}

export interface Runner {
  /** Makes an attempt ready; it is run here. */
  attempt(signal: AbortSignal, stop: AbortSignal): JobAttempt
  readonly price: Credits
}

interface Started {
  readonly attempt: JobAttempt
  readonly price: Credits
  readonly cancel: AbortController
  readonly stop: AbortController
  readonly ended: Promise<Ended>
}

type Ended = { readonly started: Started } & (
  | { readonly answer: AttemptAnswer }
  | { readonly refusal: Refusal }
  | { readonly error: MeshError }
)

export interface RaceNeeds {
  readonly clock: Clock
  /** How long one that was stopped had been under way without an answer: it takes at least so long there. */
  readonly onSlow: (attempt: JobAttempt) => void
  /** Aborted where nobody waits for those that were stopped. */
  readonly signal: AbortSignal
  /** Keeps what goes on behind the answer until it is over. */
  readonly keep: (behind: Promise<void>) => void
}

export class AttemptRace {
  readonly #needs: RaceNeeds
  readonly #wish: JobWish
  readonly #running = new Set<Started>()
  readonly #lost: Lost[] = []
  #hedge: Timer | undefined
  #wake: PromiseWithResolvers<void> | undefined

  constructor(needs: RaceNeeds, wish: JobWish) {
    this.#needs = needs
    this.#wish = wish
  }

  /** Prices of those that run. */
  get prices(): readonly Credits[] {
    return [...this.#running].map(({ price }) => price)
  }

  start(runner: Runner): void {
    const [cancel, stop] = [new AbortController(), new AbortController()]
    const attempt = runner.attempt(cancel.signal, stop.signal)
    const ended = attempt.run().then(
      (end): Ended => ('outputs' in end ? { started, answer: end } : { started, refusal: end }),
      (error: unknown): Ended => ({ started, error: asMeshError(error) }),
    )
    const started: Started = { attempt, price: runner.price, cancel, stop, ended }
    this.#running.add(started)
    this.#wake?.resolve()
  }

  /**
   * @param hedge asked once after `hedgeMs` where there is no answer yet; it may start another one
   * @throws the wish's reason where it is aborted: all of them are then
   */
  async run(hedgeMs?: number, hedge?: () => void): Promise<RaceEnd> {
    const { signal } = this.#wish
    const onAbort = (): void => {
      for (const { cancel } of this.#running) cancel.abort(abortError(signal))
    }
    if (signal.aborted) onAbort()
    else signal.addEventListener('abort', onAbort, { once: true })
    if (hedgeMs !== undefined && hedge !== undefined) this.#hedge = this.#needs.clock.after(hedgeMs, hedge)
    try {
      return await this.#first()
    } catch (error) {
      // The application is told when nothing of the job runs any more.
      for (const { cancel } of this.#running) cancel.abort(error)
      await Promise.all([...this.#running].map(({ ended }) => ended))
      throw error
    } finally {
      this.#hedge?.cancel()
      signal.removeEventListener('abort', onAbort)
    }
  }

  async #first(): Promise<RaceEnd> {
    const { signal } = this.#wish
    while (this.#running.size > 0) {
      this.#wake = Promise.withResolvers()
      const ends = [...this.#running].map(({ ended }) => ended)
      const end = await Promise.race([...ends, this.#wake.promise])
      if (end === undefined) continue
      const { started } = end
      this.#running.delete(started)
      if ('answer' in end) {
        for (const other of this.#running) this.#needs.keep(this.#stop(other))
        return { answer: end.answer, lost: this.#lost }
      }
      throwIfAborted(signal)
      this.#tellLost(end)
    }
    return { answer: undefined, lost: this.#lost }
  }

  #tellLost(end: Exclude<Ended, { readonly answer: AttemptAnswer }>): void {
    const { attempt } = end.started
    const named = { ...(attempt.id === undefined ? {} : { attempt: attempt.id }), miner: attempt.miner }
    if ('refusal' in end) {
      this.#wish.onEvent({ kind: 'refused', ...named, ...end.refusal })
      this.#lost.push({ attempt, refusal: end.refusal })
      return
    }
    if (end.error.fault === 'bug') throw end.error
    this.#wish.onEvent({ kind: 'failed', ...named, error: end.error })
    this.#lost.push({ attempt, error: end.error })
  }

  /** Its answer is not needed any more. */
  async #stop({ attempt, stop, cancel, ended }: Started): Promise<void> {
    this.#needs.onSlow(attempt)
    const { clock, signal } = this.#needs
    const give = (): void => cancel.abort()
    const late = clock.after(STOPPED_MS_MAX, give)
    signal.addEventListener('abort', give, { once: true })
    stop.abort()
    const end = await ended
    late.cancel()
    signal.removeEventListener('abort', give)
    if (attempt.id === undefined) return
    const paid = 'answer' in end ? end.answer.finished.price : credits(0)
    this.#wish.onEvent({ kind: 'outrun', attempt: attempt.id, miner: attempt.miner, paid })
  }
}
