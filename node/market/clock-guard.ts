/**
 * Stops what this node signs with a time in it while its clock is so far off that nobody believes it, and lets it go on when the
 * clock is right again. Peers alone cannot do that: a witness that none of them speaks for must agree.
 */
import { asMeshError, type MeshError } from '../../protocols/kernel/errors.ts'
import type { Clock, Timer } from '../../protocols/kernel/ports.ts'
import { type ClockStanding, clockStanding, STOP_MS } from '../../protocols/rules/clock/clock-standing.ts'
import type { ClockState } from './clock-watch.ts'

/** A clock does not run away: what was set wrong is found within this, and what was set right. */
const LOOK_MS = 5_000
/** A time server is somebody else's; asked only where peers say that the clock is far off, and no more often than this. */
const WITNESS_MS = 5 * 60_000

/** How its clock differs from ours, in ms. */
export type TimeWitness = (signal: AbortSignal) => Promise<number>

export interface ClockGuardNeeds {
  readonly clock: Clock
  readonly others: () => ClockState | undefined
  readonly witnesses: readonly TimeWitness[]
  readonly onChange: (isStopped: boolean, others: ClockState | undefined) => void
  /** A witness that did not answer. */
  readonly onFailure: (error: MeshError) => void
}

export class ClockGuard implements AsyncDisposable {
  readonly #needs: ClockGuardNeeds
  readonly #stop = new AbortController()
  readonly #listeners = new Set<(isStopped: boolean) => void>()
  #standing: ClockStanding = 'right'
  #timer: Timer | undefined
  #looking: Promise<void> = Promise.resolve()
  #askedAtMs = Number.NEGATIVE_INFINITY
  /** Whether our clock was ahead of or behind the others when the witnesses were asked. */
  #askedSign = 0
  #heard: readonly number[] = []

  constructor(needs: ClockGuardNeeds) {
    this.#needs = needs
    this.#lookLater()
  }

  get standing(): ClockStanding {
    return this.#standing
  }

  /** Hears when signing must stop, and when it may go on. */
  listen(listener: (isStopped: boolean) => void): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    this.#timer?.cancel()
    await this.#looking
  }

  #lookLater(): void {
    this.#timer = this.#needs.clock.after(LOOK_MS, () => {
      this.#looking = this.#look().finally(() => {
        if (!this.#stop.signal.aborted) this.#lookLater()
      })
    })
  }

  async #look(): Promise<void> {
    const others = this.#needs.others()
    const isFar = others !== undefined && Math.abs(others.offsetMs) > STOP_MS
    const heard = isFar ? await this.#witnesses(others) : []
    if (this.#stop.signal.aborted) return
    this.#stand(clockStanding(others?.offsetMs, heard), others)
  }

  async #witnesses({ offsetMs }: ClockState): Promise<readonly number[]> {
    const { clock, witnesses, onFailure } = this.#needs
    const now = clock.monotonicMs()
    if (now - this.#askedAtMs < WITNESS_MS && this.#askedSign === Math.sign(offsetMs)) return this.#heard
    this.#askedAtMs = now
    this.#askedSign = Math.sign(offsetMs)
    const answers = await Promise.allSettled(witnesses.map(async (ask) => ask(this.#stop.signal)))
    for (const answer of answers) {
      if (answer.status === 'rejected' && !this.#stop.signal.aborted) onFailure(asMeshError(answer.reason))
    }
    this.#heard = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
    return this.#heard
  }

  #stand(standing: ClockStanding, others: ClockState | undefined): void {
    const was = this.#standing
    if (standing === was) return
    this.#standing = standing
    const isStopped = standing === 'stopped'
    if (isStopped === (was === 'stopped')) return
    this.#needs.onChange(isStopped, others)
    for (const listener of this.#listeners) listener(isStopped)
  }
}
